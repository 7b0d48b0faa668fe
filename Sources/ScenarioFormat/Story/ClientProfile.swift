internal import Faults
internal import Simulation

/// A pack of expectations of a client's manners, for `profile:`.
///
/// A claim that the expectation makes itself takes the place of the profile's.
package enum ClientProfile: String, Hashable, Sendable, CaseIterable {
    /// What the field reports ask of a client: one connection at a time, half a second between two, one
    /// client id, and no order twice.
    case wellBehaved = "well-behaved-client"

    var claims: [GatewayClaim] {
        switch self {
        case .wellBehaved:
            [
                GatewayClaim("most-open", "", .count(CountRange(0, 1))),
                GatewayClaim("gaps-at-least", "", .duration(.milliseconds(500))),
                GatewayClaim("client-ids", "", .count(CountRange(0, 1))),
                GatewayClaim("orders-sent-twice", "", .count(.exactly(0))),
            ]
        }
    }
}
