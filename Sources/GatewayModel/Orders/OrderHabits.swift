import Simulation

/// What real gateways do sometimes one way and sometimes another, drawn for one order.
///
/// The draws hang on the seed and the order's permanent id alone. What happens to one order
/// therefore does not change what another one is told.
struct OrderHabits: Sendable {
    /// How a cancellation is announced, before `orderStatus Cancelled; error 202`.
    enum Announcement: Sendable {
        case none
        /// The unchanged pair once more.
        case unchanged
        /// openOrder and orderStatus with PendingCancel, this often.
        case pending(Int)
    }

    /// The first status is Submitted, when nothing holds the order back, and PreSubmitted otherwise.
    ///
    /// Recorded at 200 and 225: both, for market orders and for limits away from the market.
    let beginsSubmitted: Bool
    /// Goes from PreSubmitted to its fill without Submitted, when the market is there.
    ///
    /// Recorded at 200.
    let skipsSubmitted: Bool
    /// Recorded at 200 and 225: usually none.
    let announcement: Announcement
    /// Error 201 comes before the first pair with Inactive.
    ///
    /// Recorded at 225: both orders.
    let isRefusedFirst: Bool
    /// The end of a fill's messages comes a little later.
    ///
    /// Recorded at 225.
    let finalDelay: Duration
    /// Draws what follows: the number of repetitions, and the time between them.
    var random: SeededRandom

    init(_ random: SeededRandom) {
        var random = random
        beginsSubmitted = random.chance(0.5)
        skipsSubmitted = random.chance(0.4)
        announcement =
            switch Int.random(in: 0..<8, using: &random) {
            case 0: .unchanged
            case 1: .pending(1)
            case 2: .pending(2)
            default: .none
            }
        isRefusedFirst = random.chance(0.25)
        finalDelay =
            random.chance(0.4)
            ? .milliseconds(Int64.random(in: 30...150, using: &random)) : .zero
        self.random = random
    }

    /// Of a gateway that tells each state once.
    static let plain = OrderHabits()

    private init() {
        beginsSubmitted = false
        skipsSubmitted = false
        announcement = .none
        isRefusedFirst = false
        finalDelay = .zero
        random = SeededRandom(seed: 0)
    }
}

extension Orders {
    func habits(of order: Order, _ context: GatewayContext) -> OrderHabits {
        switch context.settings.orderEchoes {
        case .bySeed: OrderHabits(habits.stream(String(order.permID)))
        case .once: .plain
        }
    }
}
