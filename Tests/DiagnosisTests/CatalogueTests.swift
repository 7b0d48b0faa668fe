import Diagnosis
import ScenarioFormat
import Testing

@Suite struct `The diagnosis of a story in memory` {
    /// One or two of each layer that the story provokes.
    ///
    /// `scripts/diagnose-table` plays them all.
    private static let provoked = [
        "accept-then-fin", "account-download-no-end", "client-id-ghost", "competing-10197",
        "completed-orders-no-end", "dup-exec", "exec-correction", "farm-inactive-2107-2108",
        "hist-162-pacing", "leaked-close-wait", "nextvalidid-missing",
        "notice-before-version", "read-only-321", "red-on-disconnect", "startapi-mute",
        "unknown-order-status",
    ]

    @Test(arguments: provoked)
    func `names the pathology first`(name: String) throws {
        let diagnosis = try StoryFacts.diagnosis(name)
        let named = diagnosis.incidents.map { $0.named.map(\.name) }
        #expect(named.first?.contains(name) ?? false, "\(named)")
        #expect(diagnosis.verdict == .recognized)
    }

    @Test func `names nothing where nothing is wrong`() throws {
        let diagnosis = try StoryFacts.diagnosis(nil)
        #expect(diagnosis.incidents.map { $0.named.map(\.name) } == [])
        #expect(diagnosis.oddities.map(\.text) == [])
        #expect(diagnosis.verdict == .healthy)
    }
}
