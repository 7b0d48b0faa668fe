import EventLog
import GatewayWire

/// Maps recorded ids to the live client's ids.
///
/// It learns them from matched messages.
struct ReplayIDs: Sendable {
    /// How many pairs are kept for each role.
    static let maxCount = 65_536

    private var live: [FieldRole: [String: String]] = [:]

    /// Learns the ids of a recorded message and of the live message that matches it.
    mutating func learn(recorded: Message, live message: Message) {
        learn(recorded.schema.items, recorded.values, message.values)
    }

    /// The recorded message as the live client must see it.
    func applied(to message: Message) -> Message {
        // The gateway chooses the first ids, and they are the same for both clients.
        guard message.name != "nextValidId", !live.isEmpty else { return message }
        var changed = message
        changed.values = applied(
            message.schema.items, message.values, isError: message.name == "error")
        return changed
    }

    /// Whether two messages are equal apart from their ids.
    static func isSame(_ one: Message, _ other: Message) -> Bool {
        one.schema === other.schema && one.values.count == other.values.count
            && zip(one.schema.items, zip(one.values, other.values)).allSatisfy { item, pair in
                role(of: item) != nil || pair.0 == pair.1
            }
    }

    // Helpers, in the order they are called.

    private mutating func learn(
        _ items: [SchemaItem], _ recorded: [FieldValue], _ message: [FieldValue]
    ) {
        for (item, pair) in zip(items, zip(recorded, message)) {
            guard let role = Self.role(of: item), let old = pair.0.string, let new = pair.1.string,
                Self.isID(old), Self.isID(new), live[role, default: [:]].count < Self.maxCount
            else { continue }
            live[role, default: [:]][old] = new
        }
    }

    private func applied(
        _ items: [SchemaItem], _ values: [FieldValue], isError: Bool
    ) -> [FieldValue] {
        zip(items, values).map { item, value in
            if case .group(let group) = item, case .group(let rows) = value {
                return .group(rows.map { applied(group.items, $0, isError: isError) })
            }
            guard let role = Self.role(of: item), let old = value.string else { return value }
            let found = live[role]?[old] ?? (isError ? live[.order]?[old] : nil)
            return found.map(FieldValue.text) ?? value
        }
    }

    private static func role(of item: SchemaItem) -> FieldRole? {
        guard case .field(let field) = item else { return nil }
        return switch field.role {
        case .request, .order, .client: field.role
        case .perm, .execution, .account, .contract, .money, .time, nil: nil
        }
    }

    /// An unset number and -1 ("no particular request") are not ids.
    private static func isID(_ text: String) -> Bool {
        guard let number = Int(text) else { return false }
        return number >= 0 && number != 2_147_483_647
    }
}
