import EventLog
import Faults
import GatewayWire
import Simulation

/// Whether a claim holds, and in words what was expected, what was seen, and what came nearest.
extension GatewayClaimWord {
    /// - Parameter hasGivenUp: Whether no client will connect any more.
    func holds(_ claim: GatewayClaim, in tally: Tally, hasGivenUp: Bool) -> Bool {
        switch (form, claim.wanted) {
        case (.givingUp, .count(let range)): hasGivenUp && range.contains(tally.acceptedCount)
        case (.count(_, let count, _), .count(let range)): range.contains(count(tally))
        case (.messages, .count(let range)): range.contains(messageCount(claim, in: tally))
        case (.faults(_, let counts), .count(let range)):
            range.contains(counts(tally)[claim.subject] ?? 0)
        case (.order, .names(let names)): tally.history.progress(of: names) == names.count
        case (.endings, .names(let words)):
            words.enumerated().allSatisfy { index, word in
                word == "any" || word == Self.ending(index, in: tally)
            }
        case (.gaps(let isLeast), .duration(let bound)):
            tally.history.gaps.allSatisfy { isLeast ? $0.length >= bound : $0.length <= bound }
        case (.word(_, _, let word), .word(let wanted)): word(tally) == wanted
        case (.truth(_, let truth, _), .truth(let wanted)): truth(tally) == wanted
        case (.count, _), (.messages, _), (.faults, _), (.word, _), (.truth, _), (.order, _),
            (.endings, _), (.gaps, _), (.givingUp, _):
            false
        }
    }

    func outcome(
        _ claim: GatewayClaim, in tally: Tally, of gateway: String, hasGivenUp: Bool
    ) -> Outcome {
        let holds = holds(claim, in: tally, hasGivenUp: hasGivenUp)
        func outcome(_ expected: String, seen: String, more: String? = nil) -> Outcome {
            // What holds needs no explanation.
            Outcome(holds, expected, seen: seen + (holds ? "" : more.map { "; \($0)" } ?? ""))
        }
        switch form {
        case .givingUp:
            return outcome(
                "\(gateway) sees its client give up after \(claim.wantedText) connections",
                seen: "\(tally.acceptedCount) came" + (hasGivenUp ? "" : ", and more may come"),
                more: hasGivenUp ? nil : givingUp(in: tally))
        case .count(let what, let count, let details):
            return outcome(
                "\(gateway): \(what): \(claim.wantedText)", seen: "\(count(tally))",
                more: details(tally))
        case .messages(_, let verb, _, _):
            let fields = claim.fields.isEmpty ? "" : " with \(claim.fieldWords)"
            return outcome(
                "\(gateway): \(claim.subject)\(fields) \(verb): \(claim.wantedText)",
                seen: "\(messageCount(claim, in: tally))", more: nearest(claim, in: tally))
        case .order:
            let names = if case .names(let names) = claim.wanted { names } else { [String]() }
            return outcome(
                "\(gateway) received \(names.joined(separator: ", ")) in this order",
                seen: order(of: names, in: tally))
        case .endings:
            let words = if case .names(let words) = claim.wanted { words } else { [String]() }
            let seen = words.indices.map { Self.ending($0, in: tally) }
            let odd = words.indices.first { words[$0] != "any" && words[$0] != seen[$0] }
            return outcome(
                "\(gateway): its connections ended: \(words.joined(separator: ", "))",
                seen: seen.joined(separator: ", "),
                more: odd.map { "connection \($0 + 1) is the first that differs" })
        case .gaps(let isLeast):
            let all = tally.history.gaps
            let odd =
                isLeast
                ? all.min { $0.length < $1.length } : all.max { $0.length < $1.length }
            return outcome(
                "\(gateway): every gap between connections: \(isLeast ? "at least" : "at most") "
                    + claim.wantedText,
                seen: odd.map {
                    "\(all.count), the \(isLeast ? "shortest" : "longest") \($0.length.reportText)"
                } ?? "no second connection", more: odd.map { "before connection \($0.next)" })
        case .faults(let verb, let counts):
            return outcome(
                "\(gateway): fault \(claim.subject) \(verb): \(claim.wantedText)",
                seen: "\(counts(tally)[claim.subject] ?? 0)")
        case .word(_, let what, let word):
            return outcome(
                "\(what) of \(gateway) is \(claim.wantedText)", seen: "it is \(word(tally))")
        case .truth(let phrases, let truth, let details):
            let wants = claim.wanted == .truth(true)
            return outcome(
                "\(gateway) \(wants ? phrases.yes : phrases.no)",
                seen: "it \(truth(tally) ? phrases.yes : phrases.shortNo)", more: details(tally))
        }
    }

