import CLinux

/// Keeps pieces of bytes: the first in memory, the rest in a temporary file without a name.
///
/// What a fixture is made of grows with the recording; memory does not. A file that cannot be made
/// or written leaves everything in memory.
final class KeptStore {
    /// Some bytes, until nobody holds it any more.
    final class Piece {
        let count: Int
        private let store: KeptStore
        private let held: [UInt8]
        /// In the file, in blocks; `nil` for one in memory.
        private let block: Int?

        fileprivate init(_ store: KeptStore, held bytes: [UInt8]) {
            self.store = store
            count = bytes.count
            held = bytes
            block = nil
        }

        fileprivate init(_ store: KeptStore, at block: Int, count: Int) {
            self.store = store
            self.count = count
            held = []
            self.block = block
        }

        deinit {
            if let block { store.free(block, count) } else { store.heldCount -= count }
        }

        /// `nil` when the file cannot be read.
        var bytes: [UInt8]? {
            guard let block else { return held }
            return store.read(at: block, count: count)
        }
    }

    let limits: KeptLimits
    /// A piece's place in the file is a multiple of this.
    private let blockSize: Int
    private var file: UnsafeMutablePointer<FILE>?
    /// The file cannot be made or written.
    private var hasFailed = false
    private var heldCount = 0
    /// Blocks of the file in use or free.
    private var blockCount = 0
    /// Single blocks that are free again; longer pieces are rare.
    private var freeBlocks: [Int] = []

    init(_ limits: KeptLimits) {
        self.limits = limits
        blockSize = limits.chunkBytes
    }

    deinit {
        if let file { fclose(file) }
    }

    func keep(_ bytes: [UInt8]) -> Piece {
        if heldCount + bytes.count > limits.heldBytes, let block = write(bytes) {
            return Piece(self, at: block, count: bytes.count)
        }
        heldCount += bytes.count
        return Piece(self, held: bytes)
    }

    // Helpers, in the order they are called.

    private func write(_ bytes: [UInt8]) -> Int? {
        guard !hasFailed else { return nil }
        if file == nil { file = clinux_unnamed_file() }
        let size = blocks(for: bytes.count)
        let block = (size == 1 ? freeBlocks.popLast() : nil) ?? blockCount
        guard let file, fseeko(file, off_t(block * blockSize), SEEK_SET) == 0,
            fwrite(bytes, 1, bytes.count, file) == bytes.count, fflush(file) == 0
        else {
            hasFailed = true
            return nil
        }
        blockCount = max(blockCount, block + size)
        return block
    }

    private func blocks(for count: Int) -> Int { (count + blockSize - 1) / blockSize }

    /// Without a place in the file that is remembered, as several threads may read.
    private func read(at block: Int, count: Int) -> [UInt8]? {
        guard let file else { return nil }
        var done = 0
        let bytes = [UInt8](unsafeUninitializedCapacity: count) { buffer, initialized in
            while done < count {
                let place = off_t(block * blockSize + done)
                let more = pread(
                    fileno(file), buffer.baseAddress.map { $0 + done }, count - done, place)
                guard more > 0 else { break }
                done += more
            }
            initialized = done
        }
        return done == count ? bytes : nil
    }

    private func free(_ block: Int, _ count: Int) {
        freeBlocks += block..<(block + blocks(for: count))
    }
}
