import Glibc
import Simulation
import SocketDriver
import Testing

extension Loopback {
    @Suite(.serialized) struct `A connection that ends` {
        let hello: [UInt8] = [0x48, 0x49]

        @Test func `is reset with what was queued before delivered first`() throws {
            let stage = try Stage()
            let client = stage.admit()
            stage.perform(.send(.first, hello), .reset(.first))
            #expect(client.read() == .bytes(hello))
            #expect(client.read() == .failed(ECONNRESET))
            #expect(stage.host.connections.isEmpty)
        }

        @Test func `is closed with a FIN`() throws {
            let stage = try Stage()
            let client = stage.admit()
            stage.perform(.close(.first))
            #expect(client.read() == .end)
            #expect(try stage.row(of: client)?.state == .closeWait)
        }

        @Test func `is reset by the kernel when it is closed with bytes unread`() throws {
            let stage = try Stage { event in
                if case .accepted(let id) = event { [.stopReading(id)] } else { [] }
            }
            let client = stage.admit()
            client.send(hello)
            stage.perform(.close(.first))
            #expect(client.read() == .failed(ECONNRESET))
        }

        @Test func `is hung up without losing its last words to bytes unread`() throws {
            let stage = try Stage()
            let client = stage.admit()
            client.send(hello)
            stage.perform(.send(.first, [1, 2, 3]), .hangUp(.first))
            client.send(hello)
            #expect(stage.loop.eventually { stage.host.kernelState(of: .first) == .finWait2 })
            #expect(stage.loop.wakeups(during: .milliseconds(30)) < 4)
            #expect(client.read() == .bytes([1, 2, 3]))
            #expect(client.read() == .end)
            #expect(stage.host.handler.bytes(from: .first).isEmpty)
            client.close()
            #expect(stage.loop.eventually { stage.host.connections.isEmpty })
            #expect(!stage.events.contains(.ended(.first, .fin)))
        }

        @Test func `is closed for good when the client does not end after a hang-up`() throws {
            var options = HostOptions()
            options.lingerBound = .milliseconds(20)
            let stage = try Stage(options: options)
            let client = stage.admit()
            stage.perform(.hangUp(.first))
            #expect(stage.host.connections == [.first])
            #expect(stage.loop.eventually { stage.host.connections.isEmpty })
            #expect(client.read() == .end)
        }

        @Test func `waits for bytes to leave unread, and is reset over them`() throws {
            let stage = try Stage()
            let client = stage.admit()
            stage.perform(.closeAtNextBytes(.first))
            #expect(stage.host.kernelState(of: .first) == .established)
            client.send(hello)
            #expect(stage.loop.eventually { stage.host.connections.isEmpty })
            #expect(client.read() == .failed(ECONNRESET))
            #expect(stage.host.handler.bytes(from: .first).isEmpty)
        }

        @Test func `is known as reset even when a send was told of it first`() throws {
            let stage = try Stage { event in
                if case .accepted(let id) = event { [.stopReading(id)] } else { [] }
            }
            let client = stage.admit()
            client.abort()
            #expect(stage.loop.eventually { stage.host.kernelState(of: .first) == .closed })
            stage.perform(.send(.first, hello))
            #expect(
                stage.notices.contains {
                    if case .sendFailed(.first, let failure) = $0 {
                        failure.code == ECONNRESET
                    } else {
                        false
                    }
                })
            stage.perform(.resumeReading(.first))
            #expect(stage.eventually(.ended(.first, .reset)))
        }

        @Test func `keeps receiving after its own FIN`() throws {
            let stage = try Stage()
            let client = stage.admit()
            stage.perform(.send(.first, hello), .shutdownWrite(.first), .send(.first, hello))
            #expect(client.read() == .bytes(hello))
            #expect(client.read() == .end)
            client.send([1, 2, 3])
            #expect(stage.eventually(.received(.first, [1, 2, 3])))
            #expect(stage.host.kernelState(of: .first) == .finWait2)
        }

