import GatewayWire
import Simulation

/// What a query for history remembers after its answer.
enum HistoryStream: Sendable {
    case keptBars(KeptBars)
    case answered
}

/// Historical bars and ticks, and what else a history farm answers.
///
/// The data come from `Market`. This part knows which queries are open, and what was requested
/// lately.
struct History: Sendable {
    var subscriptions = Subscriptions<HistoryStream>()
    /// Each client's latest requests for small bars.
    private var recent: [ConnectionID: HistoryPacing] = [:]

    /// The next bar of a query that is kept up to date.
    mutating func advance(
        _ connection: ConnectionID, _ key: StreamKey, at now: SimInstant,
        _ context: inout GatewayContext
    ) {
        guard let content = subscriptions.content(of: key, connection) else { return }
        let next: SimInstant? =
            switch content {
            case .keptBars(let bars): advance(bars, key.request, connection, at: now, &context)
            case .answered: nil
            }
        subscriptions.goOn(key, connection, content, at: next, &context)
    }

    /// Ends every query of a client: it left, or the broker lost its data.
    mutating func forget(_ connection: ConnectionID, _ context: inout GatewayContext) {
        subscriptions.forget(connection, &context)
        recent[connection] = nil
    }
}

extension History {
    /// Whether a request keeps the limits on small bars; one that does not is refused.
    mutating func keepsPace(_ request: Request, _ query: BarQuery, _ context: inout GatewayContext)
        -> Bool
    {
        guard context.settings.pacesHistory, request.traits.contains(.pacedAsHistory),
            case .seconds(...30) = query.bars.size
        else { return true }
        let subject =
            "\(query.contract.conID) \(request.text("contract.exchange")) "
            + request.text("whatToShow")
        let question =
            [subject]
            + ["endDateTime", "barSizeSetting", "durationStr", "useRTH", "formatDate"].map {
                request.text($0)
            }
        let isRefused = recent[request.connection, default: HistoryPacing()].refuses(
            question, about: subject, at: request.now)
        if isRefused {
            context.failService(request, "Historical data request pacing violation")
            return false
        }
        return true
    }
}
