import SocketDriver
import Testing

@testable import fakegw

@Suite struct `The checklist before a connection` {
    private let java = SocketOwner(processID: 18684, command: "java")
    private let client = SocketOwner(processID: 77, command: "python3")

    private func facts(
        age: Duration? = .seconds(300), waiting: Int = 0, zombies: [PortFacts.Zombie] = [],
        clients: [PortFacts.Client] = []
    ) -> PortFacts {
        let listener = PortFacts.Listener(
            endpoint: .loopback(port: 4001), owner: java, age: age, waitingCount: waiting)
        return PortFacts(port: 4001, listeners: [listener], zombies: zombies, clients: clients)
    }

    private func failures(
        _ facts: PortFacts, settle: Duration = .seconds(60)
    ) -> [PortFinding] {
        PortFinding.judge(facts, settle: settle).filter { !$0.isGood }
    }

    @Test func `finds nothing wrong with a quiet gateway that is up for a while`() {
        let findings = PortFinding.judge(facts(), settle: .seconds(60))
        #expect(findings.map(\.isGood) == [true, true, true, true, true])
        #expect(findings.map(\.text)[0] == "127.0.0.1:4001, java (pid 18684)")
    }

    @Test func `asks for a gateway where nothing listens`() {
        let findings = failures(PortFacts(port: 4001))
        #expect(findings.map(\.check) == [.listener])
    }

    @Test func `asks for a restart when rows are in CLOSE_WAIT`() {
        let zombies = [
            PortFacts.Zombie(client: .loopback(port: 63650), isAccepted: true),
            PortFacts.Zombie(client: .loopback(port: 63651), isAccepted: false),
        ]
        let findings = failures(facts(zombies: zombies))
        #expect(findings.map(\.check) == [.closeWait])
        #expect(
            findings.map(\.text) == [
                "2 CLOSE_WAIT rows: 127.0.0.1:63650, 127.0.0.1:63651 (never accepted)"
            ])
        #expect(findings[0].remedy?.hasPrefix("restart the gateway") == true)
    }

    @Test func `names the other client, once, and where it cannot says so`() {
        let clients = [
            PortFacts.Client(
                endpoint: .loopback(port: 5001), owner: client, isLocal: true, isConnected: true),
            PortFacts.Client(
                endpoint: .loopback(port: 5002), owner: client, isLocal: true, isConnected: false),
            PortFacts.Client(
                endpoint: .loopback(port: 5003), owner: nil, isLocal: false, isConnected: true),
        ]
        let findings = failures(facts(clients: clients))
        #expect(findings.map(\.check) == [.clients])
        #expect(
            findings.map(\.text) == [
                "3 other clients: python3 (pid 77) from 127.0.0.1:5001, "
                    + "python3 (pid 77) trying from 127.0.0.1:5002, "
                    + "another machine from 127.0.0.1:5003"
            ])
        #expect(findings[0].remedy == "stop python3 (pid 77), then look again")
        #expect(findings[0].processes == [client])
    }

    @Test(arguments: [(59, false), (60, true), (61, true)])
    func `waits until the gateway has settled`(age: Int, isSettled: Bool) {
        #expect(failures(facts(age: .seconds(age))).isEmpty == isSettled)
    }

    @Test func `says how long to wait still`() {
        let findings = failures(facts(age: .milliseconds(20_500)))
        #expect(findings.map(\.waitSeconds) == [40])
    }

    @Test func `does not call a gateway safe whose age it cannot see, unless told not to ask`() {
        #expect(failures(facts(age: nil)).map(\.check) == [.settled])
        #expect(failures(facts(age: nil), settle: .zero).isEmpty)
    }

    @Test func `takes connections that nobody accepts for a hanging gateway`() {
        #expect(failures(facts(waiting: 1)).map(\.check) == [.accepting])
    }
}
