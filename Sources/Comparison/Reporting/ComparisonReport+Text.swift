internal import GatewayWire
internal import ScenarioFormat
internal import Simulation

extension ComparisonReport {
    /// The report for people.
    ///
    /// - Parameter showsTolerated: Also what the tolerance file covers.
    package func text(showsTolerated: Bool = false) -> String {
        var lines: [String] = []
        for area in areas {
            lines.append("\(area.name):")
            var shown: (recorded: String, other: String)?
            for group in area.groups {
                let difference = group.difference
                let isSame =
                    shown.map { $0 == (difference.recorded, difference.other) } ?? false
                lines += self.lines(of: group, showsBoth: !isSame)
                shown = nil
                if case .sequence = difference.subject {
                    shown = (difference.recorded, difference.other)
                }
            }
            lines.append("")
        }
        if repeatsDiffer {
            lines.append("repetitions:")
            lines.append(
                "  unchanged openOrder/orderStatus pairs: \(recordedRepeatCount) in the recordings, "
                    + "none from the \(other)")
            lines.append("")
        }
        if showsTolerated {
            for (tolerance, count) in toleratedCounts {
                lines.append(
                    "tolerated \(counted(count, "time")): \(tolerance.words): \(tolerance.reason)")
            }
            for (name, reason) in leftOut { lines.append("left out: \(name): \(reason)") }
        }
        for (mark, words) in unused { lines.append("\(mark): nothing uses the entry: \(words)") }
        for note in notes { lines.append("note: \(note)") }
        lines += summary
        return lines.joined(separator: "\n")
    }

    /// How much was compared, and how much was not.
    private var summary: [String] {
        let count = groups.reduce(0) { $0 + $1.count } + (repeatsDiffer ? 1 : 0)
        var lines = [
            "\(counted(totals.recordings, "recording")) compared: "
                + "\(counted(totals.messages, "message")), \(counted(totals.fields, "field")), "
                + counted(totals.sequences, "sequence")
        ]
        if !leftOut.isEmpty {
            let reasons = Self.tallied(leftOut.map(\.reason))
            lines.append("\(counted(leftOut.count, "recording")) left out: \(reasons)")
        }
        if !passedOver.isEmpty {
            let parts = passedOver.sorted { ($1.value, $0.key) < ($0.value, $1.key) }
                .map { "\($0.value) \($0.key)" }
            lines.append("not compared: \(parts.joined(separator: "; "))")
        }
        lines.append(
            "\(counted(count, "untolerated difference")) of "
                + "\(counted(groups.count + (repeatsDiffer ? 1 : 0), "kind")), "
                + "\(totals.tolerated) tolerated")
        return lines
    }

    private static func tallied(_ reasons: [String]) -> String {
        var counts: [(reason: String, count: Int)] = []
        for reason in reasons {
            if let index = counts.firstIndex(where: { $0.reason == reason }) {
                counts[index].count += 1
            } else {
                counts.append((reason, 1))
            }
        }
        return counts.map { "\($0.count) \($0.reason)" }.joined(separator: "; ")
    }

    /// Groups by the message or the topic they concern, in alphabetical order; sequences first.
    private var areas: [(name: String, groups: [Group])] {
        var byName: [String: [Group]] = [:]
        for group in groups {
            let name =
                switch group.difference.subject {
                case .sequence(let topic, _, _, _): "sequence of \(topic)"
                case .field(let message, _, _): "fields of \(message)"
                }
            byName[name, default: []].append(group)
        }
        return byName.keys.sorted { one, other in
            (one.hasPrefix("fields") ? 1 : 0, one) < (other.hasPrefix("fields") ? 1 : 0, other)
        }.map { ($0, byName[$0] ?? []) }
    }

