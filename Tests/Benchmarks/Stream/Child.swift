import Glibc

/// A server's process, from its start to its end.
struct Child {
    private let process: pid_t
    private let output: CInt

    init?(_ command: [String]) {
        var ends: [CInt] = [0, 0]
        guard pipe(&ends) == 0 else { return nil }
        var actions = posix_spawn_file_actions_t()
        posix_spawn_file_actions_init(&actions)
        defer { posix_spawn_file_actions_destroy(&actions) }
        posix_spawn_file_actions_adddup2(&actions, ends[1], 1)
        posix_spawn_file_actions_addclose(&actions, ends[0])
        var arguments = command.map { strdup($0) } + [nil]
        defer { for argument in arguments { free(argument) } }
        var process: pid_t = 0
        let failure = posix_spawnp(&process, command[0], &actions, nil, &arguments, environ)
        close(ends[1])
        guard failure == 0 else {
            close(ends[0])
            return nil
        }
        self.process = process
        output = ends[0]
    }

    /// Read from the line "listening on HOST:PORT".
    var port: UInt16? {
        var line: [UInt8] = []
        var byte: UInt8 = 0
        while line.count < 200, read(output, &byte, 1) == 1, byte != 0x0A { line.append(byte) }
        let text = String(decoding: line, as: UTF8.self)
        guard text.hasPrefix("listening on ") else { return nil }
        return text.split(separator: ":").last.flatMap { UInt16($0) }
    }

    /// User and kernel time so far.
    var processorSeconds: Double? {
        var clock = clockid_t()
        var time = timespec()
        guard clock_getcpuclockid(process, &clock) == 0, clock_gettime(clock, &time) == 0 else {
            return nil
        }
        return Double(time.tv_sec) + Double(time.tv_nsec) * 1e-9
    }

    func end() {
        kill(process, SIGTERM)
        close(output)
        var status: CInt = 0
        waitpid(process, &status, 0)
    }
}
