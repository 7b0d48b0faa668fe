import EventLog
import Faults
import GatewayMachine
import GatewayModel
import GatewayWire
import ScenarioFormat
import Simulation
import TestSupport
import Testing

private func host(_ faults: String) throws -> VirtualHost {
    let text = "version: 1\nname: frames\ngateway: {faults: [\(faults)]}"
    let rules = try loadScenarios(text: text, file: "frames.yaml", catalogue: .shipped)
        .flatMap { $0.gateways.flatMap(\.rules) }
    let model = HealthyGateway(world: .default, settings: GatewaySettings(), seed: 1)
    return VirtualHost(
        FaultedGateway(name: "gateway", origin: ModelOrigin(model), rules: rules, seed: 1))
}

/// The bytes that come after a request for the time, with these actions on the answer.
private func answer(_ actions: String, versions: ClosedRange<Int> = 157...176) throws -> [UInt8] {
    var host = try host(
        "{when: {message: {type: currentTime}}, optional: true, do: [\(actions)]}")
    var client = ScriptedClient(&host)
    client.greet(&host, versions: versions)
    client.start(&host)
    host.advance(by: .seconds(3))
    _ = client.messages(&host)
    client.request("reqCurrentTime", &host)
    host.advance(by: .seconds(1))
    return host.take(client.connection)
}

/// The bytes that come after a hello.
private func reply(_ actions: String) throws -> [UInt8] {
    var host = try host("{when: hello, do: [\(actions)]}")
    let client = ScriptedClient(&host)
    host.send(Hello(versions: 157...176).bytes, on: client.connection)
    host.advance(by: .seconds(1))
    return host.take(client.connection)
}

/// The length that a frame names, its body, and the body's texts.
private func parts(_ frame: [UInt8]) -> (length: Int, count: Int, texts: [String]) {
    let length = frame.prefix(4).reduce(0) { $0 << 8 | Int($1) }
    let body = frame.dropFirst(4)
    let texts = body.split(separator: 0, omittingEmptySubsequences: false).dropLast()
    return (length, body.count, texts.map { String(decoding: $0, as: UTF8.self) })
}

@Suite struct `A changed frame` {
    @Test func `lacks a field, and its length is right`() throws {
        let healthy = parts(try answer("{delay: 0s}"))
        #expect(healthy.texts.count == 3)
        let frame = parts(try answer("{remove-field: {at: 1}}"))
        #expect(frame.texts == [healthy.texts[0], healthy.texts[2]])
        #expect(frame.length == frame.count)
    }

    @Test(arguments: [(1, 1), (2, 2), (3, 3)])
    func `has a field more, and its length is right`(at: Int, index: Int) throws {
        var expected = parts(try answer("{delay: 0s}")).texts
        expected.insert("x", at: index)
        let frame = parts(try answer("{insert-field: {at: \(at), text: x}}"))
        #expect(frame.texts == expected)
        #expect(frame.length == frame.count)
    }

    @Test func `has another id`() throws {
        #expect(parts(try answer("{retag: 12345}")).texts.first == "12345")
        let raw = try answer("{retag: 12}", versions: 157...222)
        #expect(raw[4..<8] == [0, 0, 0, 212])
    }

    @Test func `ends early or late with the right length`() throws {
        let healthy = try answer("{delay: 0s}")
        let short = try answer("{truncate: {kept: 3}}")
        #expect(short == [0, 0, 0, 3] + healthy[4..<7])
        let long = try answer("{pad: {bytes: 2}}")
        #expect(parts(long).length == parts(healthy).length + 2)
        #expect(long[4...] == healthy[4...] + [0, 0])
    }

    @Test func `has a wrong length`() throws {
        let healthy = try answer("{delay: 0s}")
        for (action, length) in [
            ("{length: {set: 2147483647}}", 0x7FFF_FFFF), ("{length: {set: 0}}", 0),
            ("{length: {add: 1}}", parts(healthy).length + 1),
            ("{length: {add: -1000}}", 0),
        ] {
            let frame = try answer(action)
            #expect(parts(frame).length == length)
            #expect(frame.dropFirst(4) == healthy.dropFirst(4))
        }
    }

