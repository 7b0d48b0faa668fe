import Simulation
import Testing

@testable import Toxiproxy

@Suite struct `A proxy without toxics` {
    @Test func `passes bytes and half-closes both ways`() {
        var stage = ProxyStage()
        let client = stage.connect()
        stage.send([1, 2], on: client)
        stage.end(client)
        stage.send([3], on: client.upstream)
        stage.end(client.upstream)
        #expect(
            stage.effects == [
                .stopReading(client), .connect(client.upstream), .resumeReading(client),
                .send(client.upstream, [1, 2]), .shutdownWrite(client.upstream),
                .send(client, [3]), .shutdownWrite(client),
                .hangUp(client), .hangUp(client.upstream),
            ])
        #expect(stage.traffic.upstream.receivedBytes == 2)
        #expect(stage.traffic.downstream.sentBytes == 1)
    }

    @Test func `lets a client go whose server is not reached`() {
        var stage = ProxyStage()
        let client = stage.connectOnly()
        stage.send([1], on: client)
        stage.fail(client.upstream)
        #expect(
            stage.effects == [
                .stopReading(client), .connect(client.upstream), .resumeReading(client),
                .hangUp(client),
            ])
    }

    @Test func `closes the server's side after a reset of the client`() {
        var stage = ProxyStage()
        let client = stage.connect()
        stage.send([1], on: client)
        stage.end(client, .reset)
        #expect(stage.endings(of: client) == [.close(client)])
        #expect(
            stage.endings(of: client.upstream) == [
                .shutdownWrite(client.upstream), .hangUp(client.upstream),
            ])
    }

    @Test func `waits for an address, and lets clients go without one`() {
        var proxy = ToxicProxy([], seed: SeededRandom(seed: 1), dialsAtOnce: false)
        let one = ConnectionID(1)
        let two = ConnectionID(2)
        #expect(proxy.handle(.accepted(one), at: .start) == [.stopReading(one)])
        #expect(proxy.handle(.accepted(two), at: .start) == [.stopReading(two)])
        #expect(proxy.unresolved == [one, two])
        #expect(proxy.resolve(true) == [.connect(one.upstream), .connect(two.upstream)])
        #expect(proxy.unresolved.isEmpty)
        _ = proxy.handle(.accepted(ConnectionID(3)), at: .start)
        #expect(
            proxy.resolve(false) == [
                .resumeReading(ConnectionID(3)), .hangUp(ConnectionID(3)),
            ])
    }

    @Test func `holds no more than its bound for a peer that does not read`() {
        var stage = ProxyStage()
        let client = stage.connect()
        stage.tell(.congested(client))
        stage.send(pattern(65_536), on: client.upstream)
        #expect(!stage.effects.contains(.stopReading(client.upstream)))
        stage.send(pattern(1), on: client.upstream)
        #expect(stage.effects.last == .stopReading(client.upstream))
        #expect(stage.take(client).isEmpty)
        stage.tell(.drained(client))
        #expect(stage.take(client) == pattern(65_536) + pattern(1))
        #expect(stage.effects.last == .resumeReading(client.upstream))
    }
}

@Suite struct `Toxics of a proxy` {
    @Test func `draw once for each connection, whatever else changes`() {
        var stage = ProxyStage()
        stage.add(.noop)
        stage.add(.timeout, toxicity: 0.5)
        var clients: [ConnectionID] = []
        for _ in 0..<60 { clients.append(stage.connect()) }
        func affected() -> [Bool] {
            clients.map { client in
                stage.send([1], on: client)
                return stage.take(client.upstream).isEmpty
            }
        }
        let first = affected()
        #expect((15...45).contains(first.count { $0 }))
        stage.change(1) { $0.attributes["timeout"] = 0 }
        stage.add(.noop)
        stage.remove(0)
        stage.change(0) { $0.toxicity = 0.5 }
        #expect(affected() == first)
        stage.change(0) { $0.toxicity = 0 }
        #expect(affected() == [Bool](repeating: false, count: 60))
        stage.change(0) { $0.toxicity = 1 }
        #expect(affected() == [Bool](repeating: true, count: 60))
    }

    @Test func `toggle under traffic without losing or swapping a byte`() {
        var stage = ProxyStage()
        let client = stage.connect()
        var received: [UInt8] = []
        let bytes = pattern(4000)
        for start in stride(from: 0, to: bytes.count, by: 2) {
            stage.send(Array(bytes[start..<start + 2]), on: client)
            if start % 14 == 0 { stage.add(.latency, ["latency": 1000]) }
            if start % 22 == 0, !stage.toxics.isEmpty { stage.remove(0) }
            stage.advance(by: .microseconds(100))
            received += stage.take(client.upstream)
            if stage.toxics.count > 20 { while !stage.toxics.isEmpty { stage.remove(0) } }
        }
        stage.end(client)
        while !stage.toxics.isEmpty { stage.remove(0) }
        #expect(received + stage.take(client.upstream) == bytes)
        #expect(stage.endings(of: client.upstream) == [.shutdownWrite(client.upstream)])
    }

    @Test func `change at once although a peer does not read, and lose nothing`() {
        var stage = ProxyStage(.latency, ["latency": 100], on: .downstream)
        let client = stage.connect()
        stage.tell(.congested(client))
        let bytes = pattern(50_000)
        stage.send(bytes, on: client.upstream)
        stage.remove(0)
        stage.add(.bandwidth, ["rate": 1], on: .downstream)
        stage.change(0) { $0.attributes["rate"] = 2 }
        stage.remove(0)
        #expect(stage.take(client).isEmpty)
        stage.tell(.drained(client))
        #expect(stage.take(client) == bytes)
    }

    @Test func `let a great backlog go in steps`() {
        var stage = ProxyStage(.latency, ["latency": 100])
        let client = stage.connect()
        let bytes = pattern(3 << 20)
        stage.send(bytes, on: client)
        stage.remove(0)
        #expect(stage.take(client.upstream).count < 2 << 20)
        stage.advance(by: .zero)
        #expect(stage.effects.contains(.send(client.upstream, Array(bytes.suffix(32_768)))))
    }
}
