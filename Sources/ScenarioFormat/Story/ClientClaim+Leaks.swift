internal import EventLog
internal import Faults

/// Claims of what a program holds, and of what it leaves behind. When one of them does not hold, the
/// scenario has leaked.
extension ClientClaimWord {
    static let descriptors = ClientClaimWord(
        "descriptors", "so many descriptors are open now, or were when it ended",
        example: "\"<= 40\""
    ) { reading, fields in
        reading.countRange(fields["descriptors"]).map(ClientClaim.descriptors)
    } write: { claim in
        if case .descriptors(let count) = claim { YAMLText.scalar(count.description) } else { nil }
    } judge: { claim, run, _ in
        guard case .descriptors(let count) = claim else { return nil }
        return [
            Outcome(
                run.openDescriptors.map(count.contains) ?? false,
                "\(run.name) has \(count) descriptors open",
                seen: run.openDescriptors.map { "\($0)" } ?? "it ended before they were counted")
        ]
    }

    static let descriptorGrowth = ClientClaimWord(
        "descriptor-growth",
        "how many more descriptors are open at the last line that holds a text than at the first",
        example: "{line: connected, count: 0}"
    ) { reading, fields in
        guard let node = fields["descriptor-growth"],
            let growth = reading.fields(
                node, of: "descriptor-growth", keys: ["line", "count"], required: ["line", "count"]),
            let line = reading.text(growth["line"]),
            let count = reading.countRange(growth["count"])
        else { return nil }
        return .descriptorGrowth(line: line, count)
    } write: { claim in
        guard case .descriptorGrowth(let line, let count) = claim else { return nil }
        return YAMLText.mapping([
            ("line", YAMLText.scalar(line)), ("count", YAMLText.scalar(count.description)),
        ])
    } judge: { claim, run, _ in
        guard case .descriptorGrowth(let line, let count) = claim else { return nil }
        let marks = run.descriptorMarks[line]
        let growth = marks.map { max(0, $0.last - $0.first) }
        let isTold = marks.map { $0.count >= 2 } ?? false
        return [
            Outcome(
                isTold && growth.map(count.contains) ?? false,
                "\(run.name) has \(count) more descriptors open from one line \"\(line)\" to the last",
                seen: marks.map {
                    isTold
                        ? "\($0.first) at the first, \($0.last) at the last of \($0.count)"
                        : "only one such line"
                } ?? "no such line")
        ]
    }

    static let endedSockets = ClientClaimWord(
        "ended-sockets",
        "sockets that it holds of connections to a gateway that ended 200 ms ago or earlier",
        example: "0"
    ) { reading, fields in
        reading.countRange(fields["ended-sockets"]).map(ClientClaim.endedSockets)
    } write: { claim in
        if case .endedSockets(let count) = claim { YAMLText.scalar(count.description) } else { nil }
    } judge: { claim, run, _ in
        guard case .endedSockets(let count) = claim else { return nil }
        return [
            Outcome(
                run.openDescriptors != nil && count.contains(run.endedSockets),
                "\(run.name) holds \(count) sockets of connections that have ended",
                seen: run.openDescriptors == nil
                    ? "it ended before they were counted" : "\(run.endedSockets)")
        ]
    }

    static let childrenLeft = ClientClaimWord(
        "children-left", "processes of its group that still ran 200 ms after its end", example: "0"
    ) { reading, fields in
        reading.countRange(fields["children-left"]).map(ClientClaim.childrenLeft)
    } write: { claim in
        if case .childrenLeft(let count) = claim { YAMLText.scalar(count.description) } else { nil }
    } judge: { claim, run, _ in
        guard case .childrenLeft(let count) = claim else { return nil }
        let names = run.outlivedBy
        return [
            Outcome(
                names.map { count.contains($0.count) } ?? false,
                "\(run.name) leaves \(count) processes behind",
                seen: names.map {
                    $0.isEmpty
                        ? "none" : "\($0.count): \($0.map(\.printable).joined(separator: ", "))"
                } ?? "it \(run.endingWords)")
        ]
    }
}