    @Test(arguments: ["{corrupt: {bits: 3}}", "{corrupt: {bits: 3, in: frame}}"])
    func `has as many wrong bits as were asked for`(action: String) throws {
        let healthy = try answer("{delay: 0s}")
        let frame = try answer(action)
        #expect(frame == (try answer(action)))
        let wrong = zip(healthy, frame).map { ($0 ^ $1).nonzeroBitCount }.reduce(0, +)
        #expect(wrong == 3)
        if !action.contains("frame") { #expect(frame.prefix(4) == healthy.prefix(4)) }
    }

    @Test func `has as many wrong bytes as were asked for`() throws {
        let healthy = try answer("{delay: 0s}")
        let frame = try answer("{corrupt: {bytes: 2}}")
        #expect(zip(healthy, frame).filter { $0 != $1 }.count == 2)
    }

    @Test func `is changed in the documented order, whatever order is written`() throws {
        let frame = try answer("{length: {add: 1}}, {pad: {bytes: 1}}, {remove-field: {at: 1}}")
        let healthy = try answer("{delay: 0s}")
        #expect(parts(frame).length == healthy.count - 4 - 2 + 1 + 1)
    }

    @Test func `says why it stays as it is`() throws {
        var host = try host(
            "{when: {message: {type: currentTime}}, do: [{remove-field: {at: 1}}, {truncate: {kept: 999}}]}"
        )
        var client = ScriptedClient(&host)
        client.greet(&host, versions: 157...222)
        client.start(&host)
        host.advance(by: .seconds(3))
        client.request("reqCurrentTime", &host)
        host.advance(by: .seconds(1))
        #expect(host.transcript.contains { $0.contains("a protobuf frame has no text fields") })
        #expect(host.transcript.contains { $0.contains("the body has only") })
    }

    @Test func `does not keep the connection from becoming ready`() throws {
        var host = try host(
            "{when: {message: {type: managedAccounts}}, do: [{pad: {bytes: 1}}]}")
        var client = ScriptedClient(&host)
        client.greet(&host)
        client.start(&host)
        host.advance(by: .seconds(3))
        #expect(host.events.contains { $0.kind == .phase(.ready) })
    }
}

@Suite struct `An answer to a hello that rules change` {
    @Test func `says another version or time`() throws {
        #expect(
            parts(try reply("{answer-hello: {version: 62, time: never}}")).texts == ["62", "never"])
        let bytes = try reply("{answer-hello: {time: {hex: \"e1ff\"}}}")
        #expect(bytes.suffix(3) == [0xE1, 0xFF, 0])
    }

    @Test(arguments: [0, 1])
    func `has fewer fields`(count: Int) throws {
        let frame = parts(try reply("{answer-hello: {fields: \(count)}}"))
        #expect(frame.texts == ["176"].prefix(count).map(\.self))
        #expect(frame.length == frame.count)
    }

    @Test func `comes after a frame of the scenario`() throws {
        let bytes = try reply("{send-frame: {fields: [4, 2, -1, 1100, lost]}}")
        let first = Array("4\u{0}2\u{0}-1\u{0}1100\u{0}lost\u{0}".utf8)
        #expect(Array(bytes.prefix(4)) == [0, 0, 0, UInt8(first.count)])
        #expect(Array(bytes[4...].prefix(first.count)) == first)
        #expect(bytes.count > 4 + first.count)
    }

    @Test func `comes after random bytes, the same each time`() throws {
        let bytes = try reply("{send-bytes: {random: 64}}")
        #expect(bytes == (try reply("{send-bytes: {random: 64}}")))
        #expect(bytes.count > 64)
        #expect(Set(bytes.prefix(64)).count > 30)
    }
}
