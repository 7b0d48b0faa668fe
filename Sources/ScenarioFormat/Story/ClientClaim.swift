package import EventLog
package import Faults
internal import Simulation

/// One thing that can be claimed of a run of a client program.
package enum ClientClaim: Hashable, Sendable {
    case exit(CountRange)
    case signaled(String)
    case running
    /// From its start to its end, in gateway time.
    case within(Duration)
    case says(LogEvent.OutputStream, TextExpectation)
    /// How many descriptors it has open; at its end, how many it had at last.
    case descriptors(CountRange)
    /// How many more descriptors are open at the last line that holds the text than at the first.
    case descriptorGrowth(line: String, CountRange)
    /// Sockets that it still holds of connections to gateways that have ended.
    case endedSockets(CountRange)
    /// Processes of its group that went on after its end.
    case childrenLeft(CountRange)

    /// Whether it fails because of something that was not let go.
    package var isOfLeak: Bool {
        switch self {
        case .descriptors, .descriptorGrowth, .endedSockets, .childrenLeft: true
        case .exit, .signaled, .running, .within, .says: false
        }
    }
}

/// A text expectation: every one of `contains`, none of `lacks`, and `inOrder` one after the other.
package struct TextExpectation: Hashable, Sendable {
    package var contains: [String]
    package var lacks: [String]
    /// Texts on lines of their own, in this order, with other lines between them or not.
    package var inOrder: [String]

    package init(contains: [String] = [], lacks: [String] = [], inOrder: [String] = []) {
        self.contains = contains
        self.lacks = lacks
        self.inOrder = inOrder
    }
}

/// A key of a client expectation.
///
/// It is the only description of how its claim is read, written and judged.
package struct ClientClaimWord: Sendable {
    package let keyword: String
    package let meaning: String
    /// A value for the key, as a scenario has it.
    package let example: String
    /// Whether it claims how the run ends.
    ///
    /// An expectation can have one such claim.
    let isEnding: Bool
    let read: @Sendable (inout Reading, Fields) -> ClientClaim?
    /// `nil` for the claims of other words.
    let write: @Sendable (ClientClaim) -> String?
    /// `nil` for the claims of other words.
    let judge: @Sendable (ClientClaim, RunTally, SimInstant) -> [Outcome]?

    init(
        _ keyword: String, _ meaning: String, example: String, isEnding: Bool = false,
        read: @escaping @Sendable (inout Reading, Fields) -> ClientClaim?,
        write: @escaping @Sendable (ClientClaim) -> String?,
        judge: @escaping @Sendable (ClientClaim, RunTally, SimInstant) -> [Outcome]?
    ) {
        self.keyword = keyword
        self.meaning = meaning
        self.example = example
        self.isEnding = isEnding
        self.read = read
        self.write = write
        self.judge = judge
    }

    /// In the order of the reader's suggestions, and of reports.
    package static let all = [
        exit, signaled, running, within, stdout, stderr, descriptors, descriptorGrowth,
        endedSockets, childrenLeft,
    ]
}

extension ClientClaimWord {
    private static let exit = ClientClaimWord(
        "exit", "it exits with this code", example: "0", isEnding: true
    ) { reading, fields in
        reading.countRange(fields["exit"]).map(ClientClaim.exit)
    } write: { claim in
        if case .exit(let codes) = claim { YAMLText.scalar(codes.description) } else { nil }
    } judge: { claim, run, _ in
        guard case .exit(let codes) = claim else { return nil }
        let holds = if case .exited(let code)? = run.ending { codes.contains(code) } else { false }
        return [Outcome(holds, "\(run.name) exits with \(codes)", seen: "it \(run.endingWords)")]
    }

    private static let signaled = ClientClaimWord(
        "signaled", "this signal ends it", example: "KILL", isEnding: true
    ) { reading, fields in
        reading.word(fields["signaled"], "signal", among: Reading.signals)
            .map(ClientClaim.signaled)
    } write: { claim in
        if case .signaled(let signal) = claim { signal } else { nil }
    } judge: { claim, run, _ in
        guard case .signaled(let wanted) = claim else { return nil }
        return [
            Outcome(
                run.ending == .signaled(wanted), "\(run.name) is ended by SIG\(wanted)",
                seen: "it \(run.endingWords)")
        ]
    }

    private static let running = ClientClaimWord(
        "running", "it has not ended", example: "true", isEnding: true
    ) { reading, fields in
        guard let isRunning = reading.boolean(fields["running"]) else { return nil }
        if !isRunning {
            reading.report(
                "'running' is only ever true", at: fields.keySpan("running"),
                hint: "to expect an end, say 'exit' or 'signaled'")
        }
        return .running
    } write: { claim in
        if case .running = claim { "true" } else { nil }
    } judge: { claim, run, _ in
        guard case .running = claim else { return nil }
        return [
            Outcome(
                run.ending == nil, "\(run.name) keeps running", seen: "it \(run.endingWords)")
        ]
    }

