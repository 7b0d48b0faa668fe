import ScenarioFormat
import Testing

@testable import Comparison

/// What recordings of real gateways show, written by hand with invented ids, and held against the
/// model in memory.
@Suite struct `The model` {
    @Test(arguments: Shipped.names)
    func `does what recorded gateways did`(name: String) throws {
        let report = try report(name, text(of: name))
        #expect(report.totals.messages > 0)
        #expect(report.totals.sequences > 0)
        #expect(report.groups.isEmpty, "\(report.text())")
    }

    /// Something in each recording that real gateways did not do.
    @Test(arguments: [
        ("account-download", "key=AccountReady", "key=AccountSteady"),
        ("account-summary", "tag=BuyingPower", "tag=BuyingForce"),
        ("completed-orders", "order.totalQuantity=0|", "order.totalQuantity=1.5|"),
        ("delayed-snapshot", "tickType=88", "tickType=90"),
        ("fill-or-kill-is-refused", "errorCode=201", "errorCode=202"),
        ("hourly-bars", "20260713 09:30:00 US/Eastern", "20260713 13:30:00 UTC"),
        ("immediate-or-cancel-finds-nobody", "status=PendingCancel", "status=Inactive"),
        (
            "limit-order-after-hours-is-cancelled", "errorTime=1787605450000",
            "errorTime=1787605450123"
        ),
        ("market-order-fills", "order.ocaType=3|", "order.ocaType=0|"),
        ("order-of-a-day-that-was-held-back", "status=PreSubmitted", "status=Submitted"),
        ("start-up", "nextValidId {orderId=102}", "currentTime {time=5}"),
        ("what-if-order", "|order.whatIfType=1", ""),
    ])
    func `is told from a gateway that does otherwise`(
        name: String, told: String, other: String
    ) throws {
        let text = text(of: name)
        let changed = text.replacing(told, with: other)
        #expect(changed != text)
        #expect(try !report(name, changed).groups.isEmpty)
    }

    private func text(of name: String) -> String {
        Shipped.read("\(Shipped.folder)/\(name).transcript")
    }

    private func report(_ name: String, _ text: String) throws -> ComparisonReport {
        let tolerances = try loadTolerances(
            text: Shipped.read(Shipped.tolerances), file: "compare-tolerances.yaml")
        var report = ComparisonReport(tolerances)
        report.compare(try Recording.read(transcript: text, path: name))
        return report
    }

    @Test func `has recordings to follow`() {
        #expect(Shipped.names.count >= 12)
    }

    @Test func `is compared again with the same result`() throws {
        let name = "market-order-fills"
        let path = "\(Shipped.folder)/\(name).transcript"
        let recording = try Recording.read(transcript: Shipped.read(path), path: name)
        var reports = [ComparisonReport(Tolerances()), ComparisonReport(Tolerances())]
        for index in reports.indices { reports[index].compare(recording) }
        #expect(reports[0].text() == reports[1].text())
    }

    @Test func `is not compared with a recording in which nothing is said`() throws {
        let text = """
            # fakegw transcript 1
            server-version 200
            +0us client opens
            """
        var report = ComparisonReport(Tolerances())
        report.compare(try Recording.read(transcript: text, path: "nothing"))
        #expect(report.isEmpty)
    }
}
