/// Every message of the protocol, described once and looked up by name or by id.
package enum ProtocolSchema {
    /// Server versions described.
    package static let serverVersions = SchemaText.allVersions

    /// All messages: to the gateway first, each direction in numeric order.
    package static let messages: [MessageSchema] = [
        SessionMessages.text, AccountMessages.text, OrderMessages.text, ContractMessages.text,
        MarketDataMessages.text, HistoryMessages.text, NewsMessages.text,
        ConfigMessages.text,
    ].flatMap(SchemaText.messages).sorted {
        ($0.direction.rawValue, $1.id) > ($1.direction.rawValue, $0.id)
    }

    private static let byName: [String: MessageSchema] = Dictionary(
        messages.map { (key($0.name, $0.direction), $0) }, uniquingKeysWith: { first, _ in first })

    private static let toGateway = byID(.toGateway)
    private static let toClient = byID(.toClient)

    private static func byID(_ direction: Direction) -> [MessageSchema?] {
        var table = [MessageSchema?](repeating: nil, count: 256)
        for message in messages where message.direction == direction {
            table[message.id] = message
        }
        return table
    }

    package static func message(id: Int, _ direction: Direction) -> MessageSchema? {
        guard (0..<256).contains(id) else { return nil }
        return direction == .toGateway ? toGateway[id] : toClient[id]
    }

    package static func message(named name: String, _ direction: Direction) -> MessageSchema? {
        byName[key(name, direction)]
    }

    private static func key(_ name: String, _ direction: Direction) -> String {
        "\(direction.rawValue).\(name)"
    }
}