    /// - Parameter showsBoth: False when both sides stand above already.
    private func lines(of group: Group, showsBoth: Bool) -> [String] {
        let difference = group.difference
        let names = group.recordings.prefix(3).joined(separator: ", ")
        let more = group.recordings.count > 3 ? ", …" : ""
        let times =
            "\(counted(group.count, "time")) in \(counted(group.recordings.count, "recording")) "
            + "(\(names)\(more))"
        let place = "\(group.path):\(difference.line)"
        switch difference.subject {
        case .field(_, let field, let kind):
            return [
                "  \(field): \(Self.words(kind)): recorded \(Self.shown(difference.recordedForm)), "
                    + "\(other) \(Self.shown(difference.otherForm)); \(times)",
                "      recorded \(Self.shown(difference.recorded))  (\(place), \(difference.topic))",
                "      \(otherColumn) \(Self.shown(difference.other))",
            ]
        case .sequence(_, let kind, let step, let after):
            let position = after.isEmpty ? "" : " after \(after)"
            let first = "  \(words(kind)) \(step)\(position); \(times)"
            guard showsBoth, !(difference.recorded + difference.other).isEmpty else {
                return [first]
            }
            return [
                first, "      recorded \(difference.recorded)  (\(place), \(difference.topic))",
                "      \(otherColumn) \(difference.other)",
            ]
        }
    }

    private static func words(_ kind: FieldDifference) -> String {
        switch kind {
        case .missing: "not filled"
        case .extra: "filled"
        case .value: "another value"
        case .form: "written in another form"
        case .text: "another text"
        }
    }

    /// As wide as `recorded`.
    private var otherColumn: String {
        other + String(repeating: " ", count: max(0, 8 - other.count))
    }

    private func words(_ kind: Difference.SequenceDifference) -> String {
        switch kind {
        case .lacks: "the \(other) lacks"
        case .surplus: "the \(other) adds"
        case .order: "at another place:"
        }
    }

    private static func shown(_ text: String) -> String {
        let flat = text.split(separator: "\n", omittingEmptySubsequences: false).joined(
            separator: "\\n")
        return flat.isEmpty ? "''" : flat.count > 200 ? flat.prefix(200) + "…" : flat
    }

    private var recordedRepeatCount: Int { repeats.recorded }

    /// The report as one JSON object.
    package var json: String {
        var line = JSONLine()
        line.add("recordings", totals.recordings)
        line.add("messages", totals.messages)
        line.add("fields", totals.fields)
        line.add("sequences", totals.sequences)
        line.add("tolerated", totals.tolerated)
        line.add("recordedRepeats", repeats.recorded)
        line.add("modelRepeats", repeats.model)
        line.addRaw("differences", JSONLine.array(groups.map(Self.json)))
        line.addRaw(
            "notCompared",
            JSONLine.array(
                passedOver.sorted { $0.key < $1.key }.map { reason, count in
                    var entry = JSONLine()
                    entry.add("reason", reason)
                    entry.add("messages", count)
                    return entry.finished
                }))
        line.addRaw(
            "leftOut",
            JSONLine.array(
                leftOut.map { name, reason in
                    var entry = JSONLine()
                    entry.add("recording", name)
                    entry.add("reason", reason)
                    return entry.finished
                }))
        line.addRaw(
            "unused",
            JSONLine.array(
                unused.map { mark, words in
                    var entry = JSONLine()
                    entry.add("at", "\(mark)")
                    entry.add("entry", words)
                    return entry.finished
                }))
        line.addRaw("notes", JSONLine.array(notes.map(JSONLine.quoted)))
        return line.finished
    }

    private static func json(_ group: Group) -> String {
        var line = JSONLine()
        let difference = group.difference
        switch difference.subject {
        case .field(let message, let field, let kind):
            line.add("message", message)
            line.add("field", field)
            line.add("kind", kind.rawValue)
            line.add("recordedForm", difference.recordedForm)
            line.add("modelForm", difference.otherForm)
        case .sequence(let topic, let kind, let step, let after):
            line.add("topic", topic)
            line.add("kind", kind.rawValue)
            line.add("step", step)
            line.add("after", after)
        }
        line.add("count", group.count)
        line.addRaw("in", JSONLine.array(group.recordings.map(JSONLine.quoted)))
        line.add("recorded", difference.recorded)
        line.add("model", difference.other)
        line.add("at", "\(group.path):\(difference.line)")
        return line.finished
    }
}
