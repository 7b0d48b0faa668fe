internal import Glibc
internal import SocketDriver

/// Whether a program can follow the gateway's clock.
extension ClientClock {
    /// Why the program of a launch cannot follow the clock; `nil` when it can.
    ///
    /// First its file is looked at, then it is run with the same environment. The library answers
    /// before the program's own code begins, and ends the process.
    package func objection(to launch: Launch) -> String? {
        guard let file = ProgramFile.find(launch) else { return nil }  // The start will tell.
        if let reason = file.objection { return "\(file.path) \(reason)" }
        var probe = Launch(file.path)
        probe.environment = launch.environment
        probe.directory = launch.directory
        probe.takesInput = false
        add(to: &probe)
        probe.environment["FAKEGW_CLOCK_PROBE"] = "1"
        do throws(OSFailure) {
            let answer = try Self.answer(of: probe)
            guard answer != "follows" else { return nil }
            let said = answer.isEmpty ? "it did not load the library" : answer
            return "\(file.path) does not follow the clock: \(said)"
        } catch {
            return "\(file.path) could not be tried: \(error.description)"
        }
    }

    /// How long a probe may take, in real time: a machine that plays many programs at once starts
    /// each of them slowly.
    private static let patience = Duration.seconds(30)

    /// The last line that the probe prints.
    private static func answer(of launch: Launch) throws(OSFailure) -> String {
        let program = try SpawnedProgram(launch)
        defer {
            kill(-program.processID, SIGKILL)
            waitpid(program.processID, nil, 0)
            close(program.output)
            close(program.error)
        }
        var said: [UInt8] = []
        var complained: [UInt8] = []
        var files = [program.output, program.error].map {
            pollfd(fd: $0, events: Int16(POLLIN), revents: 0)
        }
        var buffer = [UInt8](repeating: 0, count: 4096)
        let bound = ContinuousClock.now + patience
        while files.contains(where: { $0.fd >= 0 }) {
            let left = (bound - .now) / .milliseconds(1)
            guard left > 0, said.count + complained.count < 1 << 20 else { return "it did not end" }
            guard poll(&files, nfds_t(files.count), CInt(left) + 1) > 0 else { continue }
            for index in files.indices where files[index].revents != 0 {
                let count = read(files[index].fd, &buffer, buffer.count)
                if count <= 0 { files[index].fd = -1 }
                if index == 0 { said += buffer.prefix(max(0, count)) }
                if index == 1 { complained += buffer.prefix(max(0, count)) }
            }
        }
        return lastLine(said) ?? lastLine(complained) ?? ""
    }

    private static func lastLine(_ bytes: [UInt8]) -> String? {
        bytes.split(separator: 0x0A).last.map { String(decoding: $0.prefix(200), as: UTF8.self) }
    }
}
