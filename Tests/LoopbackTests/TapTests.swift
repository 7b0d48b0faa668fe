import Glibc
import Simulation
import SocketDriver
import Testing

extension Loopback {
    @Suite(.serialized) struct `A tap on a host` {
        private let upstream = ConnectionID.first.upstream

        private func stage(
            options: HostOptions = HostOptions(),
            answer: @escaping (StreamEvent) -> [StreamEffect] = { _ in [] }
        ) throws -> (Stage, Wire) {
            let stage = try Stage(options: options, answer: answer)
            let wire = Wire()
            stage.host.tap = { wire.events.append($0) }
            return (stage, wire)
        }

        @Test func `hears both sides of a relayed connection`() throws {
            let stage = try RelayStage(isTapped: true)
            let (client, gateway) = try stage.connect()
            let own = try #require(gateway.remoteEndpoint)
            client.send([1, 2])
            #expect(stage.read(gateway, count: 2) == [1, 2])
            gateway.send([3])
            #expect(stage.read(client, count: 1) == [3])
            client.shutDownWrite()
            #expect(stage.next(gateway) == .end)
            gateway.close()
            #expect(stage.next(client) == .end)
            #expect(stage.loop.eventually { stage.host.connections.isEmpty })
            #expect(
                stage.happenings(.first) == [
                    .accepted(local: stage.host.localEndpoint, remote: client.endpoint),
                    .received([1, 2]), .sent([3]), .finReceived, .finSent, .closed,
                ])
            #expect(
                stage.happenings(upstream) == [
                    .connected(local: own, remote: stage.gateway.endpoint),
                    .sent([1, 2]), .received([3]), .finSent, .finReceived, .closed,
                ])
        }

        @Test func `hears resets on both sides`() throws {
            let stage = try RelayStage(isTapped: true)
            let (client, gateway) = try stage.connect()
            client.abort()
            #expect(stage.next(gateway) == .failed(ECONNRESET))
            #expect(stage.happenings(.first).dropFirst() == [.resetReceived, .closed])
            #expect(stage.happenings(upstream).dropFirst() == [.resetSent, .closed])
        }

        @Test func `hears nothing of a connection that was not made`() throws {
            let nobody = TestGateway().endpoint
            let stage = try RelayStage(upstream: nobody, isTapped: true)
            let client = TestClient(to: stage.host.localEndpoint)
            #expect(stage.next(client) == .failed(ECONNRESET))
            #expect(stage.happenings(.first).dropFirst() == [.resetSent, .closed])
            #expect(stage.happenings(upstream) == [])
        }

        @Test func `may be let go of while its clients are connected`() throws {
            var stage: RelayStage? = try RelayStage(isTapped: true)
            let (client, gateway) = try #require(stage).connect()
            stage = nil
            let loop = try EventLoop()
            for end in [client, gateway] {
                #expect(
                    loop.eventually {
                        switch end.read() {
                        case .end?, .failed?: true
                        case .bytes?, nil: false
                        }
                    })
            }
        }

        @Test func `hears everything once while back pressure stops and resumes reading`() throws {
            let stage = try RelayStage()
            var heard: [UInt8] = []
            var passedOn: [UInt8] = []
            stage.host.tap = { event in
                switch event.happening {
                case .received(let bytes): heard += bytes
                case .sent(let bytes): passedOn += bytes
                case .accepted, .connected, .finReceived, .finSent, .resetReceived, .resetSent,
                    .closed:
                    break
                }
            }
            let (client, gateway) = try stage.connect()
            var wanted: [UInt8] = []
            for number in 0..<640 {
                wanted += [UInt8](repeating: UInt8(number % 251), count: 65_536)
            }
            var sentCount = 0
            var readCount = 0
            #expect(
                stage.loop.eventually {
                    while sentCount < wanted.count,
                        case let count = gateway.send(Array(wanted[sentCount...].prefix(100_000))),
                        count > 0
                    {
                        sentCount += count
                    }
                    // Nobody reads until the relay has had to stop the gateway.
                    guard stage.events.contains(.congested(.first)) else { return false }
                    if case .bytes(let bytes)? = client.read() { readCount += bytes.count }
                    return readCount == wanted.count
                })
            #expect(heard.count == wanted.count)
            #expect(begins(wanted[...], with: heard))
            #expect(passedOn.count == wanted.count)
            #expect(begins(wanted[...], with: passedOn))
        }

        @Test func `counts bytes as sent when the kernel has taken them`() throws {
            let (stage, wire) = try stage()
            let client = stage.admit()
            var answer: [UInt8] = []
            for number in 0..<256 { answer += [UInt8](repeating: UInt8(number), count: 65_536) }
            stage.perform(.send(.first, answer))
            let waiting = stage.host.queuedByteCount(of: .first)
            #expect(waiting > 0)
            #expect(wire.sentBytes.count == answer.count - waiting)
            #expect(begins(answer[...], with: wire.sentBytes))
            var count = 0
            #expect(
                stage.loop.eventually {
                    if case .bytes(let bytes)? = client.read() { count += bytes.count }
                    return count == answer.count
                })
            #expect(wire.sentBytes.count == answer.count)
            #expect(begins(answer[...], with: wire.sentBytes))
        }

        @Test func `hears what comes in after a connection was hung up`() throws {
            let (stage, wire) = try stage()
            let client = stage.admit()
            stage.perform(.send(.first, [1]), .hangUp(.first))
            client.send([2])
            client.close()
            #expect(stage.loop.eventually { stage.host.connections.isEmpty })
            // The client closed over an unread byte, so its kernel sent a RST.
            #expect(
                wire.happenings == [.sent([1]), .finSent, .received([2]), .resetReceived, .closed])
        }

        @Test func `hears of the bytes and the FIN that lie unread at a held socket`() throws {
            let (stage, wire) = try stage { event in
                if case .accepted(let id) = event { [.hold(id)] } else { [] }
            }
            let client = stage.admit()
            client.send([1, 2])
            #expect(stage.loop.eventually { wire.happenings == [.received([1, 2])] })
            client.send([3])
            client.close()
            #expect(
                stage.loop.eventually {
                    wire.happenings == [.received([1, 2]), .received([3]), .finReceived]
                })
            #expect(stage.loop.wakeups(during: .milliseconds(50)) < 4)
            #expect(stage.host.kernelState(of: .first) == .closeWait)
            #expect(stage.events == [.started, .accepted(.first)])
            stage.host.releaseHeld()
            // Closing over unread bytes is a RST.
            #expect(wire.happenings.suffix(2) == [.resetSent, .closed])
        }

        @Test func `hears of a reset at a held socket`() throws {
            let (stage, wire) = try stage()
            let client = stage.admit()
            client.shutDownWrite()
            #expect(stage.eventually(.ended(.first, .fin)))
            stage.perform(.hold(.first))
            client.abort()
            #expect(stage.loop.eventually { wire.happenings == [.finReceived, .resetReceived] })
            stage.host.releaseHeld()
            #expect(wire.happenings == [.finReceived, .resetReceived, .closed])
        }

        @Test func `tells unread bytes once, though they are read later`() throws {
            let (stage, wire) = try stage { event in
                if case .accepted(let id) = event { [.stopReading(id)] } else { [] }
            }
            let client = stage.admit()
            client.send([1, 2])
            #expect(stage.loop.eventually { wire.happenings == [.received([1, 2])] })
            client.send([3])
            client.shutDownWrite()
            #expect(stage.loop.eventually { wire.happenings.last == .finReceived })
            stage.perform(.resumeReading(.first))
            #expect(stage.eventually(.ended(.first, .fin)))
            #expect(stage.host.handler.bytes(from: .first) == [1, 2, 3])
            #expect(wire.happenings == [.received([1, 2]), .received([3]), .finReceived])
        }

        @Test func `hears of the RST that a close over unread bytes is`() throws {
            let (stage, wire) = try stage()
            let client = stage.admit()
            stage.perform(.closeAtNextBytes(.first))
            client.send([1, 2])
            #expect(stage.loop.eventually { stage.host.connections.isEmpty })
            #expect(wire.happenings == [.received([1, 2]), .resetSent, .closed])
        }

        @Test func `hears of the FIN that answers our close`() throws {
            let (stage, wire) = try stage()
            let client = stage.admit()
            stage.perform(.send(.first, [1]), .close(.first))
            #expect(stage.host.connections.isEmpty)
            #expect(client.read() == .bytes([1]))
            #expect(client.read() == .end)
            #expect(wire.happenings == [.sent([1]), .finSent])
            client.close()
            #expect(stage.loop.eventually { wire.happenings.last == .closed })
            #expect(wire.happenings == [.sent([1]), .finSent, .finReceived, .closed])
        }

        @Test func `hears of the last FINs when the host shuts down`() throws {
            let (stage, wire) = try stage()
            let client = stage.admit()
            stage.host.shutDown()
            #expect(wire.happenings == [.finSent, .closed])
            #expect(client.read() == .end)
        }
    }
}

/// What a tap has heard.
private final class Wire {
    var events: [WireEvent] = []

    /// The openings left out.
    var happenings: [WireEvent.Happening] {
        events.map(\.happening).filter { if case .accepted = $0 { false } else { true } }
    }

    var sentBytes: [UInt8] {
        var bytes: [UInt8] = []
        for event in events {
            if case .sent(let more) = event.happening { bytes += more }
        }
        return bytes
    }
}

extension RelayStage {
    fileprivate func happenings(_ id: ConnectionID) -> [WireEvent.Happening] {
        wire.filter { $0.connection == id }.map(\.happening)
    }
}
