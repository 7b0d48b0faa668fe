/// How much of an order is done at once.
package enum PartialFills: Hashable, Sendable {
    /// As much as the size on the other side of the quote at that moment.
    case byQuotedSize
    /// Every order is filled whole.
    case never
    /// Every order takes this many executions, or as many as it has units.
    case parts(Int)
}

/// One of the messages that tell of a fill.
package enum FillPart: String, Hashable, Sendable, CaseIterable {
    case execution
    case openOrder = "open-order"
    case status, commission
}

/// The order in which the messages of a fill come.
package enum FillReports: Hashable, Sendable {
    /// One of the orders seen at real gateways, drawn for each fill.
    case bySeed
    /// These, in this order; a part may be left out or named twice.
    case fixed([FillPart])
}
