package import GatewayWire
package import Simulation

/// One tick of a line, as numbers.
///
/// Ticks are by far the most frequent messages. One is computed once for all lines on a contract.
/// It becomes a `Message` only where a message is needed.
package struct Tick: Hashable, Sendable {
    enum Kind: UInt8 {
        case price, size, time, letters, number
    }

    let kind: Kind
    let type: Int16
    /// A size or a time as it is, a price or another number in millionths, letters as bytes from
    /// the lowest on.
    let value: Int64
    /// The size at a price.
    let shownSize: Int64

    /// A price and the size at it.
    static func price(_ type: Int, _ price: Amount, size: Int64 = 0) -> Tick {
        Tick(kind: .price, type: Int16(type), value: price.micros, shownSize: size)
    }

    static func size(_ type: Int, _ size: Int64) -> Tick {
        Tick(kind: .size, type: Int16(type), value: size, shownSize: 0)
    }

    /// A moment, in seconds since 1970.
    static func time(_ type: Int, _ seconds: Int64) -> Tick {
        Tick(kind: .time, type: Int16(type), value: seconds, shownSize: 0)
    }

    /// Up to eight ASCII letters, the first in the lowest byte.
    static func letters(_ type: Int, _ letters: UInt64) -> Tick {
        Tick(kind: .letters, type: Int16(type), value: Int64(bitPattern: letters), shownSize: 0)
    }

    static func number(_ type: Int, _ number: Amount) -> Tick {
        Tick(kind: .number, type: Int16(type), value: number.micros, shownSize: 0)
    }

    private var letters: String {
        let bytes = (0..<8).map { UInt8(truncatingIfNeeded: value >> (8 * $0)) }
        return String(decoding: bytes.prefix { $0 != 0 }, as: UTF8.self)
    }

    /// Live bids and asks can be met automatically; recorded as 0 on delayed lines.
    var mask: Int64 { type == 1 || type == 2 ? 1 : 0 }

    /// The message for one line.
    package func message(for request: Int) -> Message {
        let amount = Amount(micros: value)
        let message =
            switch kind {
            case .price: TickMessage.price(Int(type), amount, size: shownSize, mask: mask)
            case .size: TickMessage.size(Int(type), value)
            case .time: TickMessage.text(Int(type), String(value))
            case .letters: TickMessage.text(Int(type), letters)
            case .number: TickMessage.number(Int(type), amount)
            }
        return message.addressed(to: String(request))
    }
}

/// Ticks that leave together: each contract's once, and which lines they go to.
package struct TickBatch: Hashable, Sendable {
    /// What one line gets.
    package struct Part: Hashable, Sendable {
        package let connection: ConnectionID
        package let request: Int
        let ticks: Range<Int>
    }

    package private(set) var parts: [Part] = []
    private(set) var ticks: [Tick] = []

    var isEmpty: Bool { parts.isEmpty }

    /// How much there is, of lines and of ticks.
    var size: (parts: Int, ticks: Int) { (parts.count, ticks.count) }

    mutating func reserve(_ size: (parts: Int, ticks: Int)) {
        parts.reserveCapacity(size.parts)
        ticks.reserveCapacity(size.ticks)
    }

    /// Adds a contract's tick, for the lines that are added after it.
    mutating func append(_ tick: Tick) { ticks.append(tick) }

    mutating func append(_ request: Int, of connection: ConnectionID, since start: Int) {
        parts.append(Part(connection: connection, request: request, ticks: start..<ticks.count))
    }

    /// Every message, line by line.
    package var messages: [(connection: ConnectionID, message: Message)] {
        parts.flatMap { part in messages(part).map { (part.connection, $0) } }
    }

    /// The messages of one part.
    package func messages(_ part: Part) -> [Message] {
        ticks[part.ticks].map { $0.message(for: part.request) }
    }
}

/// How many ticks there were, by the message that they became.
package struct TickCounts: Hashable, Sendable {
    private var prices = 0
    private var sizes = 0
    private var numbers = 0
    private var texts = 0

    package init() {}

    package mutating func take(_ part: TickBatch.Part, of batch: TickBatch) {
        for index in part.ticks {
            switch batch.ticks[index].kind {
            case .price: prices += 1
            case .size: sizes += 1
            case .number: numbers += 1
            case .time, .letters: texts += 1
            }
        }
    }

    /// Message names and numbers, without those that are 0.
    package var counts: [(name: String, count: Int)] {
        [
            (TickMessage.priceTemplate, prices), (TickMessage.sizeTemplate, sizes),
            (TickMessage.numberTemplate, numbers), (TickMessage.textTemplate, texts),
        ].filter { $0.1 > 0 }.map { ($0.0.name, $0.1) }
    }
}