        @Test func `is not watched any more when both sides said FIN`() throws {
            let stage = try Stage()
            let client = stage.admit()
            stage.perform(.shutdownWrite(.first))
            client.close()
            #expect(stage.eventually(.ended(.first, .fin)))
            #expect(stage.loop.wakeups(during: .milliseconds(150)) < 6)
            #expect(stage.events.suffix(1) == [.ended(.first, .fin)])
        }

        @Test func `tells a reset from a FIN`() throws {
            let stage = try Stage()
            let client = stage.admit()
            client.send(hello)
            client.abort()
            #expect(stage.eventually(.ended(.first, .reset)))
            #expect(
                stage.events == [
                    .started, .accepted(.first), .received(.first, hello), .ended(.first, .reset),
                ])
            #expect(stage.loop.wakeups(during: .milliseconds(50)) < 5)
        }

        @Test func `hears of a reset after a FIN`() throws {
            let stage = try Stage()
            let client = stage.admit()
            client.shutDownWrite()
            #expect(stage.eventually(.ended(.first, .fin)))
            client.abort()
            #expect(stage.eventually(.ended(.first, .reset)))
        }

        @Test func `costs nothing while only the client has said FIN`() throws {
            let stage = try Stage()
            let client = stage.admit()
            client.close()
            #expect(stage.eventually(.ended(.first, .fin)))
            #expect(stage.loop.wakeups(during: .milliseconds(150)) < 6)
            #expect(stage.host.kernelState(of: .first) == .closeWait)
        }

        @Test func `is known as half open while a process owns the client's socket`() throws {
            let stage = try Stage()
            let staying = stage.admit()
            let leaving = stage.admit()
            staying.shutDownWrite()
            leaving.close()
            #expect(stage.eventually(.stayedHalfOpen(.first)))
            #expect(!stage.events.contains(.stayedHalfOpen(.second)))
            _ = stage.loop.run(until: { false }, forReal: .milliseconds(50))
            #expect(!stage.events.contains(.stayedHalfOpen(.second)))
        }

        @Test func `is known as half open with an IPv6 socket too`() throws {
            let stage = try Stage()
            let client = TestClient(to: stage.host.localEndpoint, mapped: true)
            #expect(stage.eventually(.accepted(.first)))
            client.shutDownWrite()
            #expect(stage.eventually(.stayedHalfOpen(.first)))
        }

        @Test func `stays in CLOSE_WAIT when held`() throws {
            let stage = try Stage { event in
                if case .accepted(let id) = event { [.hold(id)] } else { [] }
            }
            let client = stage.admit()
            let endpoint = client.endpoint
            client.send(hello)
            client.close()
            func held() -> KernelSockets.Row? {
                try? KernelSockets.row(local: stage.host.localEndpoint, remote: endpoint)
            }
            #expect(stage.loop.eventually { held()?.state == .closeWait })
            #expect(stage.loop.wakeups(during: .milliseconds(50)) < 4)
            // The kernel counts the FIN as one more byte.
            #expect(held()?.receiveQueue == hello.count + 1)
            #expect(stage.events == [.started, .accepted(.first)])
            stage.host.releaseHeld()
            #expect(stage.loop.eventually { held().map { $0.inode == 0 } ?? true })
        }

        @Test func `delivers a long answer before its FIN`() throws {
            let stage = try Stage()
            let client = stage.admit()
            let answer = (0..<(8 << 20)).map { UInt8(truncatingIfNeeded: $0 &* 31) }
            stage.perform(.send(.first, answer), .close(.first))
            #expect(stage.host.connections == [.first])
            var seen: [UInt8] = []
            var isOver = false
            #expect(
                stage.loop.eventually {
                    switch client.read() {
                    case .bytes(let bytes): seen += bytes
                    case .end: isOver = true
                    case .failed, nil: break
                    }
                    return isOver
                })
            #expect(seen == answer)
            #expect(stage.host.connections.isEmpty)
        }
    }
}
