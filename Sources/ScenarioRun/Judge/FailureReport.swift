package import EventLog
package import ScenarioFormat
import Simulation

/// The report of a failed scenario.
///
/// It names the place in the file, what was expected and what was seen, then what the log shows of the
/// moments before: faults that have not fired, what the program said, the last events in three lanes,
/// and the kernel's sockets. It ends with the command that repeats the play.
struct FailureReport {
    let scenario: Scenario
    let header: RunHeader
    let complaints: [Finding]
    let events: RecentEvents
    /// The run that was started last.
    let run: RunTally?
    /// `nil` when everything was played, and something else was wrong.
    let failedAt: FailureMoment?
    /// What programs that still ran were doing, by run.
    let threads: [(run: String, threads: [ThreadState], omitted: Int)]
    /// Faults that had to fire and had not, with what came nearest.
    let unfired: [(fault: String, words: String)]
    /// What was last known of the kernel's table, by gateway.
    let sockets: [(gateway: String, rows: [SocketRow])]

    private static let mostComplaints = 20
    private static let mostFaults = 5
    private static let mostOutputLines = 5
    private static let outputWidth = 160
    private static let findingWidth = 2000

    private static func shortened(_ text: String, to width: Int) -> String {
        let text = text.printable
        return text.count > width ? text.prefix(width) + "…" : text
    }

    var text: String {
        var lines: [String] = []
        for complaint in complaints.prefix(Self.mostComplaints) {
            lines += [
                "\(complaint.mark)",
                "  expected: \(Self.shortened(complaint.expected, to: Self.findingWidth))",
                "  seen:     \(Self.shortened(complaint.seen, to: Self.findingWidth))",
            ]
        }
        let omitted = complaints.count - Self.mostComplaints
        if omitted > 0 { lines.append("and \(omitted) more expectations that do not hold") }
        lines += [moment, faults, output, waiting, lanes].flatMap { $0 }
        if failedAt != nil {
            lines += SocketTable(sockets, showsGateway: showsGateway).lines.map { "  " + $0 }
        }
        return (lines + ["  again: \(scenario.command(for: header))"]).joined(separator: "\n")
    }

    private var showsGateway: Bool { scenario.gateways.count > 1 }

    /// Both clocks.
    private var moment: [String] {
        guard let failedAt else { return [] }
        var line = "  failed after \((failedAt.instant - .start).reportText) of gateway time"
        if let milliseconds = failedAt.realMilliseconds {
            line += ", \(Duration.milliseconds(milliseconds).reportText) of real time"
        }
        return [line]
            + (header.speed == 1
                ? []
                : [
                    "  all times below are gateway time; at speed \(header.speedText) up to "
                        + "\(header.speedText) s of it pass in one real second"
                ])
    }

    /// Those that are the complaint itself are not told again.
    private var faults: [String] {
        let others = unfired.filter { fault, _ in
            !complaints.contains { $0.expected.hasPrefix("fault \(fault) fires") }
        }
        guard !others.isEmpty else { return [] }
        let omitted = others.count - Self.mostFaults
        return ["  faults that had not fired:"]
            + others.prefix(Self.mostFaults).map { fault, words in
                let nearest = words.isEmpty ? "" : ": \(words)"
                return "    " + Self.shortened(fault + nearest, to: Self.findingWidth)
            } + (omitted > 0 ? ["    and \(omitted) more"] : [])
    }

    private var output: [String] {
        guard let run else { return [] }
        let said = [(run.stdout, "stdout"), (run.stderr, "stderr")].flatMap { lines, stream in
            lines.suffix(Self.mostOutputLines).map {
                "    \(stream)| \(Self.shortened($0, to: Self.outputWidth))"
            }
        }
        guard !said.isEmpty else { return [] }
        let ending = failedAt?.isRunning == true ? "was still running" : run.endingWords
        return ["  \(run.name) \(ending) and last said:"] + said
            + (run.omittedLineCount > 0
                ? ["    (\(run.omittedLineCount) lines of output were not kept)"] : [])
    }

    /// ```
    /// threads of bot#1:
    ///   python3 4711  sleeps in epoll_wait (kernel: ep_poll)
    /// ```
    private var waiting: [String] {
        threads.flatMap { run, threads, omitted in
            let names = threads.map { Self.shortened("\($0.name) \($0.process)", to: 40) }
            let width = names.map(\.count).max() ?? 0
            let told = zip(names, threads).map { name, thread in
                let blanks = String(repeating: " ", count: width - name.count)
                return "    \(name)\(blanks)  "
                    + Self.shortened(thread.words, to: Self.outputWidth)
            }
            return ["  threads of \(run.printable):"] + told
                + (omitted > 0 ? ["    and \(omitted) more"] : [])
        }
    }

    private var lanes: [String] {
        ["  last events:"] + events.lines(showsGateway: showsGateway).map { "    " + $0 }
    }
}

/// When a story ended early.
struct FailureMoment: Hashable, Sendable {
    let instant: SimInstant
    /// Since the play began; `nil` as long as the log does not tell it.
    var realMilliseconds: Int?
    /// The run that was started last had not ended.
    ///
    /// The clean-up ends it then.
    var isRunning = false
}

extension Scenario {
    /// The command that plays it, and nothing else, in the same way.
    ///
    /// - Parameter added: More options.
    package func command(for header: RunHeader, adding added: [String] = []) -> String {
        var words = ["fakegw", "run", Self.shellWord(file)]
        words += ["--title", Self.shellWord(title, always: true), "--seed", "\(header.seed)"]
        if header.speed != speed { words += ["--speed", header.speedText] }
        words += (header.options + added).map { Self.shellWord($0) }
        if !header.program.isEmpty { words += ["--"] + header.program.map { Self.shellWord($0) } }
        return words.joined(separator: " ").printable
    }

    private static func shellWord(_ text: String, always: Bool = false) -> String {
        let isPlain = text.utf8.allSatisfy { byte in
            (UInt8(ascii: "a")...UInt8(ascii: "z")).contains(byte | 0x20)
                || (UInt8(ascii: "0")...UInt8(ascii: "9")).contains(byte)
                || "_-./+:@%".utf8.contains(byte)
        }
        if isPlain, !always, !text.isEmpty { return text }
        return "'"
            + text.split(separator: "'", omittingEmptySubsequences: false)
            .joined(separator: #"'\''"#) + "'"
    }
}
