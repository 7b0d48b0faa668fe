internal import CLinux
internal import Glibc
internal import SocketDriver

/// The three pipes to a new program, and the program.
struct SpawnedProgram {
    let processID: Int32
    /// Writes to the program's standard input; `nil` when it reads from `/dev/null`.
    let input: CInt?
    let output: CInt
    let error: CInt

    init(_ launch: Launch) throws(OSFailure) {
        let pipes = try Pipes(takesInput: launch.takesInput)
        let arguments = CStrings([launch.program] + launch.arguments)
        let mark = Guardian.shared.mark
        let added = launch.environment.merging([mark.name: mark.value]) { $1 }
        let environment = CStrings(Self.environment(adding: added))
        var hasFailedInDirectory: CInt = 0
        let process = Self.start(
            launch, pipes, arguments: arguments, environment: environment, &hasFailedInDirectory)
        let code = errno
        pipes.closeChildEnds()
        guard process > 0 else {
            pipes.closeOwnEnds()
            let place = hasFailedInDirectory != 0 ? " in \(launch.directory ?? ".")" : ""
            throw OSFailure("start '\(launch.program)'\(place)", code: code)
        }
        processID = process
        input = pipes.input.own
        output = pipes.output.own
        error = pipes.error.own
    }

    /// Goes on with `body` in a child process, which ends with the status that it returns.
    init(forking body: () -> Int32) throws(OSFailure) {
        let pipes = try Pipes(takesInput: true)
        let streams = [pipes.input.child, pipes.output.child, pipes.error.child]
        let process = clinux_fork(streams)
        if process == 0 { exit(body()) }
        let code = errno
        pipes.closeChildEnds()
        guard process > 0 else {
            pipes.closeOwnEnds()
            throw OSFailure("fork a process", code: code)
        }
        processID = process
        input = pipes.input.own
        output = pipes.output.own
        error = pipes.error.own
    }

    private static func start(
        _ launch: Launch, _ pipes: Pipes, arguments: CStrings, environment: CStrings,
        _ hasFailedInDirectory: inout CInt
    ) -> pid_t {
        launch.program.withCString { program in
            withOptionalCString(launch.directory) { directory in
                // The strings must outlive the call, which sees only their addresses.
                withExtendedLifetime((arguments, environment)) {
                    var request = clinux_spawn()
                    request.program = program
                    request.arguments = UnsafePointer(arguments.pointers)
                    request.environment = UnsafePointer(environment.pointers)
                    request.directory = directory
                    request.standard_streams = (
                        pipes.input.child, pipes.output.child, pipes.error.child
                    )
                    return clinux_spawn(&request, &hasFailedInDirectory)
                }
            }
        }
    }

    private static func withOptionalCString<Result>(
        _ text: String?, _ body: (UnsafePointer<CChar>?) -> Result
    ) -> Result {
        if let text { text.withCString(body) } else { body(nil) }
    }

    private static func environment(adding additions: [String: String]) -> [String] {
        var entries: [String] = []
        var next = clinux_environ()
        while let entry = next?.pointee {
            let text = String(cString: entry)
            if additions[String(text.prefix { $0 != "=" })] == nil { entries.append(text) }
            next = next?.successor()
        }
        return entries + additions.sorted { $0.key < $1.key }.map { "\($0.key)=\($0.value)" }
    }
}

/// Both ends of the three standard streams.
private struct Pipes {
    let input: (child: CInt, own: CInt?)
    let output: (child: CInt, own: CInt)
    let error: (child: CInt, own: CInt)

    init(takesInput: Bool) throws(OSFailure) {
        output = try Self.pipeToRead()
        do throws(OSFailure) {
            error = try Self.pipeToRead()
        } catch {
            Self.close([output.child, output.own])
            throw error
        }
        do throws(OSFailure) {
            input = try takesInput ? Self.pipeToWrite() : (Self.nothingToRead(), nil)
        } catch {
            Self.close([output.child, output.own, self.error.child, self.error.own])
            throw error
        }
    }

    func closeChildEnds() { Self.close([input.child, output.child, error.child]) }

    func closeOwnEnds() { Self.close([input.own ?? -1, output.own, error.own]) }

    private static func close(_ descriptors: [CInt]) {
        for descriptor in descriptors where descriptor >= 0 { Glibc.close(descriptor) }
    }

    private static func pipeToRead() throws(OSFailure) -> (child: CInt, own: CInt) {
        let (reads, writes) = try ends()
        return (writes, reads)
    }

    private static func pipeToWrite() throws(OSFailure) -> (child: CInt, own: CInt?) {
        let (reads, writes) = try ends()
        return (reads, writes)
    }

    private static func ends() throws(OSFailure) -> (reads: CInt, writes: CInt) {
        var ends: (CInt, CInt) = (-1, -1)
        let result = withUnsafeMutableBytes(of: &ends) {
            clinux_pipe($0.assumingMemoryBound(to: CInt.self).baseAddress)
        }
        guard result == 0 else { throw .now("open a pipe to a client program") }
        return ends
    }

    private static func nothingToRead() throws(OSFailure) -> CInt {
        let descriptor = open("/dev/null", O_RDONLY | O_CLOEXEC)
        guard descriptor >= 0 else { throw .now("open /dev/null") }
        guard descriptor <= 2 else { return descriptor }
        defer { Glibc.close(descriptor) }
        let moved = fcntl(descriptor, F_DUPFD_CLOEXEC, 3)
        guard moved >= 0 else { throw .now("open /dev/null") }
        return moved
    }
}

/// A null-terminated array of C strings.
private final class CStrings {
    let pointers: UnsafeMutablePointer<UnsafeMutablePointer<CChar>?>
    private let count: Int

    init(_ texts: [String]) {
        count = texts.count
        pointers = .allocate(capacity: count + 1)
        for (index, text) in texts.enumerated() { pointers[index] = strdup(text) }
        pointers[count] = nil
    }

    deinit {
        for index in 0..<count { free(pointers[index]) }
        pointers.deallocate()
    }
}
