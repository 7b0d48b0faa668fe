import EventLog
import ScenarioRun
import Simulation
import Testing

@Suite struct `A client's name` {
    @Test func `means its last run, whether that was started or waited for`() {
        let runs = [("bot#1", "bot"), ("holder", "bot"), ("bot#3", "bot"), ("other#1", "other")]
            .map { ClientRun(name: $0, client: $1, startedAt: .start) }
        let facts = RunFacts(now: .start, clients: runs, gateways: [], sockets: [])
        #expect(facts.run("bot")?.name == "bot#3")
        #expect(facts.run("bot#1")?.name == "bot#1")
        #expect(facts.run("holder")?.name == "holder")
        #expect(facts.run("nobody") == nil)
    }
}
