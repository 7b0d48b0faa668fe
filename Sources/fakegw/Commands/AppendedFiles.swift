import Glibc

/// Files that are written piece by piece, each at its place in a list.
///
/// Some of them stay open, so that a piece costs one call of the kernel. Their number is bounded, and
/// does not limit how many files there are.
struct AppendedFiles {
    /// The first thing that went wrong; nothing is written from then on.
    private(set) var failure: String?
    /// The path of each file that has been written to, by its place, and its descriptor while it is
    /// open.
    private var files: [(path: String, descriptor: CInt?)?] = []
    /// Places of the open ones.
    private var open: [Int] = []
    private let mostOpen: Int

    /// - Parameter mostOpen: At least 1.
    init(mostOpen: Int) {
        self.mostOpen = mostOpen
    }

    /// Adds bytes to the end of a file.
    ///
    /// The first ones take the place of what it held before.
    ///
    /// - Parameter path: Asked for when the file is new.
    mutating func append(_ bytes: [UInt8], to place: Int, path: () -> String) {
        guard failure == nil, let descriptor = descriptor(place, path) else { return }
        if !Files.write(bytes, to: descriptor) { fail(files[place]?.path ?? "") }
    }

    /// Nothing more is written to a file, and its place is free for another one.
    mutating func forget(_ place: Int) {
        guard place < files.count else { return }
        close(place)
        open.removeAll { $0 == place }
        files[place] = nil
    }

    mutating func closeAll() {
        for place in open { close(place) }
        open = []
    }

    // Helpers, in the order they are called.

    /// The descriptor of a file, which is opened when it is not; nil when that went wrong.
    private mutating func descriptor(_ place: Int, _ path: () -> String) -> CInt? {
        if place < files.count, let descriptor = files[place]?.descriptor { return descriptor }
        while files.count <= place { files.append(nil) }
        let known = files[place]?.path
        let path = known ?? path()
        let mode = O_WRONLY | O_CREAT | O_CLOEXEC | (known == nil ? O_TRUNC : O_APPEND)
        if open.count >= mostOpen { closeAll() }
        var descriptor = Glibc.open(path, mode, 0o666)
        if descriptor < 0, errno == EMFILE || errno == ENFILE, !open.isEmpty {
            closeAll()
            descriptor = Glibc.open(path, mode, 0o666)
        }
        guard descriptor >= 0 else {
            fail(path)
            return nil
        }
        files[place] = (path, descriptor)
        open.append(place)
        return descriptor
    }

    /// Closes a file's descriptor, which is what may say that the disk is full.
    private mutating func close(_ place: Int) {
        guard let (path, descriptor) = files[place], let descriptor else { return }
        files[place] = (path, nil)
        if Glibc.close(descriptor) != 0 { fail(path) }
    }

    private mutating func fail(_ path: String) {
        failure = failure ?? "cannot write \(path): \(String(cString: strerror(errno)))"
    }
}
