import Glibc
import Simulation
import SocketDriver
import Testing

extension Loopback {
    @Suite(.serialized) struct `A black hole` {
        @Test func `acknowledges nothing, and goes on where it stopped`() throws {
            let stage = try Stage()
            let client = stage.admit()
            stage.perform(.loseSegments(.first), .send(.first, [9]))
            #expect(client.send([1, 2, 3]) == 3)
            #expect(stage.loop.wakeups(during: .milliseconds(50)) < 4)
            #expect(stage.events == [.started, .accepted(.first)])
            #expect(client.read() == nil)
            let row = try #require(try stage.row(of: client))
            #expect(row.state == .established)
            #expect(row.sendQueue == 3, "unacknowledged bytes of the client")
            stage.perform(.takeSegments(.first))
            #expect(stage.eventually(.received(.first, [1, 2, 3])))
            #expect(client.read() == .bytes([9]))
            #expect(try stage.row(of: client)?.sendQueue == 0)
        }

        @Test func `leaves a client that closes in FIN_WAIT1`() throws {
            let stage = try Stage()
            let client = stage.admit()
            stage.perform(.loseSegments(.first))
            client.send([1])
            client.shutDownWrite()
            #expect(stage.loop.wakeups(during: .milliseconds(50)) < 4)
            #expect(try stage.row(of: client)?.state == .finWait1)
            #expect(stage.host.kernelState(of: .first) == .established)
            stage.perform(.takeSegments(.first))
            #expect(stage.eventually(.ended(.first, .fin)))
        }

        @Test func `keeps a queue bounded`() throws {
            var options = HostOptions()
            options.maxOutboundBytes = 1 << 20
            let stage = try Stage(options: options)
            _ = stage.admit()
            stage.perform(.loseSegments(.first))
            stage.perform(.send(.first, [UInt8](repeating: 7, count: 1 << 20 + 1)))
            #expect(stage.eventually(.ended(.first, .reset)))
        }

        @Test func `of the listener leaves new clients in SYN_SENT`() throws {
            let stage = try Stage()
            let staying = stage.admit()
            stage.perform(.loseConnects)
            let client = TestClient(to: stage.host.localEndpoint)
            #expect(client.connectCode == EINPROGRESS)
            #expect(try stage.row(of: client)?.state == .synSent)
            stage.perform(.send(.first, [1]))
            #expect(staying.read() == .bytes([1]))
            stage.perform(.closeListener, .openListener)
            #expect(TestClient(to: stage.host.localEndpoint).connectCode == EINPROGRESS)
            stage.perform(.takeConnects)
            #expect(stage.admit().connectCode == 0)
        }

        @Test func `is a full accept queue too, until it is longer again`() throws {
            let stage = try Stage()
            stage.perform(.stopAccepting, .limitBacklog(1))
            let clients = (0..<3).map { _ in TestClient(to: stage.host.localEndpoint) }
            #expect(clients.map(\.connectCode) == [0, 0, EINPROGRESS])
            #expect(try stage.row(of: clients[2])?.state == .synSent)
            let listening = try KernelSockets.rows(
                localPort: stage.host.localEndpoint.port, states: [.listening])
            #expect(listening.map(\.receiveQueue) == [2])
            #expect(listening.map(\.sendQueue) == [1])
            stage.perform(.limitBacklog(nil), .resumeAccepting)
            #expect(stage.eventually(.accepted(.second)))
            #expect(TestClient(to: stage.host.localEndpoint).connectCode == 0)
        }
    }

    @Suite(.serialized) struct `A small receive buffer` {
        @Test func `closes the window of a client that goes on sending`() throws {
            let stage = try Stage()
            let client = stage.admit()
            stage.perform(.limitReceiveBuffer(.first, bytes: 65_536), .stopReading(.first))
            let chunk = [UInt8](repeating: 7, count: 1 << 16)
            var sent = 0
            while sent < 64 << 20 {
                let count = client.send(chunk)
                guard count > 0 else { break }
                sent += count
            }
            // The kernel of the client keeps what the window does not admit.
            #expect(sent < 64 << 20)
            func ours() throws -> KernelSockets.Row {
                try #require(
                    try KernelSockets.row(local: stage.host.localEndpoint, remote: client.endpoint))
            }
            // The two ends are looked at one after the other, and bytes may be between them.
            #expect(
                stage.loop.eventually {
                    guard let kept = try? ours().receiveQueue else { return false }
                    return (try? stage.row(of: client)?.sendQueue) == sent - kept
                })
            let ours = try ours()
            #expect(sent > ours.receiveQueue)
            #expect(ours.receiveQueue < 200_000, "less than a buffer that the kernel chooses")
            #expect(stage.loop.wakeups(during: .milliseconds(50)) < 4)
            stage.perform(.resumeReading(.first))
            #expect(
                stage.loop.eventually {
                    stage.host.handler.bytes(from: .first).count > ours.receiveQueue
                })
        }
    }
}
