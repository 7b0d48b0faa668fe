import Control
import EventLog
import Faults
import GatewayMachine
import GatewayWire
import HTTPMessages
import ScenarioFormat
import Simulation
import TestSupport
import Testing

@Suite("The control API") struct ControlAPITests {
    private let all = "/gateways/_/pathologies"
    private let faults = "/gateways/_/faults"

    @Test func `adds a pathology that acts, and removes it with what it has done`() {
        let stage = ControlStage()
        let added = stage.ask("POST", all, #"{"use": "red-on-disconnect"}"#)
        #expect(added.status == 201)
        #expect(added.text.contains(#""id":"red-on-disconnect""#))
        let client = stage.startedClient()
        stage.host.end(client.connection, .fin)
        stage.takeLog()
        #expect(stage.machine.light == .red)
        #expect(stage.ask("GET", "/gateways/gateway").text.contains(#""light":"red""#))
        #expect(stage.ask("DELETE", all + "/red-on-disconnect").status == 204)
        #expect(stage.machine.plan.rules.isEmpty)
        #expect(stage.ask("POST", "/gateways/_/well").status == 204)
        #expect(stage.machine.light == .green)
    }

    @Test func `switches a pathology off and on again`() {
        let stage = ControlStage()
        stage.ask("POST", all, #"{"use": "red-on-disconnect"}"#)
        let off = stage.ask("PATCH", all + "/red-on-disconnect", #"{"isEnabled": false}"#)
        #expect(off.text.contains(#""isEnabled":false"#))
        let first = stage.startedClient()
        stage.host.end(first.connection, .fin)
        stage.takeLog()
        #expect(stage.machine.light == .green)
        stage.ask("PATCH", all + "/red-on-disconnect", #"{"isEnabled": true}"#)
        let second = stage.startedClient()
        stage.host.end(second.connection, .fin)
        stage.takeLog()
        #expect(stage.machine.light == .red)
    }

    @Test func `changes a pathology's parameters`() {
        let stage = ControlStage()
        stage.ask("POST", all, #"{"use": "red-on-disconnect"}"#)
        let changed = stage.ask(
            "PUT", all + "/red-on-disconnect",
            #"{"use": "red-on-disconnect", "with": {"on": "rst"}}"#)
        #expect(changed.status == 200)
        #expect(changed.text.contains(#""on":"rst""#))
        let client = stage.startedClient()
        stage.host.end(client.connection, .fin)
        stage.takeLog()
        #expect(stage.machine.light == .green)
    }

    @Test func `puts in the settings of a pathology, and takes them back`() throws {
        let stage = ControlStage()
        let needing = try #require(
            stage.catalogue.allNames.first { name in
                (try? stage.catalogue.use(argument: name))?.use.needsSettings ?? false
            })
        #expect(stage.ask("POST", all, "{use: \(needing)}").status == 201)
        let text = stage.ask("GET", "/transcript").text
        #expect(text.contains("settings"))
        #expect(stage.ask("DELETE", all + "/\(needing)").status == 204)
    }

    @Test func `refuses two pathologies that exclude each other, or the same one twice`() {
        let stage = ControlStage()
        stage.ask("POST", all, "{use: red-on-disconnect}")
        let twice = stage.ask("POST", all, "{use: red-on-disconnect}")
        #expect(twice.status == 409)
        #expect(twice.text.contains("is used twice"))
    }

    @Test func `arms a fault once`() {
        let stage = ControlStage()
        let rule =
            #"{"name": "cut", "when": {"message": {"type": "reqCurrentTime"}}, "times": 1, "do": "rst"}"#
        let added = stage.ask("POST", "/gateways/_/faults", rule)
        #expect(added.status == 201)
        #expect(stage.ask("POST", "/gateways/_/faults", rule).status == 409)
        var first = stage.startedClient(1)
        first.request("reqCurrentTime", &stage.host)
        stage.takeLog()
        #expect(stage.host.effects.contains(.reset(first.connection)))
        var second = stage.startedClient(2)
        second.request("reqCurrentTime", &stage.host)
        stage.takeLog()
        #expect(!stage.host.effects.contains(.reset(second.connection)))
        #expect(stage.ask("GET", "/gateways/_/faults/cut").text.contains(#""fired":1"#))
        #expect(stage.ask("DELETE", "/gateways/_/faults/cut").status == 204)
        #expect(stage.ask("DELETE", "/gateways/_/faults/cut").status == 404)
    }

    @Test func `numbers faults without a name, and uses up no number for one that is refused`() {
        let stage = ControlStage()
        let fault = "{when: connect, do: rst}"
        #expect(stage.ask("POST", faults, fault).text.contains(#""name":"fault-1""#))
        #expect(stage.ask("POST", faults, "{when: connect, do: explode}").status == 400)
        #expect(stage.ask("POST", faults, "{name: fault-2, when: connect, do: rst}").status == 201)
        #expect(stage.ask("POST", faults, fault).text.contains(#""name":"fault-3""#))
        #expect(stage.ask("DELETE", faults + "/fault-3").status == 204)
        #expect(stage.ask("POST", faults, fault).text.contains(#""name":"fault-4""#))
        #expect(stage.ask("DELETE", faults).status == 204)
        #expect(stage.ask("GET", faults).text == "[]")
    }

    @Test func `gives commands in the words of a step`() {
        let stage = ControlStage()
        #expect(stage.ask("POST", "/gateways/_/commands", "redden").status == 204)
        #expect(stage.machine.light == .red)
        #expect(stage.ask("POST", "/gateways/_/commands", #"{"heal": null}"#).status == 204)
        #expect(stage.machine.light == .green)
        let farm = #"{"set-farm": null, "farm": "nofarm", "state": "broken"}"#
        let refused = stage.ask("POST", "/gateways/_/commands", farm)
        #expect(refused.status == 400)
        #expect(refused.text.contains("Farms:") || refused.text.contains("did you mean"))
        let other = stage.ask("POST", "/gateways/_/commands", "{pause: 1s}")
        #expect(other.status == 400)
    }

    @Test func `changes the world, shows it, and refuses what it does not have`() {
        let stage = ControlStage()
        let halt = #"{"halt": null, "contract": "AAPL"}"#
        let answer = stage.ask("POST", "/gateways/_/commands", halt)
        #expect(answer.status == 204, "\(answer.text)")
        #expect(stage.ask("GET", "/gateways/_/world").text.contains(#""isHalted":true"#))
        let unknown = stage.ask(
            "POST", "/gateways/_/commands", #"{"halt": null, "contract": "NOSUCH"}"#)
        #expect(unknown.status == 404)
    }

    @Test func `does actions that need no connection`() {
        let stage = ControlStage()
        let actions = #"["close-listener", "light-red"]"#
        #expect(stage.ask("POST", "/gateways/_/actions", actions).status == 204)
        #expect(!stage.machine.isListening)
        #expect(stage.machine.light == .red)
        let refused = stage.ask("POST", "/gateways/_/actions", "rst")
        #expect(refused.status == 400)
        #expect(refused.text.contains("needs a connection"))
        let nobody = stage.ask("POST", "/gateways/_/actions", "{kick: {client-id: 5}}")
        #expect(nobody.status == 404)
        #expect(nobody.text.contains("kick: nobody has the client id 5"))
        #expect(stage.ask("POST", "/reset").status == 204)
        #expect(stage.machine.isListening)
    }

    @Test func `ends one connection and leaves the others`() {
        let stage = ControlStage()
        let first = stage.startedClient(1)
        let second = stage.startedClient(2)
        let number = first.connection.number
        let cut = stage.ask(
            "DELETE", "/gateways/_/connections/\(number)", query: [HTTPField("by", "rst")])
        #expect(cut.status == 204)
        #expect(stage.host.effects.contains(.reset(first.connection)))
        #expect(!stage.host.effects.contains(.reset(second.connection)))
        let gone = stage.ask("DELETE", "/gateways/_/connections/\(number)")
        #expect(gone.status == 404)
        #expect(gone.text.contains("open are \(second.connection.number)"))
    }

    @Test func `lets connections flow again after everything was made well`() {
        let stage = ControlStage()
        stage.ask(
            "POST", "/gateways/_/faults",
            "{when: {message: {type: reqCurrentTime}}, do: stop-writing}")
        var client = stage.startedClient()
        client.request("reqCurrentTime", &stage.host)
        client.request("reqCurrentTime", &stage.host)
        stage.takeLog()
        #expect(client.messages(&stage.host).allSatisfy { $0.name != "currentTime" })
        stage.ask("POST", "/reset")
        #expect(client.messages(&stage.host).contains { $0.name == "currentTime" })
    }

    @Test func `judges an expectation and tells the nearest miss`() {
        let stage = ControlStage()
        _ = stage.startedClient(9)
        let holds = stage.ask("POST", "/expect", "[{gateway: _, received: startApi}]")
        #expect(holds.text.hasPrefix(#"{"holds":true"#))
        let misses = stage.ask(
            "POST", "/expect", "{gateway: gateway, received: startApi, fields: {clientId: 8}}")
        #expect(misses.text.hasPrefix(#"{"holds":false"#))
        #expect(misses.text.contains("nearest: clientId was 9"))
    }

    @Test func `waits for an expectation until it holds`() {
        let stage = ControlStage()
        let expectation = "{gateway: gateway, received: reqCurrentTime}"
        stage.ask("POST", "/expect", expectation, query: [HTTPField("within", "5")])
        #expect(!stage.streams[0].isEnded)
        var client = stage.startedClient()
        #expect(!stage.streams[0].isEnded)
        client.request("reqCurrentTime", &stage.host)
        stage.takeLog()
        #expect(stage.streams[0].isEnded)
        #expect(stage.streams[0].text.hasPrefix(#"{"holds":true"#))
        stage.fireTimers()
        #expect(stage.streams.count == 1)
    }

    @Test func `gives up waiting when the time is over`() {
        let stage = ControlStage()
        stage.ask(
            "POST", "/expect", "{gateway: gateway, received: reqCurrentTime}",
            query: [HTTPField("within", "5")])
        stage.fireTimers()
        #expect(stage.streams[0].isEnded)
        #expect(stage.streams[0].text.hasPrefix(#"{"holds":false"#))
    }

    @Test func `lists messages by name and field`() {
        let stage = ControlStage()
        _ = stage.startedClient(3)
        let found = stage.ask(
            "GET", "/messages",
            query: [HTTPField("name", "startApi"), HTTPField("field.clientId", "3")])
        #expect(found.text.contains(#""name":"startApi""#))
        let none = stage.ask(
            "GET", "/messages",
            query: [HTTPField("name", "startApi"), HTTPField("field.clientId", "4")])
        #expect(none.text == "[]")
        #expect(stage.ask("GET", "/messages", query: [HTTPField("limit", "0")]).status == 400)
    }

    @Test func `describes itself, and every example in its description does what it says`() throws {
        let document = try JSONReader.read(
            Array(ControlStage().ask("GET", "/openapi.json").text.utf8)[...])
        #expect(try document.object("document").text("openapi") == "3.1.0")
        for example in OpenAPI.examples where example.body != nil {
            let stage = ControlStage()
            stage.ask("POST", all, "{use: red-on-disconnect}")
            stage.ask("POST", "/gateways/_/faults", "{name: a, when: connect, do: rst}")
            if example.path.hasSuffix("/pathologies") { stage.ask("DELETE", all) }
            let path = example.path.replacing("{gateway}", with: "gateway")
                .replacing("{id}", with: "red-on-disconnect").replacing("{name}", with: "a")
            let answer = stage.ask(example.method, path, example.body ?? "")
            #expect(answer.status == example.status, "\(example.method) \(path): \(answer.text)")
        }
    }
}
