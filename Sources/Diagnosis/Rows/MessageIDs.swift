import GatewayWire

/// A set of message ids of one direction, all below 256.
struct MessageIDs: Sendable {
    private var words: (UInt64, UInt64, UInt64, UInt64) = (0, 0, 0, 0)

    init() {}

    /// - Parameter names: Those that are no messages of this direction are left out.
    init(_ names: some Sequence<String>, _ direction: Direction) {
        for name in names {
            if let schema = ProtocolSchema.message(named: name, direction) { insert(schema.id) }
        }
    }

    mutating func insert(_ id: Int) {
        let bit = UInt64(1) << UInt64(id & 63)
        switch id >> 6 {
        case 0: words.0 |= bit
        case 1: words.1 |= bit
        case 2: words.2 |= bit
        case 3: words.3 |= bit
        default: preconditionFailure("message id \(id) is above 255")
        }
    }

    func contains(_ id: Int) -> Bool {
        let word =
            switch id >> 6 {
            case 0: words.0
            case 1: words.1
            case 2: words.2
            case 3: words.3
            default: UInt64(0)
            }
        return word >> UInt64(id & 63) & 1 == 1
    }
}
