/// Bounds on one page, and on what is read of earlier ones.
///
/// A play that did not pass keeps more of its events than one that passed. What is left out is
/// counted and told.
package struct ReportLimits: Sendable {
    /// Bytes of events kept of a play that did not pass; some 20,000 events.
    package var maxFailedBytes = 4 << 20
    /// Bytes of events kept of a play that passed; some 1,000 events.
    package var maxPassedBytes = 192 << 10
    /// Bytes of events kept of all plays together.
    package var maxTotalBytes = 64 << 20
    /// Bytes of one event.
    ///
    /// A longer message keeps its name and loses its fields.
    package var maxEventBytes = 8 << 10
    /// Bytes shown of what is no message.
    package var maxFrameBytes = 512
    /// Bytes of a line of a program's output.
    package var maxLineBytes = 500
    /// Failed expectations of one play in the overview.
    package var maxFailures = 3
    /// Bytes of the report of one play.
    package var maxReportBytes = 64 << 10
    /// Earlier runs of which the verdicts are kept.
    package var maxHistoryRuns = 20

    package init() {}
}
