internal import EventLog
internal import Faults
internal import GatewayWire
internal import Simulation

/// In which encoding a gateway sends its messages, for `encoding:`.
enum GatewayEncoding: String, Hashable, Sendable, CaseIterable {
    /// As gateways of its server version do.
    case asVersion = "as-version"
    /// Text, at whatever version.
    case text
    /// Protobuf where the version has it for a message, also where gateways still send text.
    case protobuf

    /// The first server version that knows protobuf.
    static let firstProtobufVersion = 201

    var rule: FaultRule? {
        let form: MessageEncoding
        switch self {
        case .asVersion: return nil
        case .text: form = .text
        case .protobuf: form = .protobuf
        }
        return FaultRule(
            name: "encoding/\(rawValue)", when: .message(MessagePattern(direction: .toClient)),
            isOptional: true, do: [.message(.encode(form))])
    }
}

/// How a gateway's frames are cut into writes once the version is agreed on, for `framing:`.
enum GatewayFraming: String, Hashable, Sendable, CaseIterable {
    /// As they come.
    case whole
    /// One byte at a time.
    case bytes
    /// Two halves of each frame.
    case halves
    /// Pieces of seven bytes, so that lengths and ids are cut too.
    case pieces
    /// What comes within 20 ms in one write.
    case gathered

    var rule: FaultRule? {
        let action: FaultAction
        switch self {
        case .whole: return nil
        case .bytes: action = .slice(size: 1, gap: .microseconds(100), .toClient)
        case .halves: action = .halve(gap: .milliseconds(1), .toClient)
        case .pieces: action = .slice(size: 7, gap: .microseconds(200), .toClient)
        case .gathered: action = .coalesce(window: .milliseconds(20), .toClient)
        }
        return FaultRule(
            name: "framing/\(rawValue)", when: .happening(.phase(.greeted)), isOptional: true,
            do: [action])
    }
}

extension Reading {
    /// The rules of `encoding:` and `framing:`, each with its key.
    mutating func formRules(_ fields: Fields) -> [(key: String, rule: FaultRule)] {
        let encoding = word(fields["encoding"], "encoding", of: GatewayEncoding.self)
        let framing = word(fields["framing"], "framing", of: GatewayFraming.self)
        return [("encoding", encoding?.rule), ("framing", framing?.rule)].compactMap { key, rule in
            rule.map { (key, $0) }
        }
    }

    /// A gateway before protobuf cannot send any.
    mutating func checkEncoding(_ fields: Fields, newest version: Int) {
        guard let node = fields["encoding"], isWord(GatewayEncoding.protobuf.rawValue, node),
            version < GatewayEncoding.firstProtobufVersion
        else { return }
        let names = variables.filter { ["protobuf", "\(version)"].contains($0.value.text) }
            .sorted { $0.key < $1.key }.map { "\($0.key): \($0.value.text)" }
        report(
            "protobuf begins with server version \(GatewayEncoding.firstProtobufVersion), and this "
                + "gateway speaks up to \(version)", at: node.span,
            hint: names.count > 1
                ? "leave such rows out: 'except: [{\(names.joined(separator: ", "))}]' in 'matrix'"
                : "raise 'server-version', or leave 'encoding' out")
    }
}
