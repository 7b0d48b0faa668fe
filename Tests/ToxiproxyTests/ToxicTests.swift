import Simulation
import Testing

@testable import Toxiproxy

@Suite struct `A latency toxic` {
    @Test func `delays each chunk by its own arrival, and the end follows the last byte`() {
        var stage = ProxyStage(.latency, ["latency": 100])
        let client = stage.connect()
        stage.send([1], on: client)
        stage.advance(by: .milliseconds(40))
        stage.send([2], on: client)
        stage.end(client)
        #expect(
            stage.arrivals(at: client.upstream, for: .seconds(1)) == [
                Arriving(milliseconds: 100, bytes: [1]), Arriving(milliseconds: 140, bytes: [2]),
            ])
        #expect(stage.endings(of: client.upstream) == [.shutdownWrite(client.upstream)])
    }

    @Test func `delays one direction only, and two of them add up`() {
        var stage = ProxyStage(.latency, ["latency": 500])
        stage.add(.latency, ["latency": 500])
        let client = stage.connect()
        stage.send([1], on: client)
        stage.send([2], on: client.upstream)
        #expect(stage.take(client) == [2])
        #expect(
            stage.arrivals(at: client.upstream, for: .seconds(2)) == [
                Arriving(milliseconds: 1000, bytes: [1])
            ])
    }

    @Test func `keeps the order whatever the jitter, the same one for the same seed`() {
        func play() -> [Arriving] {
            var stage = ProxyStage(.latency, ["latency": 20, "jitter": 15])
            let client = stage.connect()
            for byte in 0..<50 {
                stage.send([UInt8(byte)], on: client)
                stage.advance(by: .milliseconds(1))
            }
            return stage.arrivals(at: client.upstream, for: .seconds(1))
        }
        let first = play()
        #expect(first.flatMap(\.bytes) == (0..<50).map(UInt8.init))
        #expect(first == play())
        var stage = ProxyStage(.latency, ["latency": 20, "jitter": 15])
        var delays: Set<Double> = []
        for _ in 0..<200 {
            let client = stage.connect()
            let sent = Double((stage.now - .start).nanoseconds) / 1e6
            stage.send([1], on: client)
            let arrival = stage.arrivals(at: client.upstream, for: .milliseconds(50))
            delays.formUnion(arrival.map { $0.milliseconds - sent })
        }
        #expect(delays.allSatisfy { (5...34).contains($0) })
        #expect(delays.count > 20)
    }

    @Test func `gives up at once what it holds when it is removed, in order`() {
        var stage = ProxyStage(.latency, ["latency": 1000])
        let client = stage.connect()
        for byte in UInt8(0)..<9 { stage.send([byte], on: client) }
        stage.advance(by: .milliseconds(10))
        stage.remove(0)
        stage.send([9], on: client)
        #expect(stage.take(client.upstream) == Array(0..<10))
    }

    @Test func `times what it holds anew from its arrival when it is changed`() {
        var stage = ProxyStage(.latency, ["latency": 1000])
        let client = stage.connect()
        stage.send([1], on: client)
        stage.advance(by: .milliseconds(50))
        stage.change(0) { $0.attributes["latency"] = 200 }
        #expect(stage.take(client.upstream).isEmpty)
        #expect(
            stage.arrivals(at: client.upstream, for: .seconds(2)) == [
                Arriving(milliseconds: 200, bytes: [1])
            ])
    }
}

@Suite struct `A bandwidth toxic` {
    @Test func `takes as long as the bytes need, and loses none although the client ends`() {
        var stage = ProxyStage(.bandwidth, ["rate": 1000])
        let client = stage.connect()
        let bytes = pattern(480_000)
        stage.send(bytes, on: client)
        stage.end(client)
        let arrivals = stage.arrivals(at: client.upstream, for: .seconds(1))
        #expect(arrivals.flatMap(\.bytes) == bytes)
        #expect(arrivals.last?.milliseconds == 480)
        #expect(stage.endings(of: client.upstream) == [.shutdownWrite(client.upstream)])
    }