    // MARK: Nearest misses

    /// Why nobody can tell yet that no more connections come.
    private func givingUp(in tally: Tally) -> String? {
        let history = tally.history
        guard !history.attempts.isEmpty else { return nil }
        let open = history.attempts.count { $0.endedAt == nil }
        if open > 0 { return open == 1 ? "one goes on" : "\(open) go on" }
        return history.givenUpAt.map {
            "the programs run, and only at \(($0 - .start).reportText) no more would be expected"
        }
    }

    /// How far the order was kept, and whether the message that is missing came too early.
    private func order(of names: [String], in tally: Tally) -> String {
        let progress = tally.history.progress(of: names)
        guard progress < names.count else { return "they came in this order" }
        let missing = names[progress]
        let cameAtAll = tally.history.received.contains { $0.name == missing }
        if progress == 0 { return "no \(missing) came" }
        return "after \(names[progress - 1]) came no \(missing)"
            + (cameAtAll ? "; it came before" : ", nor before")
    }

    /// How a connection ended, counted from 0.
    private static func ending(_ index: Int, in tally: Tally) -> String {
        let attempts = tally.history.attempts
        return index < attempts.count ? attempts[index].ending.rawValue : "never opened"
    }

    /// How many messages the claim is about: those of its name, with fields like its own.
    private func messageCount(_ claim: GatewayClaim, in tally: Tally) -> Int {
        guard case .messages(_, _, let counts, let kept) = form else { return 0 }
        if claim.fields.isEmpty { return counts(tally)[claim.subject] ?? 0 }
        return kept(tally).count { $0.name == claim.subject && claim.misses(in: $0).isEmpty }
    }

    /// The message of that name that differs in the fewest fields, or what came instead of such messages.
    private func nearest(_ claim: GatewayClaim, in tally: Tally) -> String? {
        guard case .messages(_, let verb, let counts, let kept) = form,
            case .count(let range) = claim.wanted, messageCount(claim, in: tally) < range.lowest
        else { return nil }
        let all = counts(tally)
        if all[claim.subject] == nil {
            let others = all.sorted { (-$0.value, $0.key) < (-$1.value, $1.key) }
            return Self.few(others.map { "\($0.value) \($0.key)" }).map { "\(verb): \($0)" }
                ?? "no message at all was \(verb)"
        }
        let named = kept(tally).filter { $0.name == claim.subject }
        let misses = named.enumerated().map {
            (number: $0.offset + 1, fields: claim.misses(in: $0.element))
        }
        return misses.filter { !$0.fields.isEmpty }.min { $0.fields.count < $1.fields.count }.map {
            nearest in
            let place =
                named.count == 1 ? "the only one" : "number \(nearest.number) of \(named.count)"
            return "nearest: \(nearest.fields.joined(separator: ", ")) (\(place))".printable
        }
    }
}

extension GatewayClaim {
    /// The wanted value as a scenario writes it, without quotes.
    var wantedText: String {
        switch wanted {
        case .count(let range): range.description
        case .word(let word): word
        case .truth(let truth): "\(truth)"
        case .duration(let duration): duration.scenarioText
        case .names(let names): names.joined(separator: ", ")
        }
    }

    /// `action BUY, orderId >= 5`.
    fileprivate var fieldWords: String {
        fields.sorted { $0.key < $1.key }.map { "\($0.key) \($0.value.explained)" }
            .joined(separator: ", ")
    }

    /// Each field that is not as wanted.
    fileprivate func misses(in message: Message) -> [String] {
        fields.sorted { $0.key < $1.key }.compactMap { name, test in
            let text = message.schema.indexes(of: name).isEmpty ? nil : message[name]
            return test.holds(text)
                ? nil : "\(name) was \(text.map { $0.isEmpty ? "empty" : $0 } ?? "unset")"
        }
    }
}
