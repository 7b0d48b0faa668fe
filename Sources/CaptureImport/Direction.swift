/// Which way bytes travel.
package enum Direction: String, Hashable, Sendable, CaseIterable {
    case toGateway, toClient

    package var opposite: Direction { self == .toGateway ? .toClient : .toGateway }
}
