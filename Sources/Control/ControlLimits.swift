/// What the control API keeps and takes.
package struct ControlLimits: Sendable {
    /// Bytes of a request's body.
    package var maxBodyBytes = 1 << 20
    /// The last events that are kept for those who ask later.
    package var maxEvents = 20_000
    /// About how many bytes of memory these events may take.
    package var maxEventBytes = 64 << 20
    /// Bytes that a stream's client may leave unread before it misses events.
    package var maxStreamBytes = 4 << 20
    /// Pathologies and faults that are added to one gateway.
    package var maxAdded = 1_000
    /// Expectations that are waited for at once.
    package var maxWaits = 100
    /// Seconds that an expectation is waited for at most.
    package var maxWaitSeconds = 600
    /// Messages in one answer.
    package var maxListed = 1_000

    package init() {}
}
