import Simulation

/// How long a healthy gateway may take for an answer.
///
/// Where a recording ends while a request is open, nothing is known of its answer before that. The
/// times are generous: real gateways take seconds for history, ten for a snapshot.
enum Patience {
    /// For what the gateway has at hand.
    static let atHand = Duration.seconds(2)
    /// For an order or a cancel, which travels to an exchange.
    static let ofOrders = Duration.seconds(10)
    /// For what the gateway has to ask others.
    static let ofServers = Duration.seconds(20)

    static func with(_ request: String) -> Duration {
        if isAtHand(request) { return atHand }
        return ["placeOrder", "cancelOrder"].contains(request) ? ofOrders : ofServers
    }

    static func isAtHand(_ request: String) -> Bool { answeredFromMemory.contains(request) }

    private static let answeredFromMemory: Set<String> = [
        "startApi", "reqCurrentTime", "reqCurrentTimeInMillis", "reqIds", "reqManagedAccts",
        "reqPositions", "reqOpenOrders", "reqAllOpenOrders", "reqExecutions",
    ]
}
