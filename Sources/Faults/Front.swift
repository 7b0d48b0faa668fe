/// What stands between the clients and the gateway, as in a container.
///
/// Clients see its kernel and not the gateway's.
package enum Front: String, Hashable, Sendable, CaseIterable {
    case none
    /// It passes bytes and a FIN on, and turns a RST into a FIN, both ways.
    case rstToFin = "rst-to-fin"
    /// It does so too, and accepts by itself: a client of a closed port is connected and gets a FIN
    /// a millisecond later, and a client of a gateway that does not accept waits.
    case socat
}
