import GatewayWire
import Testing

@testable import fakegw

@Suite struct `The advice after a probe` {
    private func advice(
        _ outcome: ProbeOutcome, _ view: GatewayView = GatewayView()
    ) -> ProbeAdvice? {
        ProbeAdvice(outcome, port: 4001, clientID: 10, view: view)
    }

    private let silence = ProbeOutcome.handshake(.timedOut(in: .versionReply))

    @Test func `is none after success`() {
        #expect(advice(.handshake(.complete)) == nil)
    }

    @Test func `is a restart when there are zombies, whatever else there is`() {
        let view = GatewayView(closeWaitCount: 4, otherClients: ["127.0.0.1:5000"])
        #expect(advice(silence, view)?.meaning.hasPrefix("4 rows in CLOSE_WAIT") == true)
        #expect(advice(silence, view)?.next.hasPrefix("do not retry; restart the gateway") == true)
    }

    @Test func `names the other client that may hold the only connection`() {
        let view = GatewayView(otherClients: ["127.0.0.1:5000"])
        #expect(advice(silence, view)?.meaning.contains("127.0.0.1:5000") == true)
    }

    @Test func `tells a gateway that does not accept from one that does not read`() {
        let hung = advice(silence, GatewayView(ownRow: .notAccepted))
        #expect(hung?.meaning.hasSuffix("the gateway has not accepted: it hangs") == true)
        let stuck = advice(silence, GatewayView(ownRow: .accepted(unreadBytes: 17)))
        #expect(stuck?.meaning.hasSuffix("has not read the hello: its API is stuck") == true)
    }

    @Test func `ends with the log, a new installation, and TWS`() {
        #expect(advice(silence)?.otherwise?.contains("reinstall") == true)
        #expect(advice(silence)?.otherwise?.hasSuffix("fall back to TWS (7497)") == true)
        let atTWS = ProbeAdvice(silence, port: 7497, clientID: 10, view: GatewayView())
        #expect(atTWS?.otherwise?.contains("7497") == false)
        #expect(advice(.notConnected("refused"))?.otherwise?.contains("credentials") == true)
    }

    @Test func `names another client id for error 326`() {
        let refused = advice(.handshake(.refused(code: 326, text: "in use")))
        #expect(refused?.meaning == "another connection holds client id 10")
        #expect(refused?.next.contains("--client-id") == true)
    }

    @Test func `names the ports on which something listens`() {
        let view = GatewayView(listeningPorts: [4001, 7497])
        let refused = advice(.notConnected("connection refused"), view)
        #expect(refused?.meaning == "no gateway answers on port 4001; something listens on 7497")
    }

    @Test(arguments: [
        (ProbeOutcome.handshake(.complete), 0, 5), (.notConnected("refused"), 1, 1),
        (.handshake(.timedOut(in: .connecting)), 1, 1),
        (.handshake(.timedOut(in: .versionReply)), 2, 3),
        (.handshake(.ended(.fin, in: .versionReply)), 2, 3),
        (.handshake(.malformed("", in: .versionReply)), 2, 3),
        (.handshake(.versionNotOffered(-1)), 2, 3),
        (.handshake(.timedOut(in: .session)), 2, 5),
        (.handshake(.ended(.rst, in: .session)), 2, 5),
        (.handshake(.refused(code: 326, text: "")), 2, 5),
    ])
    func `comes with the exit code and the step`(outcome: ProbeOutcome, code: Int, step: Int) {
        #expect(outcome.exitCode.rawValue == Int32(code))
        #expect(outcome.step == step)
    }
}
