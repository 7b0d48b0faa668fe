/// Which messages a gateway's log holds.
///
/// Messages that it does not hold become bytes without a `Message` for each, which is much faster.
package enum MessageLogging: Hashable, Sendable {
    case all
    /// All but ticks, which are only counted. A rule that waits for ticks makes them messages.
    case foldingTicks
    case none
}
