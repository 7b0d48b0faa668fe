package import GatewayWire

/// One tick of a line, as numbers.
///
/// Ticks are by far the most frequent messages. One is worked out once for all lines on a contract,
/// and becomes a `Message` only for those who look at messages.
package struct Tick: Hashable, Sendable {
    fileprivate enum Kind: UInt8 {
        case price, size, time, number
    }

    fileprivate let kind: Kind
    fileprivate let type: Int16
    /// A size or a time as it is; a price or another number in millionths.
    fileprivate let value: Int64
    /// What stands at a price.
    fileprivate let shownSize: Int64

    /// A price with the size that stands there.
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

    static func number(_ type: Int, _ number: Amount) -> Tick {
        Tick(kind: .number, type: Int16(type), value: number.micros, shownSize: 0)
    }

    /// Bids and asks can be met automatically.
    fileprivate var mask: Int64 { type == 1 || type == 2 || type == 66 || type == 67 ? 1 : 0 }

    /// The message for one line.
    package func message(for request: Int) -> Message {
        let amount = Amount(micros: value)
        let message =
            switch kind {
            case .price: TickMessage.price(Int(type), amount, size: shownSize, mask: mask)
            case .size: TickMessage.size(Int(type), value)
            case .time: TickMessage.text(Int(type), String(value))
            case .number: TickMessage.number(Int(type), amount)
            }
        return message.addressed(to: String(request))
    }
}

/// Writes ticks at one server version.
package struct TickEncoder: Sendable {
    private let price: NumberFrames
    private let size: NumberFrames
    private let time: NumberFrames
    private let number: NumberFrames

    /// The messages that ticks become.
    package static let schemas = [
        TickMessage.priceTemplate, TickMessage.sizeTemplate, TickMessage.textTemplate,
        TickMessage.numberTemplate,
    ].map(\.schema)

    /// `nil` for a version at which they have no form made of numbers alone.
    package init?(serverVersion: Int) {
        let frames = Self.schemas.compactMap { NumberFrames($0, serverVersion: serverVersion) }
        guard frames.count == 4 else { return nil }
        price = frames[0]
        size = frames[1]
        time = frames[2]
        number = frames[3]
    }

    /// The frames a line gets; byte for byte those of the ticks' messages.
    package func append(_ ticks: [Tick], for request: Int, to buffer: inout FrameBuffer) {
        let id = FieldNumber.integer(Int64(request))
        for tick in ticks {
            let type = FieldNumber.integer(Int64(tick.type))
            switch tick.kind {
            case .price:
                let fields: [5 of FieldNumber] = [
                    id, type, .millionths(tick.value), .integer(tick.shownSize), .integer(tick.mask),
                ]
                buffer.append(price, fields.span)
            case .size:
                let fields: [3 of FieldNumber] = [id, type, .integer(tick.value)]
                buffer.append(size, fields.span)
            case .time:
                let fields: [3 of FieldNumber] = [id, type, .integer(tick.value)]
                buffer.append(time, fields.span)
            case .number:
                let fields: [3 of FieldNumber] = [id, type, .millionths(tick.value)]
                buffer.append(number, fields.span)
            }
        }
    }
}
