import GatewayWire

/// A message that comes again and again, and what tells one stream of it from another.
struct FoldedMessage: Sendable {
    enum Kind: Sendable {
        case marketData
        /// What a request downloads is whole.
        case accountNews
    }

    private let kind: Kind
    /// By the contents of these items, messages belong to one stream; of namesakes the first.
    private var keys = InlineArray<5, Int>(repeating: 0)
    private var keyCount = 0

    private init(_ kind: Kind, _ items: [Int]) {
        self.kind = kind
        for item in items {
            keys[keyCount] = item
            keyCount += 1
        }
    }

    /// By the id of a message to the client; `nil` for what is not folded.
    private static let all: [FoldedMessage?] = {
        var all: [FoldedMessage?] = []
        func add(_ name: String, _ fields: [String], _ kind: Kind) {
            guard let schema = ProtocolSchema.message(named: name, .toClient) else { return }
            while all.count <= schema.id { all.append(nil) }
            all[schema.id] = FoldedMessage(kind, fields.compactMap { schema.indexes(of: $0).first })
        }
        for name in [
            "tickPrice", "tickSize", "tickString", "tickGeneric", "tickOptionComputation",
            "tickEFP", "updateMktDepth", "updateMktDepthL2", "realtimeBar", "tickByTick", "pnl",
            "pnlSingle", "historicalDataUpdate",
        ] {
            add(name, ["reqId", "tickType"], .marketData)
        }
        add("updateAccountValue", ["key", "currency", "accountName"], .accountNews)
        add("updatePortfolio", ["contract.conId", "accountName"], .accountNews)
        add("updateAccountTime", [], .accountNews)
        add(
            "accountUpdateMulti", ["reqId", "key", "currency", "account", "modelCode"],
            .accountNews)
        return all
    }()

    /// Requests whose answers are account news.
    static let requests: Set<String> = ["reqAccountUpdates", "reqAccountUpdatesMulti"]

    /// Tells the stream of a message whose fields have not been copied.
    ///
    /// - Parameters:
    ///   - id: Of a message to the client.
    ///   - key: Becomes the stream's.
    /// - Returns: `nil` for what is not folded.
    static func kind<Fields: PlacedFields & ~Copyable>(
        of id: Int, _ fields: borrowing Fields, in body: Span<UInt8>, key: inout StreamKey
    ) -> Kind? {
        guard id < all.count, let folded = all[id] else { return nil }
        key.begin(id)
        let context = fields.context
        for index in 0..<folded.keyCount {
            switch fields.value(of: folded.keys[index], isGroup: false, at: 0, context) {
            case .text(let range): key.append(body.extracting(range))
            case .whole(let number): key.append(number)
            case .absent, .double, .rows, .noRows: key.append(Span())
            }
        }
        return folded.kind
    }

    /// Tells the stream of a message.
    ///
    /// - Returns: `nil` for what is not folded.
    static func kind(of message: Message, key: inout StreamKey) -> Kind? {
        let id = message.schema.id
        guard message.schema.direction == .toClient, id < all.count, let folded = all[id] else {
            return nil
        }
        key.begin(id)
        for index in 0..<folded.keyCount {
            let text = message.values[folded.keys[index]].string ?? ""
            key.append(text.utf8.span)
        }
        return folded.kind
    }
}