    @Test func `sends pieces of a tenth of a second, without credit for silence`() {
        var stage = ProxyStage(.bandwidth, ["rate": 10])
        let client = stage.connect()
        stage.advance(by: .seconds(5))
        stage.send(pattern(2500), on: client)
        #expect(
            stage.arrivals(at: client.upstream, for: .seconds(1)).map(\.milliseconds)
                == [5100, 5200, 5250])
    }

    @Test func `lets nothing pass at rate 0, stops reading, and loses nothing`() {
        var stage = ProxyStage(.bandwidth, ["rate": 0], on: .downstream)
        let client = stage.connect()
        let bytes = pattern(100_000)
        stage.send(bytes, on: client.upstream)
        stage.advance(by: .seconds(60))
        #expect(stage.take(client).isEmpty)
        #expect(stage.effects.contains(.stopReading(client.upstream)))
        stage.send([7], on: client.upstream)
        stage.remove(0)
        #expect(stage.take(client) == bytes + [7])
        #expect(stage.effects.last == .send(client, [7]))
        #expect(stage.effects.contains(.resumeReading(client.upstream)))
    }

    @Test func `goes on at the new rate when it is changed, without a burst`() {
        var stage = ProxyStage(.bandwidth, ["rate": 0])
        let client = stage.connect()
        stage.send(pattern(1000), on: client)
        stage.advance(by: .seconds(9))
        stage.change(0) { $0.attributes["rate"] = 5 }
        #expect(
            stage.arrivals(at: client.upstream, for: .seconds(1)).map(\.milliseconds)
                == [9100, 9200])
    }
}

@Suite struct `A timeout toxic` {
    @Test func `discards data, and closes in time although data keeps coming`() {
        var stage = ProxyStage(.timeout, ["timeout": 100])
        let client = stage.connect()
        for _ in 0..<9 {
            stage.send([1], on: client)
            stage.advance(by: .milliseconds(10))
        }
        #expect(stage.endings(of: client.upstream).isEmpty)
        stage.advance(by: .milliseconds(10))
        #expect(stage.take(client.upstream).isEmpty)
        #expect(stage.endings(of: client.upstream) == [.hangUp(client.upstream)])
        #expect(stage.endings(of: client) == [.hangUp(client)])
    }

    @Test func `never closes at 0, and closes what it acted on when it is removed`() {
        var stage = ProxyStage(.timeout, ["timeout": 0])
        let client = stage.connect()
        stage.send([1], on: client)
        stage.advance(by: .seconds(3600))
        #expect(stage.endings(of: client).isEmpty)
        stage.remove(0)
        #expect(stage.endings(of: client) == [.hangUp(client)])
        #expect(stage.endings(of: client.upstream) == [.hangUp(client.upstream)])
    }

    @Test func `leaves a connection open on removal that it never acted on`() {
        var stage = ProxyStage()
        stage.add(.timeout, toxicity: 0)
        let client = stage.connect()
        stage.send([1], on: client)
        stage.remove(0)
        stage.send([2], on: client)
        #expect(stage.take(client.upstream) == [1, 2])
        #expect(stage.endings(of: client).isEmpty)
    }

    @Test func `begins to count when its toxicity lets it act`() {
        var stage = ProxyStage()
        stage.add(.timeout, ["timeout": 100], toxicity: 0)
        let client = stage.connect()
        stage.advance(by: .seconds(9))
        stage.change(0) { $0.toxicity = 1 }
        stage.advance(by: .milliseconds(99))
        #expect(stage.endings(of: client).isEmpty)
        stage.advance(by: .milliseconds(1))
        #expect(stage.endings(of: client) == [.hangUp(client)])
    }

    @Test func `lets an end of the stream pass`() {
        var stage = ProxyStage(.timeout)
        let client = stage.connect()
        stage.send([1], on: client)
        stage.end(client)
        #expect(stage.take(client.upstream).isEmpty)
        #expect(stage.endings(of: client.upstream) == [.shutdownWrite(client.upstream)])
    }
}

@Suite struct `A slow_close toxic` {
    @Test func `holds the end and nothing else`() {
        var stage = ProxyStage(.slowClose, ["delay": 300])
        let client = stage.connect()
        stage.send([1], on: client)
        stage.end(client)
        #expect(stage.take(client.upstream) == [1])
        stage.advance(by: .milliseconds(299))
        #expect(stage.endings(of: client.upstream).isEmpty)
        stage.advance(by: .milliseconds(1))
        #expect(stage.endings(of: client.upstream) == [.shutdownWrite(client.upstream)])
    }

