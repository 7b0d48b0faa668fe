package import GatewayWire

/// What a frame tells by itself, before anybody asks what its connection knows.
///
/// Looking needs nothing but the frame, so that it can be done on another thread than judging.
package struct RowGlance: Sendable {
    private let requestID: Int
    private let shortMessageID: Int32
    /// A row; else only the message itself can tell, and the rest means nothing.
    package let isRow: Bool
    /// It tells more than its request: a contract, an order or an execution.
    package fileprivate(set) var hasDetails = false
    private let hasRequest: Bool
    /// Whether a clause holds: of an order of nobody knows whom, of another client's, and of its own.
    private var glimpses = (Glimpse.maybe, Glimpse.maybe, Glimpse.maybe)

    fileprivate static let message = RowGlance(of: nil, request: nil)

    /// - Parameter messageID: `nil` for what is no row.
    fileprivate init(of messageID: Int?, request: Int?) {
        isRow = messageID != nil
        shortMessageID = Int32(truncatingIfNeeded: messageID ?? 0)
        hasRequest = request != nil
        requestID = request ?? 0
    }

    fileprivate mutating func set(_ unknown: Glimpse, foreign: Glimpse, own: Glimpse) {
        glimpses = (unknown, foreign, own)
    }

    var messageID: Int { Int(shortMessageID) }

    /// As the message tells it; `nil` when it has none.
    var request: Int? { hasRequest ? requestID : nil }

    /// Whether a clause holds.
    ///
    /// - Parameter isForeign: Whether it is about an order of another client; `nil` when that is not
    ///   known.
    func glimpse(isForeign: Bool?) -> Glimpse {
        switch isForeign {
        case nil: glimpses.0
        case true?: glimpses.1
        case false?: glimpses.2
        }
    }
}

/// What a row tells more than its request, where it stands in the frame.
package struct RowDetails: Sendable {
    /// A whole number, or where a text stands.
    struct Detail: Sendable {
        private var content: Int64 = 0
        private var isText = false
        private(set) var isAbsent = true

        init() {}

        /// Absent for a value without a text, and for texts that only the message can tell.
        init(_ value: PlacedValue, in body: Span<UInt8>) {
            switch value {
            case .whole(let number):
                content = number
                isAbsent = false
            case .text(let range):
                guard body.extracting(range).isASCII else { return }
                content = Int64(range.lowerBound) << 32 | Int64(range.upperBound)
                isText = true
                isAbsent = false
            case .absent, .double, .rows, .noRows: return
            }
        }

        func text(in body: Span<UInt8>) -> String? {
            guard !isAbsent else { return nil }
            guard isText else { return String(content) }
            let range = Int(content >> 32)..<Int(content & 0xFFFF_FFFF)
            return body.extracting(range).withUnsafeBufferPointer {
                String(decoding: $0, as: UTF8.self)
            }
        }
    }

    /// Of the contract that it names.
    fileprivate(set) var symbol = Detail()
    /// The client id of the order that it is about.
    fileprivate(set) var owner = Detail()
    /// The order that it is about.
    fileprivate(set) var order = Detail()
    /// The execution that it tells of.
    fileprivate(set) var execution = Detail()
}

/// Looks at frames one after the other; its memory is used again.
package struct RowGlancer: Sendable {
    private let plans: RowPlans
    private var tape = ProtobufTape()
    private var values = [PlacedValue](repeating: .absent, count: RowPlan.maxItems)
    /// Of the last row that has some.
    package private(set) var details = RowDetails()

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
        guard scanner.find(plan.items, in: body, isProtobuf: isProtobuf, &tape, &values) else {
            return .message
        }
        var request: Int?
        if let place = plan.request {
            request = values[place].plainNumber(in: body)
            guard request != nil else { return .message }
        }
        var glance = RowGlance(of: plan.id, request: request)
        let unknown = glimpse(plan, body, isProtobuf, isForeign: nil)
        guard plan.hasDetails else {
            glance.set(unknown, foreign: unknown, own: unknown)
            return glance
        }
        guard look(at: body, plan) else { return .message }
        glance.hasDetails = true
        if plan.owner == nil {
            glance.set(unknown, foreign: unknown, own: unknown)
        } else {
            glance.set(
                unknown, foreign: glimpse(plan, body, isProtobuf, isForeign: true),
                own: glimpse(plan, body, isProtobuf, isForeign: false))
        }
        return glance
    }

    @inline(__always)
    private func glimpse(
        _ plan: RowPlan, _ body: Span<UInt8>, _ isProtobuf: Bool, isForeign: Bool?
    ) -> Glimpse {
        plan.glances.glimpse(values.span, in: body, isProtobuf: isProtobuf, isForeign: isForeign)
    }

    /// - Returns: False when something is missing that only the message can tell.
    private mutating func look(at body: Span<UInt8>, _ plan: RowPlan) -> Bool {
        details = RowDetails()
        if let place = plan.symbol {
            details.symbol = RowDetails.Detail(values[place], in: body)
            if details.symbol.isAbsent { return false }
        }
        if let place = plan.owner {
            details.owner = RowDetails.Detail(values[place], in: body)
            if details.owner.isAbsent { return false }
        }
        if let place = plan.execution {
            details.execution = RowDetails.Detail(values[place], in: body)
            if details.execution.isAbsent { return false }
        }
        // Without orders of its own, a connection need not know which one it is.
        if let place = plan.order { details.order = RowDetails.Detail(values[place], in: body) }
        return true
    }
}

extension PlacedValue {
    /// A whole number that is written the usual way; `nil` for anything else.
    fileprivate func plainNumber(in body: Span<UInt8>) -> Int? {
        switch self {
        case .whole(let number): return Int(number)
        case .text(let range):
            let text = body.extracting(range)
            let digits =
                text.count > 1 && text[0] == UInt8(ascii: "-")
                ? text.extracting(droppingFirst: 1) : text
            return digits.isPlainNumber ? text.integer : nil
        case .absent, .double, .rows, .noRows: return nil
        }
    }
}
