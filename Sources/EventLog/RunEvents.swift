/// A place in a scenario file; line and column count from 1.
package struct SourceMark: Hashable, Sendable, CustomStringConvertible {
    package let file: String
    package let line: Int
    package let column: Int

    package init(file: String, line: Int, column: Int) {
        self.file = file
        self.line = line
        self.column = column
    }

    package var description: String { "\(file):\(line):\(column)" }
}

/// What a run plays.
///
/// It is the first event of its log.
package struct RunHeader: Hashable, Sendable {
    /// The format of the event log; raised when an older reader would misunderstand it.
    package static let format = 1

    /// The scenario file; empty for `serve`, `record` and captures.
    package var scenario: String
    /// The scenario's name with its matrix row.
    package var title: String
    package var seed: UInt64
    /// Gateway seconds in a real second.
    package var speed: Double
    /// What else of the command line a play hangs on: options with their values.
    package var options: [String]
    /// The program and its arguments that played the client, instead of the scenario's own.
    package var program: [String]

    /// `60`, `0.5`: as a person writes it.
    package var speedText: String {
        let text = "\(speed)"
        return text.hasSuffix(".0") ? String(text.dropLast(2)) : text
    }

    package init(
        scenario: String, title: String, seed: UInt64, speed: Double, options: [String] = [],
        program: [String] = []
    ) {
        self.scenario = scenario
        self.title = title
        self.seed = seed
        self.speed = speed
        self.options = options
        self.program = program
    }
}

/// One judged claim of an expectation: its place in the file, what was expected, and what was seen.
package struct Finding: Hashable, Sendable {
    package let mark: SourceMark
    package let expected: String
    package let seen: String
    package let holds: Bool

    package init(mark: SourceMark, expected: String, seen: String, holds: Bool) {
        self.mark = mark
        self.expected = expected
        self.seen = seen
        self.holds = holds
    }
}

/// How a client program ended.
package enum ProgramEnding: Hashable, Sendable, CustomStringConvertible {
    case exited(Int)
    /// By a signal, named without `SIG`.
    case signaled(String)

    package var description: String {
        switch self {
        case .exited(let code): "exited with \(code)"
        case .signaled(let name): "was ended by SIG\(name)"
        }
    }
}

/// A row of the kernel's socket table for a gateway's port.
package struct SocketRow: Hashable, Sendable {
    package var isGatewaySide: Bool
    /// `ESTABLISHED`, `CLOSE_WAIT` and so on.
    package var state: String
    /// The owning process.
    ///
    /// It is `nil` when no process owns the socket.
    package var owner: String?
    /// Its own address and the other side's, `127.0.0.1:40312`.
    ///
    /// Of a table that was not read for a report, only the client's end is told.
    package var local: String?
    package var remote: String?
    /// Bytes received and not yet read, where the table was read for a report.
    ///
    /// Of a listener: connections that wait to be accepted.
    package var unreadBytes: Int?

    /// The address of the connection's client end; `nil` for a listener.
    ///
    /// With the side it tells one socket from another.
    package var client: String? { isGatewaySide ? remote : local }

    package init(
        isGatewaySide: Bool, state: String, owner: String?, local: String? = nil,
        remote: String? = nil, unreadBytes: Int? = nil
    ) {
        self.isGatewaySide = isGatewaySide
        self.state = state
        self.owner = owner
        self.local = local
        self.remote = remote
        self.unreadBytes = unreadBytes
    }

    package init(isGatewaySide: Bool, state: String, owner: String?, client: String?) {
        self.init(
            isGatewaySide: isGatewaySide, state: state, owner: owner,
            local: isGatewaySide ? nil : client, remote: isGatewaySide ? client : nil)
    }
}