    @Test func `begins anew when it is changed, and gives up when it is removed`() {
        var stage = ProxyStage(.slowClose, ["delay": 300])
        let client = stage.connect()
        stage.end(client)
        stage.advance(by: .milliseconds(200))
        stage.change(0) { $0.attributes["delay"] = 250 }
        stage.advance(by: .milliseconds(249))
        #expect(stage.endings(of: client.upstream).isEmpty)
        stage.remove(0)
        #expect(stage.endings(of: client.upstream) == [.shutdownWrite(client.upstream)])
    }
}

@Suite struct `A reset_peer toxic` {
    @Test func `leaves an idle connection alone, and resets both sides after data`() {
        var stage = ProxyStage(.resetPeer, ["timeout": 100])
        let client = stage.connect()
        stage.advance(by: .seconds(60))
        #expect(stage.endings(of: client).isEmpty)
        stage.send([1], on: client)
        stage.advance(by: .milliseconds(99))
        #expect(stage.endings(of: client).isEmpty)
        stage.advance(by: .milliseconds(1))
        #expect(stage.endings(of: client) == [.reset(client)])
        #expect(stage.endings(of: client.upstream) == [.reset(client.upstream)])
        #expect(stage.take(client.upstream).isEmpty)
    }

    @Test func `resets connections that were open before it, and at an end of the stream too`() {
        var stage = ProxyStage()
        let client = stage.connect()
        stage.add(.resetPeer, on: .downstream)
        stage.end(client.upstream)
        #expect(stage.endings(of: client) == [.reset(client)])
    }

    @Test func `loses nothing when it is removed in time`() {
        var stage = ProxyStage(.resetPeer, ["timeout": 100])
        let client = stage.connect()
        stage.send([1, 2], on: client)
        stage.remove(0)
        stage.advance(by: .seconds(1))
        #expect(stage.take(client.upstream) == [1, 2])
        #expect(stage.endings(of: client).isEmpty)
    }
}

@Suite struct `A slicer toxic` {
    @Test func `sends single bytes in steps of their own`() {
        var stage = ProxyStage(.slicer, ["average_size": 1])
        let client = stage.connect()
        stage.send(pattern(24), on: client)
        stage.advance(by: .zero)
        let sent = stage.effects.filter { if case .send = $0 { true } else { false } }
        #expect(sent == pattern(24).map { .send(client.upstream, [$0]) })
    }

    @Test func `pauses after each piece`() {
        var stage = ProxyStage(.slicer, ["average_size": 1, "delay": 1500])
        let client = stage.connect()
        stage.send([1, 2, 3], on: client)
        #expect(
            stage.arrivals(at: client.upstream, for: .seconds(1)).map(\.milliseconds)
                == [0, 1.5, 3])
    }

    @Test func `cuts into pieces around the average and loses nothing`() {
        var stage = ProxyStage(.slicer, ["average_size": 1024, "size_variation": 512, "delay": 10])
        let client = stage.connect()
        let bytes = pattern(480_000)
        stage.send(bytes, on: client)
        stage.end(client)
        let arrivals = stage.arrivals(at: client.upstream, for: .seconds(1))
        #expect(arrivals.flatMap(\.bytes) == bytes)
        #expect((240...720).contains(arrivals.count))
    }

    @Test(arguments: [(1, 0), (1, 1), (2, 2), (7, 3), (1000, 0), (1000, 1000)])
    func `never makes an empty piece or a longer one`(average: Int, variation: Int) {
        var random = SeededRandom(seed: 3)
        for count in [1, 2, 3, 5, 24, 1000, 32_768] {
            let pieces = Slicing.pieces(
                of: count, average: average, variation: variation, &random)
            #expect(pieces.reduce(0, +) == count)
            #expect(pieces.allSatisfy { (1...average + variation).contains($0) })
        }
    }
}

