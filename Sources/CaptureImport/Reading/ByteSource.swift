import CPcap
import CZlib
import CZstd

/// The bytes of a file, unpacked when the file is a gzip or zstd archive.
///
/// It owns the file and the state of zlib or libzstd. What is read comes out as one stream, also of
/// archives with several parts.
final class ByteSource {
    private enum Packing { case plain, gzip, zstd }

    let path: String
    /// Bytes taken from the file so far, packed as they are.
    private(set) var readCount = 0
    /// Size of the file in bytes; 0 when it is a pipe.
    let size: Int
    /// Why reading stopped before the end, once it has.
    private(set) var failure: String?
    var isPacked: Bool { packing != .plain }

    private let file: UnsafeMutablePointer<FILE>
    private var packing = Packing.plain
    private var inflater: UnsafeMutablePointer<z_stream>?
    private var decompressor: OpaquePointer?
    /// Packed bytes that wait; of a plain file the ones looked at first.
    private var packed: [UInt8] = []
    private var packedStart = 0
    private var isAtEnd = false
    /// A gzip or zstd part has begun and not ended.
    private var isInsidePart = false

    private static let chunkSize = 1 << 18

    /// Opens the file and looks at its first bytes.
    init(path: String) throws(CaptureError) {
        self.path = path
        guard let opened = fopen(path == "-" ? "/dev/stdin" : path, "re") else {
            throw .cannotOpen(path: path, reason: String(cString: last_system_error()))
        }
        file = opened
        setvbuf(opened, nil, _IONBF, 0)
        var length = 0
        if fseek(opened, 0, SEEK_END) == 0 {
            length = max(0, ftell(opened))
            rewind(opened)
        }
        size = length
        packed = [UInt8](repeating: 0, count: 4)
        let count = fread(&packed, 1, packed.count, opened)
        if count == 0, ferror(opened) != 0 {
            // All is set up by now, so `deinit` closes the file.
            throw .cannotOpen(path: path, reason: String(cString: last_system_error()))
        }
        packed.removeLast(packed.count - count)
        readCount = count
        if packed.isEmpty { throw .empty(path: path) }
        choosePacking()
    }

    deinit {
        if let inflater {
            inflateEnd(inflater)
            inflater.deallocate()
        }
        if let decompressor { ZSTD_freeDStream(decompressor) }
        fclose(file)
    }

    private func choosePacking() {
        if packed.starts(with: [0x1F, 0x8B]) {
            packing = .gzip
            let stream = UnsafeMutablePointer<z_stream>.allocate(capacity: 1)
            stream.initialize(to: z_stream())
            inflater = stream
            // The largest window, gzip's header expected.
            inflateInit2_(stream, 31, ZLIB_VERSION, CInt(MemoryLayout<z_stream>.size))
        } else if packed.starts(with: [0x28, 0xB5, 0x2F, 0xFD]) {
            packing = .zstd
            decompressor = ZSTD_createDStream()
        }
    }

    /// Fills `target` from its start as far as bytes come without waiting for all of them.
    ///
    /// - Returns: How many; 0 at the end, when `failure` says whether it was the real one.
    func read(into target: UnsafeMutableRawBufferPointer) -> Int {
        if failure != nil || target.isEmpty { return 0 }
        switch packing {
        case .plain: return readPlain(into: target)
        case .gzip: return unpack(into: target, step: inflate)
        case .zstd: return unpack(into: target, step: decompress)
        }
    }

    private func readPlain(into target: UnsafeMutableRawBufferPointer) -> Int {
        if packedStart < packed.count {
            let count = min(target.count, packed.count - packedStart)
            target.copyBytes(from: packed[packedStart..<packedStart + count])
            packedStart += count
            return count
        }
        return readFile(into: target)
    }

    private func readFile(into target: UnsafeMutableRawBufferPointer) -> Int {
        let count = fread(target.baseAddress, 1, target.count, file)
        readCount += count
        if count == 0, ferror(file) != 0 {
            failure = "reading failed: " + String(cString: last_system_error())
        }
        return count
    }

    private func refillPacked() {
        packed = [UInt8](unsafeUninitializedCapacity: Self.chunkSize) { buffer, count in
            count = readFile(into: UnsafeMutableRawBufferPointer(buffer))
        }
        packedStart = 0
        if packed.isEmpty { isAtEnd = true }
    }

    /// Unpacks until something came out.
    private func unpack(
        into target: UnsafeMutableRawBufferPointer,
        step: (UnsafeRawBufferPointer, UnsafeMutableRawBufferPointer) -> (used: Int, made: Int)
    ) -> Int {
        while failure == nil {
            if packedStart == packed.count, !isAtEnd { refillPacked() }
            let (used, made) = packed.withUnsafeBytes { bytes in
                step(UnsafeRawBufferPointer(rebasing: bytes[packedStart...]), target)
            }
            packedStart += used
            if made > 0 { return made }
            if isAtEnd {
                if isInsidePart, failure == nil { failure = "the archive ends early" }
                return 0
            }
        }
        return 0
    }

    private func inflate(
        _ source: UnsafeRawBufferPointer, _ target: UnsafeMutableRawBufferPointer
    ) -> (used: Int, made: Int) {
        guard let inflater, !source.isEmpty else { return (0, 0) }
        inflater.pointee.next_in = UnsafeMutablePointer(
            mutating: source.assumingMemoryBound(to: UInt8.self).baseAddress)
        inflater.pointee.avail_in = UInt32(source.count)
        inflater.pointee.next_out = target.assumingMemoryBound(to: UInt8.self).baseAddress
        let room = min(target.count, 1 << 30)
        inflater.pointee.avail_out = UInt32(room)
        isInsidePart = true
        let outcome = CZlib.inflate(inflater, Z_NO_FLUSH)
        let used = source.count - Int(inflater.pointee.avail_in)
        let made = room - Int(inflater.pointee.avail_out)
        switch outcome {
        case Z_STREAM_END:
            // Another part may follow.
            isInsidePart = false
            inflateReset(inflater)
        case Z_OK, Z_BUF_ERROR: break
        default:
            let reason = inflater.pointee.msg.map { String(cString: $0) } ?? "error \(outcome)"
            failure = "the gzip archive is damaged: \(reason)"
        }
        return (used, made)
    }

    private func decompress(
        _ source: UnsafeRawBufferPointer, _ target: UnsafeMutableRawBufferPointer
    ) -> (used: Int, made: Int) {
        guard let decompressor else { return (0, 0) }
        var input = ZSTD_inBuffer(src: source.baseAddress, size: source.count, pos: 0)
        var output = ZSTD_outBuffer(dst: target.baseAddress, size: target.count, pos: 0)
        let outcome = ZSTD_decompressStream(decompressor, &output, &input)
        if ZSTD_isError(outcome) != 0 {
            failure =
                "the zstd archive is damaged: " + String(cString: ZSTD_getErrorName(outcome))
        } else if !source.isEmpty || output.pos > 0 {
            isInsidePart = outcome != 0
        }
        return (input.pos, output.pos)
    }
}
