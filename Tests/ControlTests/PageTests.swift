import Control
import GatewayWire
import HTTPMessages
import ScenarioFormat
import TestSupport
import Testing

@Suite("The live page") struct PageTests {
    private let page = ControlStage().ask("GET", "/")

    private func header(_ name: String) -> String? {
        page.headers.first { $0.name == name }?.value
    }

    @Test func `lets nothing run but itself, and talks to nobody else`() throws {
        #expect(page.status == 200)
        #expect(header("Content-Type") == "text/html; charset=utf-8")
        #expect(header("X-Content-Type-Options") == "nosniff")
        #expect(header("Referrer-Policy") == "no-referrer")
        let policy = try #require(header("Content-Security-Policy"))
        #expect(policy.hasPrefix("default-src 'none'; script-src 'nonce-drawn1'; "))
        #expect(policy.contains("connect-src 'self'"))
        #expect(!policy.contains("unsafe"))
        // Both places of its own, and no other.
        #expect(page.text.ranges(of: "nonce=\"drawn1\"").count == 2)
        #expect(page.text.ranges(of: "<script").count == 1)
        #expect(page.text.ranges(of: "<style").count == 1)
        #expect(!page.text.contains("http://") && !page.text.contains("https://"))
    }

    @Test func `draws another nonce each time`() {
        let stage = ControlStage()
        #expect(stage.ask("GET", "/") != stage.ask("GET", "/"))
    }

    @Test func `makes no markup of texts`() {
        for word in ["innerHTML", "outerHTML", "insertAdjacentHTML", "document.write", "eval("] {
            #expect(!page.text.contains(word), "\(word)")
        }
    }

    @Test func `gets every command to a gateway, with its keys`() throws {
        let answer = ControlStage().ask("GET", "/commands")
        let commands = try JSONReader.read(answer.body[...]).array("the commands")
            .map { try $0.object("a command") }
        #expect(try commands.map { try $0.text("word") } == StepWord.commands.map(\.keyword))
        #expect(try commands[0].array("keys").count == 1)
        #expect(answer.text.contains(#""keys":["farm","state"]"#))
    }

    @Test func `needs no token, and everything else does`() {
        let access = AccessGuard(token: "open-sesame")
        let host = [HTTPField("Host", "gateway.example")]
        #expect(access.objection(to: HTTPRequest("GET", "/", headers: host)) == nil)
        let other = HTTPRequest("GET", "/api/v1/gateways", headers: host)
        #expect(access.objection(to: other)?.status == 401)
        // A page of another site cannot read it either.
        let foreign = host + [HTTPField("Origin", "http://elsewhere.example")]
        #expect(access.objection(to: HTTPRequest("GET", "/", headers: foreign))?.status == 403)
        let rebound = HTTPRequest("GET", "/", headers: host)
        #expect(AccessGuard(token: nil).objection(to: rebound)?.status == 403)
    }

    @Test func `gets the catalogue with the parameters of each pathology`() throws {
        let answer = ControlStage().ask("GET", "/pathologies")
        let entries = try JSONReader.read(answer.body[...]).array("the catalogue")
        #expect(entries.count == PathologyCatalogue.shipped.pathologies.count)
        let names = try entries.map { try $0.object("an entry").text("name") }
        #expect(names == PathologyCatalogue.shipped.names)
        let use = try #require(PathologyCatalogue.shipped["leaked-close-wait"])
        #expect(answer.text.contains(use.json))
        #expect(use.json.contains(#""name":"slots""#))
    }

    @Test func `learns when its gateway's run began, and how late it is there`() {
        let stage = ControlStage()
        stage.host.advance(by: .seconds(90))
        let text = stage.ask("GET", "/gateways/_").text
        #expect(text.contains(#""startedAt":"1970-01-01T00:00:00.000000Z""#))
        #expect(text.contains(#""at":"1970-01-01T00:01:30.000000Z""#))
    }

    @Test func `gets everything when it comes back to a program that was started anew`() {
        let stage = ControlStage()
        stage.ask("POST", "/gateways/_/commands", "redden")
        stage.ask("GET", "/events", query: [HTTPField("since", "5000")])
        #expect(stage.streams[0].text.contains("id: 1\n"))
    }

    @Test func `leaves out who holds a socket when nobody wants to know`() {
        let stage = ControlStage()
        #expect(stage.ask("GET", "/gateways/_/sockets").text.contains("fakegw"))
        let quick = stage.ask(
            "GET", "/gateways/_/sockets", query: [HTTPField("owners", "0")])
        #expect(quick.text.contains("LISTEN") && !quick.text.contains("fakegw"))
    }
}
