import Simulation

/// The packet being looked at, and the connection it belongs to.
struct Moment {
    var connection: ConnectionID
    var at: CaptureInstant
    var packet: Int

    func event(_ happening: Happening) -> CapturedEvent {
        CapturedEvent(connection: connection, at: at, packet: packet, happening: happening)
    }

    func event(_ happening: Happening, inPacket packet: Int) -> CapturedEvent {
        CapturedEvent(connection: connection, at: at, packet: packet, happening: happening)
    }
}