    private static let within = ClientClaimWord(
        "within", "it ends within this gateway time from its start", example: "20s"
    ) { reading, fields in
        reading.duration(fields["within"]).map(ClientClaim.within)
    } write: { claim in
        if case .within(let bound) = claim { bound.scenarioText } else { nil }
    } judge: { claim, run, now in
        guard case .within(let bound) = claim else { return nil }
        let took = (run.endedAt ?? now) - run.startedAt
        return [
            Outcome(
                run.endedAt != nil && took <= bound,
                "\(run.name) ends within \(bound.reportText)",
                seen: run.endedAt == nil
                    ? "it runs since \(took.reportText)" : "it took \(took.reportText)")
        ]
    }

    private static let stdout = output("stdout", .stdout)
    private static let stderr = output("stderr", .stderr)

    private static func output(
        _ keyword: String, _ stream: LogEvent.OutputStream
    ) -> ClientClaimWord {
        ClientClaimWord(
            keyword, "lines of its output hold these texts, none of those, and some in an order",
            example: "{contains: [connected], lacks: [Traceback], in-order: [asks, has]}"
        ) { reading, fields in
            let text = reading.textExpectation(fields[keyword], of: keyword)
            return text == TextExpectation() ? nil : .says(stream, text)
        } write: { claim in
            guard case .says(stream, let text) = claim else { return nil }
            let contains = YAMLText.list(text.contains.map(YAMLText.scalar))
            let lacks = YAMLText.list(text.lacks.map(YAMLText.scalar))
            let inOrder = YAMLText.list(text.inOrder.map(YAMLText.scalar))
            return YAMLText.mapping(
                [("contains", contains), ("lacks", lacks)]
                    + (text.inOrder.isEmpty ? [] : [("in-order", inOrder)]))
        } judge: { claim, run, _ in
            guard case .says(stream, let text) = claim else { return nil }
            return text.contains.map { phrase in
                let line = run.line(holding: phrase, on: stream)
                return Outcome(
                    line != nil, "\(run.name) says \"\(phrase)\" on \(keyword)",
                    seen: line.map { "\"\($0)\"" }
                        ?? nearestLine(to: phrase, in: run.lines(of: stream)))
            }
                + text.lacks.map { phrase in
                    let line = run.line(holding: phrase, on: stream)
                    return Outcome(
                        line == nil, "\(run.name) does not say \"\(phrase)\" on \(keyword)",
                        seen: line.map { "\"\($0)\"" } ?? "no such line")
                }
                + (text.inOrder.isEmpty ? [] : [order(text.inOrder, run, stream, keyword)])
        }
    }

    private static func order(
        _ texts: [String], _ run: RunTally, _ stream: LogEvent.OutputStream, _ keyword: String
    ) -> Outcome {
        let come = run.progress(of: texts, on: stream)
        let quoted = texts.map { "\"\($0)\"" }
        return Outcome(
            come == texts.count,
            "\(run.name) says \(quoted.joined(separator: ", then ")) on \(keyword)",
            seen: come == texts.count
                ? "in this order"
                : come == 0
                    ? "\(quoted[0]) never came"
                    : "after \(quoted[come - 1]) came no \(quoted[come])")
    }

    /// The line that is most like the phrase, for the report.
    private static func nearestLine(to phrase: String, in lines: [String]) -> String {
        guard let last = lines.last else { return "nothing was said" }
        let words = Set(phrase.lowercased().split(separator: " "))
        let scored = lines.map { line in
            words.count { line.lowercased().contains($0) }
        }
        if let best = scored.max(), best > 0, let index = scored.lastIndex(of: best) {
            return "nearest: \"\(lines[index])\""
        }
        return "last said: \"\(last)\""
    }
}

extension RunTally {
    /// `exited with 3`, `is still running`.
    package var endingWords: String { ending?.description ?? "is still running" }

    func lines(of stream: LogEvent.OutputStream) -> [String] {
        switch stream {
        case .stdout: stdout
        case .stderr: stderr
        }
    }
}

extension Reading {
    fileprivate mutating func textExpectation(
        _ node: YAMLNode?, of what: String
    ) -> TextExpectation {
        guard let node else { return TextExpectation() }
        guard case .mapping = node.content else { return TextExpectation(contains: texts(node)) }
        guard let fields = fields(node, of: what, keys: ["contains", "lacks", "in-order"]) else {
            return TextExpectation()
        }
        return TextExpectation(
            contains: texts(fields["contains"]), lacks: texts(fields["lacks"]),
            inOrder: texts(fields["in-order"]))
    }
}
