package import GatewayWire

/// What a frame tells by itself, before anybody asks what its connection knows.
///
/// Looking needs nothing but the frame, so that it can be done on another thread than judging.
package struct RowGlance: Sendable {
    package enum Kind: Sendable {
        /// A row about its request alone; the rest of the glance is its.
        case plain
        /// A row that tells of orders or contracts too, if anything.
        case detailed
        /// Only the message itself can tell.
        case message
    }

    package let kind: Kind
    let glimpse: Glimpse
    let hasRequest: Bool
    private let requestID: Int
    let messageID: Int

    static let message = RowGlance(.message)
    static let detailed = RowGlance(.detailed)

    private init(_ kind: Kind) {
        self.kind = kind
        glimpse = .maybe
        hasRequest = false
        requestID = 0
        messageID = 0
    }

    init(of messageID: Int, request: Int?, _ glimpse: Glimpse) {
        kind = .plain
        self.glimpse = glimpse
        hasRequest = request != nil
        requestID = request ?? 0
        self.messageID = messageID
    }

    /// As the message tells it; `nil` when it has none.
    var request: Int? { hasRequest ? requestID : nil }
}

/// Looks at frames one after the other; its memory is used again.
package struct RowGlancer: Sendable {
    private let plans: RowPlans
    private var tape = ProtobufTape()
    private var values = [PlacedValue](repeating: .absent, count: RowPlan.maxItems)

    init(_ plans: RowPlans) { self.plans = plans }

    /// - Parameter scanner: Has just scanned `body`.
    @inline(__always)
    package mutating func glance(
        at body: Span<UInt8>, _ scanner: borrowing MessageScanner, isProtobuf: Bool
    ) -> RowGlance {
        guard scanner.direction == .toClient, body.count <= KeptFrame.maxBytes,
            let plan = plans[scanner.messageID], isProtobuf || !scanner.hasSurplus
        else { return .message }
        return plan._withUnsafeGuaranteedRef {
            glance(at: body, $0, scanner, isProtobuf: isProtobuf)
        }
    }

    private mutating func glance(
        at body: Span<UInt8>, _ plan: RowPlan, _ scanner: borrowing MessageScanner,
        isProtobuf: Bool
    ) -> RowGlance {
        guard plan.isPlain else { return .detailed }
        guard scanner.find(plan.items, in: body, isProtobuf: isProtobuf, &tape, &values) else {
            return .message
        }
        var request: Int?
        if let place = plan.request {
            request = values[place].plainNumber(in: body)
            guard request != nil else { return .message }
        }
        return RowGlance(
            of: plan.id, request: request,
            plan.glances.glimpse(values.span, in: body, isProtobuf: isProtobuf, isForeign: nil))
    }
}
