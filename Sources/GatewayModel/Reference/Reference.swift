import GatewayWire
import Simulation

/// What a subscription to something other than prices and history remembers.
enum ReferenceStream: Sendable {
    case scanner(ScannerQuery)
    case bulletins
    case displayGroup(Int)
    case answered
}

/// Contracts, scanners, news, calendars, display groups, configuration.
///
/// Most answers come from `Market` alone. The state here is what clients subscribed to.
struct Reference: Sendable {
    var subscriptions = Subscriptions<ReferenceStream>()
    var displayGroups = DisplayGroups()
    /// Clients that have asked for the event calendar's metadata; it counts even after its cancel.
    var calendarReaders: Set<ConnectionID> = []

    /// A subscription's next task is due; while the broker is out of reach nothing is sent.
    mutating func advance(
        _ connection: ConnectionID, _ key: StreamKey, at now: SimInstant,
        _ context: inout GatewayContext
    ) {
        guard let content = subscriptions.content(of: key, connection) else { return }
        let next: SimInstant? =
            switch content {
            case .scanner(let query): advance(query, key.request, connection, at: now, &context)
            case .bulletins: advanceBulletins(connection, at: now, &context)
            case .displayGroup, .answered: nil
            }
        subscriptions.goOn(key, connection, content, at: next, &context)
    }

    /// Ends every subscription of a client: it left, or the broker lost its data.
    mutating func forget(_ connection: ConnectionID, _ context: inout GatewayContext) {
        subscriptions.forget(connection, &context)
        calendarReaders.remove(connection)
    }
}
