/// Every message of the protocol, described once and looked up by name or by id.
package enum ProtocolSchema {
    /// Server versions described.
    package static let serverVersions = SchemaText.allVersions

    /// What the messages are read from, an area each; tests read corrupted copies of it.
    package static let areas = [
        SessionMessages.text, AccountMessages.text, OrderMessages.text, ContractMessages.text,
        MarketDataMessages.text, HistoryMessages.text, NewsMessages.text, ConfigMessages.text,
    ]

    /// All messages: to the gateway first, each direction in numeric order.
    package static let messages: [MessageSchema] = areas.flatMap(read).sorted {
        ($0.direction.rawValue, $1.id) > ($1.direction.rawValue, $0.id)
    }

    /// The messages of one area's text, or of a part of it.
    package static func read(_ area: String) -> [MessageSchema] {
        SchemaText.messages(in: area)
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
        return messagesByID(direction)[id]
    }

    /// The messages of a direction by their ids, of which there are 256.
    static func messagesByID(_ direction: Direction) -> [MessageSchema?] {
        direction == .toGateway ? toGateway : toClient
    }

    /// The same for those who do not keep them; all live as long as the program.
    static func handlesByID(_ direction: Direction) -> [Unmanaged<MessageSchema>?] {
        direction == .toGateway ? toGatewayHandles : toClientHandles
    }

    private static let toGatewayHandles = toGateway.map { $0.map { Unmanaged.passUnretained($0) } }
    private static let toClientHandles = toClient.map { $0.map { Unmanaged.passUnretained($0) } }

    package static func message(named name: String, _ direction: Direction) -> MessageSchema? {
        byName[key(name, direction)]
    }

    private static func key(_ name: String, _ direction: Direction) -> String {
        "\(direction.rawValue).\(name)"
    }
}
