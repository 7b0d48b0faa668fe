package import EventLog
import Faults
package import ScenarioFormat
import Simulation

/// An expectation that does not hold: where it stands, what it wants, what was seen.
package struct Complaint: Hashable, Sendable {
    package let mark: SourceMark
    package let expected: String
    package let seen: String

    package init(mark: SourceMark, expected: String, seen: String) {
        self.mark = mark
        self.expected = expected
        self.seen = seen
    }
}

/// Holds expectations against facts.
///
/// Decides nothing about time: callers ask again until a deadline.
package enum Judge {
    /// Every claim of the expectation that does not hold; empty when all hold.
    package static func complaints(
        about expectation: Expectation, in facts: RunFacts
    ) -> [Complaint] {
        switch expectation {
        case .client(let expectation): complaints(about: expectation, in: facts)
        case .gateway(let expectation): complaints(about: expectation, in: facts)
        case .sockets(let expectation): complaints(about: expectation, in: facts)
        }
    }

    private static func complaints(
        about expectation: ClientExpectation, in facts: RunFacts
    ) -> [Complaint] {
        let name = expectation.client
        guard let run = facts.run(name) else {
            return [
                Complaint(
                    mark: expectation.mark, expected: "client '\(name)' has run",
                    seen: "it was never started")
            ]
        }
        var complaints: [Complaint] = []
        func complain(_ expected: String, _ seen: String) {
            complaints.append(Complaint(mark: expectation.mark, expected: expected, seen: seen))
        }
        switch (expectation.ending, run.ending) {
        case (nil, _), (.running, nil): break
        case (.exit(let codes), .exited(let code)?) where codes.contains(code): break
        case (.signaled(let wanted), .signaled(let signal)?) where wanted == signal: break
        case (.exit(let codes), let ending):
            complain(
                "\(run.name) exits with \(codes)", "it \(ending?.description ?? "is still running")"
            )
        case (.signaled(let wanted), let ending):
            complain(
                "\(run.name) is ended by SIG\(wanted)",
                "it \(ending?.description ?? "is still running")")
        case (.running, let ending):
            complain("\(run.name) keeps running", "it \(ending?.description ?? "is still running")")
        }
        if let within = expectation.within {
            let took = (run.endedAt ?? facts.now) - run.startedAt
            if run.endedAt == nil || took > within {
                complain(
                    "\(run.name) ends within \(text(within))",
                    run.endedAt == nil ? "it runs since \(text(took))" : "it took \(text(took))")
            }
        }
        for (stream, wanted, lines) in [
            ("stdout", expectation.stdout, run.stdout), ("stderr", expectation.stderr, run.stderr),
        ] {
            for phrase in wanted.contains where !lines.contains(where: { $0.contains(phrase) }) {
                complain(
                    "\(run.name) says \"\(phrase)\" on \(stream)",
                    nearestLine(to: phrase, in: lines))
            }
            for phrase in wanted.lacks {
                if let line = lines.first(where: { $0.contains(phrase) }) {
                    complain("\(run.name) does not say \"\(phrase)\" on \(stream)", "\"\(line)\"")
                }
            }
        }
        return complaints
    }

    private static func complaints(
        about expectation: GatewayExpectation, in facts: RunFacts
    ) -> [Complaint] {
        guard let gateway = facts.gateways.first(where: { $0.name == expectation.gateway }) else {
            return [
                Complaint(
                    mark: expectation.mark, expected: "a gateway '\(expectation.gateway)'",
                    seen: "there is none")
            ]
        }
        return expectation.claims.compactMap { claim in
            let (what, wanted, count): (String, CountRange, Int)
            switch claim {
            case .received(let name, let range):
                (what, wanted, count) = ("\(name) received", range, gateway.received[name] ?? 0)
            case .sent(let name, let range):
                (what, wanted, count) = ("\(name) sent", range, gateway.sent[name] ?? 0)
            case .accepted(let range):
                (what, wanted, count) = ("connections accepted", range, gateway.acceptedCount)
            case .open(let range):
                (what, wanted, count) = ("connections open", range, gateway.openCount)
            case .held(let range):
                (what, wanted, count) = ("descriptors held", range, gateway.heldCount)
            case .fired(let fault, let range):
                (what, wanted, count) = ("fault \(fault) fired", range, gateway.fired[fault] ?? 0)
            case .light(let light):
                guard gateway.light != light else { return nil }
                return Complaint(
                    mark: expectation.mark, expected: "API light of \(gateway.name) is \(light)",
                    seen: "it is \(gateway.light)")
            case .listening(let wanted):
                guard gateway.isListening != wanted else { return nil }
                return Complaint(
                    mark: expectation.mark,
                    expected: "\(gateway.name) \(wanted ? "listens" : "does not listen")",
                    seen: gateway.isListening ? "it listens" : "it does not")
            }
            guard !wanted.contains(count) else { return nil }
            return Complaint(
                mark: expectation.mark, expected: "\(gateway.name): \(what): \(wanted)",
                seen: "\(count)")
        }
    }

    private static func complaints(
        about expectation: SocketExpectation, in facts: RunFacts
    ) -> [Complaint] {
        let rows = facts.sockets.filter { row in
            row.gateway == expectation.gateway
                && row.isGatewaySide == (expectation.side == .gateway)
        }
        let count = rows.count { row in
            guard expectation.states.contains(row.state) else { return false }
            return switch expectation.owner {
            case nil: true
            case .process: row.owner != nil
            case .some(.none): row.owner == nil
            }
        }
        guard !expectation.count.contains(count) else { return [] }
        let owner =
            switch expectation.owner {
            case nil: ""
            case .process: " owned by a process"
            case .some(.none): " owned by nobody"
            }
        var tally: [String: Int] = [:]
        for row in rows { tally["\(row.state) (\(row.owner ?? "no owner"))", default: 0] += 1 }
        let seen = tally.sorted { $0.key < $1.key }.map { "\($0.value) \($0.key)" }
        return [
            Complaint(
                mark: expectation.mark,
                expected:
                    "\(expectation.count) sockets \(expectation.states.joined(separator: " or "))"
                    + "\(owner) on the \(expectation.side)'s side of \(expectation.gateway)",
                seen: seen.isEmpty ? "no socket at all" : seen.joined(separator: ", "))
        ]
    }

    /// What came closest, for a reader who looks for the phrase.
    private static func nearestLine(to phrase: String, in lines: [String]) -> String {
        guard !lines.isEmpty else { return "nothing was said" }
        let words = Set(phrase.lowercased().split(separator: " "))
        let scored = lines.map { line in
            words.count { line.lowercased().contains($0) }
        }
        if let best = scored.max(), best > 0, let index = scored.lastIndex(of: best) {
            return "nearest: \"\(lines[index])\""
        }
        return "last said: \"\(lines.last ?? "")\""
    }

    package static func text(_ duration: Duration) -> String {
        let milliseconds = duration.nanoseconds / 1_000_000
        if milliseconds % 1000 == 0 { return "\(milliseconds / 1000)s" }
        return milliseconds < 1000
            ? "\(milliseconds)ms"
            : "\(milliseconds / 1000).\(String(milliseconds % 1000 + 1000).dropFirst())s"
    }
}
