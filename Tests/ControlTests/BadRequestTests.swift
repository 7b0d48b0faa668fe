import Control
import HTTPMessages
import Testing

@Suite("Bad requests to the control API") struct BadRequestTests {
    @Test(arguments: [
        ("GET", "/api/v1/nothing", "", 404), ("GET", "/api/v1/gateways/other", "", 404),
        ("PUT", "/api/v1/gateways", "", 405), ("GET", "/api/v1/gateways/%zz", "", 400),
        ("POST", "/api/v1/gateways/_/faults", "", 400),
        ("POST", "/api/v1/gateways/_/faults", "{when: connect", 400),
        ("POST", "/api/v1/gateways/_/faults", "[]", 400),
        ("POST", "/api/v1/gateways/_/faults", "{when: connect, do: explode}", 400),
        ("POST", "/api/v1/gateways/_/pathologies", "{use: nothing-like-it}", 400),
        ("POST", "/api/v1/gateways/_/pathologies", "{use: red-on-disconnect, with: {on: 7}}", 400),
        ("PATCH", "/api/v1/gateways/_/pathologies/none", #"{"isEnabled": true}"#, 404),
        ("PATCH", "/api/v1/gateways/_/faults/none", #"{"isEnabled": 1}"#, 400),
        ("POST", "/api/v1/expect", "{client: bot, exit: 0}", 400),
        ("POST", "/api/v1/expect", "{gateway: gateway, received: noSuchMessage}", 400),
        ("GET", "/api/v1/capture", "", 409),
    ])
    func `are answered with a problem that says what is wrong`(
        method: String, path: String, body: String, status: Int
    ) {
        let answer = ControlStage().ask(method, path, body)
        #expect(answer.status == status)
        let type = answer.headers.first { $0.name == "Content-Type" }?.value
        #expect(type == "application/problem+json")
        #expect(answer.text.contains(#""detail":""#))
    }

    @Test func `that name the wrong method are told the right ones`() {
        let answer = ControlStage().ask("DELETE", "/api/v1/events")
        #expect(answer.headers.contains(HTTPField("Allow", "GET")))
    }

    @Test func `with a body that is no text are refused`() {
        let stage = ControlStage()
        let request = HTTPRequest(
            "POST", "/api/v1/gateways/_/commands", body: [0xFF, 0xFE])
        guard case .whole(let answer)? = stage.api.reply(to: request) else {
            Issue.record("no answer")
            return
        }
        #expect(answer.status == 400)
    }

    @Test func `cannot add more rules than there is room for`() {
        var limits = ControlLimits()
        limits.maxAdded = 2
        let stage = ControlStage(limits: limits)
        for _ in 0..<2 {
            #expect(
                stage.ask("POST", "/gateways/_/faults", "{when: connect, do: rst}").status == 201)
        }
        #expect(stage.ask("POST", "/gateways/_/faults", "{when: connect, do: rst}").status == 409)
    }

    @Test func `cannot make more wait than there is room for`() {
        var limits = ControlLimits()
        limits.maxWaits = 1
        let stage = ControlStage(limits: limits)
        let query = [HTTPField("within", "9")]
        let expectation = "{gateway: gateway, received: reqCurrentTime}"
        stage.ask("POST", "/expect", expectation, query: query)
        #expect(stage.ask("POST", "/expect", expectation, query: query).status == 503)
    }
}

@Suite("The guard of the control port") struct AccessGuardTests {
    private func objection(
        _ headers: [(String, String)], token: String? = nil, query: String? = nil
    )
        -> Int?
    {
        let request = HTTPRequest(
            "GET", "/api/v1/gateways", query: query.map { [HTTPField("token", $0)] } ?? [],
            headers: headers.map { HTTPField($0.0, $0.1) })
        return AccessGuard(token: token).objection(to: request)?.status
    }

    @Test(arguments: ["127.0.0.1:8474", "localhost:8474", "LOCALHOST", "[::1]:8474", "10.0.0.7:1"])
    func `lets requests to an address or to localhost in`(host: String) {
        #expect(objection([("Host", host)]) == nil)
        #expect(objection([("Host", host), ("Origin", "http://\(host)")]) == nil)
    }

    @Test(arguments: ["evil.example", "127.0.0.1.evil.example:8474", "localhost.evil.example"])
    func `refuses a name that a page was made to resolve to this machine`(host: String) {
        #expect(objection([("Host", host)]) == 403)
    }

    @Test(arguments: ["http://evil.example", "null", "http://127.0.0.1:1", "file://"])
    func `refuses pages from elsewhere`(origin: String) {
        #expect(objection([("Host", "127.0.0.1:8474"), ("Origin", origin)]) == 403)
    }

    @Test func `wants the token, and with it any host will do`() {
        let host = ("Host", "gateway.internal:8474")
        #expect(objection([host], token: "secret") == 401)
        #expect(objection([host, ("Authorization", "Bearer wrong!")], token: "secret") == 401)
        #expect(objection([host, ("Authorization", "Bearer secret")], token: "secret") == nil)
        #expect(objection([host], token: "secret", query: "secret") == nil)
    }
}
