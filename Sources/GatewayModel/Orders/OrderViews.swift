import GatewayWire

/// In what gateways' openOrder messages differ from order to order.
///
/// A gateway shows an order at once from what it was told itself, or only after the order server
/// has answered. Its own view has defaults that the server's answer replaces (inferred from what
/// comes and goes together). Recorded at 200 and 225: some orders begin with the one, some with the
/// other, and a market order may be filled before the first answer.
///
/// Which way an order goes follows from the seed and its permanent id, and draws nothing.
struct OrderViews: Sendable {
    enum Way {
        /// The server has answered before the first echo.
        case answered
        /// The first echo is the gateway's own view.
        case ownViewFirst
        /// A market order is filled before the server's answer is seen.
        case ownViewUntilFilled
    }

    private let seed: UInt64
    /// The builds recorded at 204 and 225, of July and August 2026; those of April and June at 200
    /// know less of orders.
    let isRecent: Bool

    init(seed: UInt64, newestVersion: Int) {
        self.seed = mixed(seed, 0x6563_686F)
        isRecent = newestVersion > 200
    }

    /// One of several ways for an order.
    ///
    /// - Parameter question: Different questions about an order are decided independently.
    func choice(of count: Int, for permID: Int64, _ question: Question) -> Int {
        let number = mixed(seed, mixed(UInt64(bitPattern: permID), question.rawValue))
        return Int(number % UInt64(max(count, 1)))
    }

    enum Question: UInt64 {
        case way, staleStop, venue, liquidity
    }

    func way(of order: Order) -> Way {
        // Recorded at 225: after hours the answer is there first, but for orders that must not wait.
        if order.waitsForOpening, !order.timeInForce.isImmediate { return .answered }
        return switch choice(of: 4, for: order.permID, .way) {
        case 2: .ownViewFirst
        case 3: .ownViewUntilFilled
        default: .answered
        }
    }

    /// Whether the order is shown as the gateway itself sees it, before any answer.
    ///
    /// Recorded: what-if orders, orders that are refused at once, and by seed first echoes.
    func showsOwnView(of order: Order) -> Bool {
        if order.isWhatIf { return true }
        switch way(of: order) {
        case .answered: return order.echoes == 0 && order.status == .inactive
        case .ownViewFirst: return order.echoes == 0
        case .ownViewUntilFilled:
            return order.echoes == 0 || order.type == "MKT" && order.status != .preSubmitted
        }
    }
}
