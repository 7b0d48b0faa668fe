/// How often the state of an order is told.
package enum OrderEchoes: String, Hashable, Sendable, CaseIterable {
    /// As recorded: the seed draws the first status of an order, how often the same pair of messages
    /// is repeated, and whether a cancellation is announced. See `OrderHabits`.
    case bySeed = "by-seed"
    /// Each state once: PreSubmitted, Submitted, and the end.
    case once
}

/// What an order without a time in force becomes.
package enum EmptyTimeInForce: String, Hashable, Sendable, CaseIterable {
    /// Refused from 225 on, as recorded (10052); a day order before.
    case byVersion = "by-version"
    case day
    /// A day order, with the warning 10349 (reported).
    case preset
    case refused
}

/// Something that gateways of different builds do differently.
package enum ByVersion: String, Hashable, Sendable, CaseIterable {
    /// As the builds did that spoke the client's server version.
    case byVersion = "by-version"
    case always, never

    /// - Parameter usual: What the builds of the client's version do.
    func holds(usually usual: Bool) -> Bool {
        switch self {
        case .byVersion: usual
        case .always: true
        case .never: false
        }
    }
}
