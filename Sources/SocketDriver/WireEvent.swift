package import Simulation

/// What happened on one connection's wire, as far as this host can know it.
///
/// `received` bytes have reached our kernel, whether the handler reads them or not; `sent` bytes were
/// taken by our kernel, not merely queued. Bytes and a RST that come after our own close are not seen.
package struct WireEvent: Equatable, Sendable {
    package enum Happening: Equatable, Sendable {
        case accepted(local: Endpoint, remote: Endpoint)
        case connected(local: Endpoint, remote: Endpoint)
        case received([UInt8])
        case sent([UInt8])
        case finReceived, finSent
        case resetReceived, resetSent
        /// Our descriptor is closed. No event of the connection follows.
        case closed
    }

    package let connection: ConnectionID
    package let happening: Happening

    package init(_ connection: ConnectionID, _ happening: Happening) {
        self.connection = connection
        self.happening = happening
    }
}
