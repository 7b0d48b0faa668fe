package import GatewayWire

/// Writes ticks at one server version.
package struct TickEncoder: Sendable {
    private let price: NumberFrames
    private let size: NumberFrames
    private let text: NumberFrames
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
        text = frames[2]
        number = frames[3]
    }

    /// The frames a line gets; byte for byte those of the ticks' messages.
    package func append(_ part: TickBatch.Part, of batch: TickBatch, to buffer: inout FrameBuffer) {
        let id = FrameField.integer(Int64(part.request))
        for index in part.ticks {
            let tick = batch.ticks[index]
            let type = FrameField.integer(Int64(tick.type))
            switch tick.kind {
            case .price:
                let fields: [5 of FrameField] = [
                    id, type, .millionths(tick.value), .integer(tick.shownSize),
                    .integer(tick.mask),
                ]
                buffer.append(price, fields.span)
            case .size:
                let fields: [3 of FrameField] = [id, type, .integer(tick.value)]
                buffer.append(size, fields.span)
            case .time:
                let fields: [3 of FrameField] = [id, type, .integer(tick.value)]
                buffer.append(text, fields.span)
            case .letters:
                let fields: [3 of FrameField] = [
                    id, type, .letters(UInt64(bitPattern: tick.value)),
                ]
                buffer.append(text, fields.span)
            case .number:
                let fields: [3 of FrameField] = [id, type, .millionths(tick.value)]
                buffer.append(number, fields.span)
            }
        }
    }
}
