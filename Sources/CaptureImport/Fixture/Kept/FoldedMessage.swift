import GatewayWire

/// A message that comes again and again, and what tells one stream of it from another.
struct FoldedMessage: Sendable {
    enum Kind: Sendable {
        case marketData
        /// What a request downloads is whole.
        case accountNews
    }

    private let kind: Kind
    /// In `keyItems`: by the contents of these, messages belong to one stream.
    private let keys: Range<Int>

    /// By the id of a message to the client; `nil` for what is not folded.
    private static let all = table.messages
    /// The items of all of them; of namesakes the first.
    private static let keyItems = table.items

    private static let table: (messages: [FoldedMessage?], items: [Int]) = {
        var all: [FoldedMessage?] = []
        var items: [Int] = []
        func add(_ name: String, _ fields: [String], _ kind: Kind) {
            guard let schema = ProtocolSchema.message(named: name, .toClient) else { return }
            while all.count <= schema.id { all.append(nil) }
            let first = items.count
            items += fields.compactMap { schema.indexes(of: $0).first }
            all[schema.id] = FoldedMessage(kind: kind, keys: first..<items.count)
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
        return (all, items)
    }()

    /// Requests whose answers are account news.
    static let requests: Set<String> = ["reqAccountUpdates", "reqAccountUpdatesMulti"]

    /// Tells the stream of a message whose fields have not been copied.
    ///
    /// - Parameters:
    ///   - id: Of a message to the client.
    ///   - key: Becomes the stream's; its memory is used again.
    /// - Returns: `nil` for what is not folded.
    static func kind<Fields: PlacedFields & ~Copyable>(
        of id: Int, _ fields: borrowing Fields, in body: Span<UInt8>, key: inout [UInt8]
    ) -> Kind? {
        guard id < all.count, let folded = all[id] else { return nil }
        begin(&key, id)
        let context = fields.context
        for index in folded.keys {
            switch fields.value(of: keyItems[index], isGroup: false, at: 0, context) {
            case .text(let range):
                body.extracting(range).withUnsafeBufferPointer { key.append(contentsOf: $0) }
            case .whole(let number): key.append(decimal: number)
            case .absent, .double, .rows, .noRows: break
            }
            key.append(0)
        }
        return folded.kind
    }

    /// Tells the stream of a message.
    ///
    /// - Returns: `nil` for what is not folded.
    static func kind(of message: Message, key: inout [UInt8]) -> Kind? {
        let id = message.schema.id
        guard message.schema.direction == .toClient, id < all.count, let folded = all[id] else {
            return nil
        }
        begin(&key, id)
        for index in folded.keys {
            key.append(contentsOf: (message.values[keyItems[index]].string ?? "").utf8)
            key.append(0)
        }
        return folded.kind
    }

    private static func begin(_ key: inout [UInt8], _ id: Int) {
        key.removeAll(keepingCapacity: true)
        key.append(UInt8(truncatingIfNeeded: id))
    }
}
