import GatewayWire
import Simulation

/// One mistake made in the schema on purpose.
struct Corruption {
    enum Kind: String, CaseIterable {
        case swapFields = "swap two fields"
        case dropField = "drop a field"
        case repeatField = "repeat a field"
        case gateLater = "open a gate one version later"
        case gateEarlier = "open a gate one version earlier"
        case closeEarlier = "close a gate one version earlier"
        case dropCondition = "drop a condition"
        case changeType = "change a type"
        case changeUnset = "change how unset looks"
    }

    let number: Int
    let kind: Kind
    let schema: MessageSchema
    /// The line before and after.
    let story: String

    var label: String { "corruption \(number)" }

    var description: String {
        "\(kind.rawValue) in \(schema.name) (\(schema.direction)): \(story)"
    }

    /// Seeded mistakes of every kind, in either direction, in messages that clients do read.
    static func seeded(_ count: Int) -> [Corruption] {
        var random = SeededRandom(seed: 2_026)
        let blocks = ProtocolSchema.areas.flatMap(blocks)
        var corruptions: [Corruption] = []
        var tries = 0
        while corruptions.count < count, tries < 100_000 {
            tries += 1
            let kinds = Kind.allCases
            let kind = kinds[corruptions.count % kinds.count]
            let direction: Direction =
                corruptions.count / kinds.count % 2 == 0 ? .toClient : .toGateway
            guard let block = blocks.randomElement(using: &random),
                let damaged = damage(block, kind, &random),
                let schema = ProtocolSchema.read(damaged.text).first,
                schema.direction == direction, schema.evidence.isRoundTripped,
                !corruptions.contains(where: { $0.story == damaged.story })
            else { continue }
            corruptions.append(
                Corruption(
                    number: corruptions.count + 1, kind: kind, schema: schema,
                    story: damaged.story))
        }
        return corruptions
    }

    /// The lines of each message of an area.
    private static func blocks(of area: String) -> [[String]] {
        var blocks: [[String]] = []
        for line in area.split(separator: "\n").map(String.init) {
            if line.hasPrefix("message ") {
                blocks.append([line])
            } else if !blocks.isEmpty {
                blocks[blocks.count - 1].append(line)
            }
        }
        return blocks
    }

    private static func damage(
        _ block: [String], _ kind: Kind, _ random: inout SeededRandom
    ) -> (text: String, story: String)? {
        guard block.count > 2 else { return nil }
        var lines = block
        let index = Int.random(in: (kind == .closeEarlier ? 0 : 1)..<lines.count, using: &random)
        let line = SourceLine(lines[index])
        // What clients throw away cannot tell them that it is wrong, nor can a clause that no
        // version up to 200 decides.
        guard line.isTelling else { return nil }
        switch kind {
        case .swapFields:
            let next = lines.indices.contains(index + 1) ? SourceLine(lines[index + 1]) : nil
            guard let next, next.isTelling, next.indent == line.indent,
                line.condition == next.condition, !line.isGroup, !next.isGroup
            else { return nil }
            lines.swapAt(index, index + 1)
            return (lines.joined(separator: "\n"), "\(line.words[0]) and \(next.words[0])")
        case .dropField:
            guard !line.isGroup else { return nil }
            lines.remove(at: index)
            return (lines.joined(separator: "\n"), line.words[0])
        case .repeatField:
            guard !line.isGroup else { return nil }
            lines.insert(lines[index], at: index)
            return (lines.joined(separator: "\n"), line.words[0])
        case .gateLater, .gateEarlier, .closeEarlier:
            let word =
                switch (kind, index) {
                case (.closeEarlier, 0): "legacyUntil"
                case (.closeEarlier, _): "until"
                default: "since"
                }
            let step = kind == .gateLater ? 1 : -1
            guard let version = line.number(after: word), version > 101, version < 200 else {
                return nil
            }
            lines[index] = line.text.replacing(
                " \(word) \(version)", with: " \(word) \(version + step)")
        case .dropCondition:
            guard let condition = line.condition else { return nil }
            lines[index] = line.text.replacing(" if \(condition)", with: "")
        case .changeType:
            guard !line.isGroup, line.isFree,
                let other = line.otherType(block[0].contains(" toClient "))
            else { return nil }
            lines[index] = line.text.replacing(
                " \(line.words[1])", with: " \(other)", maxReplacements: 1)
        case .changeUnset:
            guard !line.isGroup, line.words[1] != "string", line.isFree else { return nil }
            if line.text.contains(" unset empty") {
                guard block[0].contains(" toGateway ") else { return nil }
                lines[index] = line.text.replacing(" unset empty", with: "")
            } else {
                guard block[0].contains(" toClient "),
                    line.words[1] == "float" || line.words[1] == "int"
                else { return nil }
                lines[index] = line.text.replacing(
                    " \(line.words[1])", with: " \(line.words[1]) unset empty", maxReplacements: 1)
            }
        }
        let story = "\(line.code) → \(SourceLine(lines[index]).code)"
        return (lines.joined(separator: "\n"), story)
    }
}

/// A line of the schema's notation, as far as a vandal must understand it.
private struct SourceLine {
    let text: String
    let indent: Int
    /// Without the note.
    let code: String
    let words: [String]

    init(_ text: String) {
        self.text = text
        indent = text.prefix { $0 == " " }.count
        let end = text.firstRange(of: "  -- ")?.lowerBound ?? text.endIndex
        code = String(text[..<end].drop { $0 == " " })
        words = code.split(separator: " ").map(String.init)
    }

    var isGroup: Bool { words[0] == "group" }

    var condition: String? {
        code.firstRange(of: " if ").map { String(code[$0.upperBound...]) }
    }

    var isTelling: Bool {
        !(words[isGroup ? 1 : 0].hasPrefix("_"))
            && (number(after: "since") ?? 0) <= 200 && (number(after: "until") ?? 300) >= 100
    }

    /// No value of it is special, so that a type shows in the seeded values.
    var isFree: Bool { !words[0].hasPrefix("order.usePrice") && words[0] != "mask" }

    /// A type that at least one client, or the form of what a client sends, tells from this one.
    func otherType(_ isToClient: Bool) -> String? {
        switch words[1] {
        case "int", "long": isToClient ? "float" : "bool"
        case "bool": isToClient ? "float" : nil
        case "float", "decimal": isToClient ? "string" : "int"
        default: isToClient ? nil : "int"
        }
    }

    func number(after word: String) -> Int? {
        guard let index = words.firstIndex(of: word), index + 1 < words.count else { return nil }
        return Int(words[index + 1])
    }
}
