import Glibc
import Testing

/// The built program, run as a user runs it, and the texts it is held to.
enum Program {
    struct Answer: Equatable {
        var output: String
        var exitCode: Int32
    }

    /// Beside the test program.
    static let path: String = {
        var bytes = [CChar](repeating: 0, count: 4096)
        let count = max(0, readlink("/proc/self/exe", &bytes, bytes.count))
        let own = String(
            decoding: bytes.prefix(count).map(UInt8.init(bitPattern:)), as: UTF8.self)
        return own.prefix(through: own.lastIndex(of: "/") ?? own.startIndex) + "fakegw"
    }()

    /// `Tests/CommandTests`.
    static let folder: String = {
        let file = #filePath
        return String(file.prefix(upTo: file.lastIndex(of: "/") ?? file.endIndex))
    }()

    /// Runs it with what it writes to either stream in one text.
    ///
    /// - Parameter line: Shell words; the working directory is `Tests/CommandTests`.
    static func run(_ line: String) -> Answer {
        shell("'\(path)' \(line)")
    }

    /// Runs any command in the same way.
    static func shell(_ command: String) -> Answer {
        guard
            let pipe = popen(
                "unset GITHUB_ACTIONS; cd '\(folder)' && exec \(command) 2>&1 </dev/null", "r")
        else { return Answer(output: "popen failed", exitCode: -1) }
        let output = text(of: pipe)
        let status = pclose(pipe)
        // As shells have it: a program that a signal ends has not ended well.
        let signal = status & 0x7F
        return Answer(output: output, exitCode: signal == 0 ? (status >> 8) & 0xFF : 128 + signal)
    }

    /// Compares what the command lines answer with a committed text.
    ///
    /// With `FAKEGW_WRITE_GOLDEN=1` in the environment the text is written instead.
    static func expect(
        _ lines: [String], toAnswerAs golden: String,
        sourceLocation: SourceLocation = #_sourceLocation
    ) {
        var transcript = ""
        for line in lines {
            let answer = run(line)
            transcript += "$ fakegw \(line)\n\(answer.output)[exit \(answer.exitCode)]\n\n"
        }
        let file = "\(folder)/Golden/\(golden).txt"
        if getenv("FAKEGW_WRITE_GOLDEN") != nil {
            guard let stream = fopen(file, "w") else { return }
            fputs(transcript, stream)
            fclose(stream)
        }
        guard let stream = fopen(file, "r") else {
            Issue.record("there is no \(file)", sourceLocation: sourceLocation)
            return
        }
        let expected = text(of: stream)
        fclose(stream)
        #expect(
            transcript == expected,
            "FAKEGW_WRITE_GOLDEN=1 swift test --filter CommandTests writes it anew",
            sourceLocation: sourceLocation)
    }

    static func text(of stream: UnsafeMutablePointer<FILE>) -> String {
        var bytes: [UInt8] = []
        var scratch = [UInt8](repeating: 0, count: 65_536)
        while true {
            let count = fread(&scratch, 1, scratch.count, stream)
            if count == 0 { return String(decoding: bytes, as: UTF8.self) }
            bytes += scratch[..<count]
        }
    }

    /// `nil` at the end.
    static func line(of pipe: UnsafeMutablePointer<FILE>) -> String? {
        var bytes: [UInt8] = []
        while true {
            let byte = getc(pipe)
            if byte < 0 { return nil }
            if byte == 10 { return String(decoding: bytes, as: UTF8.self) }
            bytes.append(UInt8(truncatingIfNeeded: byte))
        }
    }
}