@Suite struct `A limit_data toxic` {
    @Test(arguments: [
        ([50], [50], false), ([100], [100], true), ([150], [100], true),
        ([25, 25, 25, 25], [100], true), ([90, 20], [100], true), ([99], [99], false),
    ])
    func `passes up to its limit and closes on reaching it`(
        sent: [Int], passed: [Int], closes: Bool
    ) {
        var stage = ProxyStage(.limitData, ["bytes": 100])
        let client = stage.connect()
        for count in sent { stage.send(pattern(count), on: client) }
        #expect([stage.take(client.upstream).count] == passed)
        #expect(stage.endings(of: client.upstream) == (closes ? [.hangUp(client.upstream)] : []))
        #expect(stage.endings(of: client) == (closes ? [.hangUp(client)] : []))
    }

    @Test func `passes nothing at 0 and closes at the first data`() {
        var stage = ProxyStage(.limitData)
        let client = stage.connect()
        #expect(stage.endings(of: client).isEmpty)
        stage.send([1], on: client)
        #expect(stage.take(client.upstream).isEmpty)
        #expect(stage.endings(of: client) == [.hangUp(client)])
    }

    @Test func `keeps its count when it is changed, and counts from when it is added`() {
        var stage = ProxyStage()
        let client = stage.connect()
        stage.send(pattern(500), on: client)
        stage.add(.limitData, ["bytes": 100])
        stage.send(pattern(60), on: client)
        stage.change(0) { $0.attributes["bytes"] = 80 }
        stage.send(pattern(60), on: client)
        #expect(stage.take(client.upstream).count == 580)
        #expect(stage.endings(of: client) == [.hangUp(client)])
    }

    @Test func `delivers through a latency toxic behind it before it closes`() {
        var stage = ProxyStage(.limitData, ["bytes": 2])
        stage.add(.latency, ["latency": 100])
        let client = stage.connect()
        stage.send([1, 2, 3], on: client)
        #expect(stage.endings(of: client.upstream).isEmpty)
        stage.advance(by: .milliseconds(100))
        #expect(stage.take(client.upstream) == [1, 2])
        #expect(stage.endings(of: client.upstream) == [.hangUp(client.upstream)])
    }
}

@Suite struct `Extensions of toxics` {
    /// `API` and a zero, a frame of two bytes and one of five.
    private static let stream: [UInt8] =
        Array("API\0".utf8) + [0, 0, 0, 2, 8, 9] + [0, 0, 0, 5, 1, 2, 3, 4, 5]

    @Test(arguments: [1, 3, 64])
    func `cut resets inside a frame, however the bytes come`(size: Int) {
        var stage = ProxyStage(.cut, ["after_messages": 1, "bytes": 6])
        let client = stage.connect()
        for start in stride(from: 0, to: Self.stream.count, by: size) {
            stage.send(Array(Self.stream[start..<min(start + size, Self.stream.count)]), on: client)
        }
        #expect(stage.take(client.upstream) == Array(Self.stream.prefix(16)))
        #expect(stage.endings(of: client) == [.reset(client)])
        let last = stage.effects.lastIndex { if case .send = $0 { true } else { false } }
        let reset = stage.effects.firstIndex(of: .reset(client.upstream))
        #expect(last.flatMap { last in reset.map { last < $0 } } == true)
    }

    @Test func `after_bytes leaves alone what comes before, also in the middle of a chunk`() {
        var stage = ProxyStage(.latency, ["latency": 100, "after_bytes": 3])
        let client = stage.connect()
        stage.send([1, 2, 3, 4, 5], on: client)
        #expect(
            stage.arrivals(at: client.upstream, for: .seconds(1)) == [
                Arriving(milliseconds: 0, bytes: [1, 2, 3]),
                Arriving(milliseconds: 100, bytes: [4, 5]),
            ])
    }

    @Test func `messages count from the start of a connection, also for a toxic that comes later`()
    {
        var stage = ProxyStage()
        let client = stage.connect()
        stage.send(Array(Self.stream.prefix(12)), on: client)
        stage.add(.timeout, ["timeout": 50, "after_messages": 2])
        stage.advance(by: .seconds(1))
        stage.send(Array(Self.stream.dropFirst(12)) + [7], on: client)
        #expect(stage.take(client.upstream) == Self.stream)
        stage.advance(by: .milliseconds(49))
        #expect(stage.endings(of: client).isEmpty)
        stage.advance(by: .milliseconds(1))
        #expect(stage.endings(of: client) == [.hangUp(client)])
    }
}
