import GatewayWire
import Simulation

/// What is still to be said of an order although nothing happens to it.
struct OrderEcho: Sendable {
    /// The text of a warning 399 that was not sent yet.
    var warning: String?
    /// Repetitions of its openOrder and orderStatus.
    var left: Int
    var random: SeededRandom
    var ticket: Schedule.Ticket
}

/// Telling the same state again.
///
/// Recorded at 200 and 225: after acceptance or a change, the unchanged pair of openOrder and
/// orderStatus comes up to three times more within a second. The warning about a closed market
/// comes between the first pair of a limit order and the second. Whatever happens to the order
/// ends the repetitions.
extension Orders {
    /// Milliseconds; three of them are less than half a second.
    private static let pause: ClosedRange<Int64> = 40...130

    /// Plans repetitions, and the warning that comes first.
    ///
    /// - Parameter counts: The seed draws one of these numbers.
    mutating func planEchoes(
        of order: Order, _ counts: ClosedRange<Int>, warning: String? = nil, at now: SimInstant,
        _ context: inout GatewayContext
    ) {
        dropEchoes(of: order.permID, &context)
        guard context.settings.orderEchoes == .bySeed else {
            if let warning { warn(order, warning, at: now, &context) }
            return
        }
        var random = habits(of: order, context).random
        let count = Int.random(in: counts, using: &random)
        guard count > 0 || warning != nil else { return }
        echo(
            order.permID, warning: warning, left: count, random, at: now, &context)
    }

    private mutating func echo(
        _ permID: Int64, warning: String?, left: Int, _ random: SeededRandom, at now: SimInstant,
        _ context: inout GatewayContext
    ) {
        var random = random
        let pause = Duration.milliseconds(Int64.random(in: Self.pause, using: &random))
        let ticket = context.schedule.add(.echoOrder(permID: permID), at: now + pause)
        echoes[permID] = OrderEcho(warning: warning, left: left, random: random, ticket: ticket)
    }

    mutating func echoOrder(_ permID: Int64, at now: SimInstant, _ context: inout GatewayContext) {
        guard let due = echoes.removeValue(forKey: permID), context.serverIsConnected,
            let order = book.openOrder(permID: permID)
        else { return }
        var left = due.left
        if let warning = due.warning {
            warn(order, warning, at: now, &context)
        } else {
            show(order, &context)
            left -= 1
        }
        if left > 0 { echo(permID, warning: nil, left: left, due.random, at: now, &context) }
    }

    /// Something happens to the order: nothing is repeated any more.
    ///
    /// - Returns: What was still to be said.
    @discardableResult
    mutating func dropEchoes(of permID: Int64, _ context: inout GatewayContext) -> OrderEcho? {
        guard let echo = echoes.removeValue(forKey: permID) else { return nil }
        context.schedule.cancel(echo.ticket)
        return echo
    }

    /// Error 399, to the order's own client.
    func warn(
        _ order: Order, _ text: String, at now: SimInstant, _ context: inout GatewayContext
    ) {
        guard let owner = context.roster.connection(of: order.clientID) else { return }
        context.sendError(399, text, id: order.orderID, to: owner, at: now)
    }
}
