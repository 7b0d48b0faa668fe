import EventLog
import GatewayWire

/// The control port's answers, as lines for a person.
enum ControlText {
    /// One line for each object of an array, or for the one object: `key=value`, two spaces between.
    static func lines(_ body: [UInt8]) -> [String] {
        guard let value = try? JSONReader.read(body[...]) else {
            return [String(decoding: body, as: UTF8.self)]
        }
        if case .array(let items) = value.content { return items.map(line) }
        return [line(value)]
    }

    /// What a verdict says: whether all holds, and a line for each claim.
    static func verdict(_ body: [UInt8]) -> (holds: Bool, lines: [String]) {
        guard let value = try? JSONReader.read(body[...]),
            case .object(let members) = value.content,
            case .bool(let holds)? = members["holds"]?.content,
            case .array(let findings)? = members["findings"]?.content
        else { return (false, [String(decoding: body, as: UTF8.self)]) }
        let lines = findings.compactMap { finding -> String? in
            guard case .object(let finding) = finding.content,
                case .bool(let isGood)? = finding["holds"]?.content,
                let expected = try? finding.text("expected"), let seen = try? finding.text("seen")
            else { return nil }
            return "\(isGood ? "holds" : "fails")  \(expected); seen: \(seen)".printable
        }
        return (holds, lines)
    }

    /// What a problem says.
    static func failure(status: Int, body: [UInt8]) -> CommandFailure {
        guard let value = try? JSONReader.read(body[...]),
            case .object(let problem) = value.content, let title = try? problem.text("title"),
            let detail = try? problem.text("detail")
        else {
            return CommandFailure(
                text: "the control port answered \(status)",
                hint: "is it a control port of fakegw?",
                code: .failed)
        }
        let lines = detail.split(separator: "\n").map { String($0).printable }
        return CommandFailure(
            text: "\(title.printable): \(lines.joined(separator: "\n"))", code: .failed)
    }

    private static func line(_ value: JSONValue) -> String {
        guard case .object(let members) = value.content else { return text(value) }
        return members.members.map { "\($0.key)=\(text($0.value))" }.joined(separator: "  ")
    }

    private static func text(_ value: JSONValue) -> String {
        switch value.content {
        case .null: "-"
        case .bool(let flag): "\(flag)"
        case .number(let digits): digits
        case .string(let text): text.split(separator: "\n").joined(separator: "; ").printable
        case .array(let items): "[" + items.map(short).joined(separator: ", ") + "]"
        case .object(let members):
            "{" + members.members.map { "\($0.key): \(text($0.value))" }.joined(separator: ", ")
                + "}"
        }
    }

    /// An object in a list by its name.
    private static func short(_ value: JSONValue) -> String {
        guard case .object(let members) = value.content,
            let name = members["id"] ?? members["name"]
        else { return text(value) }
        return text(name)
    }
}
