import Glibc
import Simulation
import SocketDriver
import Testing

extension Loopback {
    @Suite(.serialized) struct `Bytes on their way` {
        @Test func `leave in one piece for each step`() throws {
            let stage = try Stage()
            let client = stage.admit()
            stage.perform(.send(.first, [1]), .send(.first, [2]), .send(.first, [3]))
            #expect(client.read() == .bytes([1, 2, 3]))
        }

        @Test func `reach several connections in one step`() throws {
            let stage = try Stage()
            let one = stage.admit()
            let other = stage.admit()
            stage.perform(.send(.second, [2]), .send(.first, [1]), .close(.second))
            #expect(one.read() == .bytes([1]))
            #expect(other.read() == .bytes([2]))
            #expect(other.read() == .end)
        }

        @Test func `are announced as drained after waiting`() throws {
            let stage = try Stage()
            let client = stage.admit()
            stage.perform(.send(.first, [UInt8](repeating: 7, count: 8 << 20)))
            stage.perform(.send(.first, [UInt8](repeating: 8, count: 8 << 20)))
            var count = 0
            #expect(
                stage.loop.eventually {
                    if case .bytes(let bytes) = client.read() { count += bytes.count }
                    return count == 16 << 20
                })
            #expect(stage.eventually(.drained(.first)))
            #expect(
                stage.events == [
                    .started, .accepted(.first), .congested(.first), .drained(.first),
                ])
        }

        @Test func `reset the connection when too many wait`() throws {
            var options = HostOptions()
            options.maxOutboundBytes = 1 << 20
            let stage = try Stage(options: options)
            let client = stage.admit()
            // Small enough that it is congested first, wherever the kernel's buffer ends.
            let chunk = [UInt8](repeating: 7, count: 1 << 16)
            for _ in 0..<256 { stage.perform(.send(.first, chunk)) }
            #expect(
                stage.events == [
                    .started, .accepted(.first), .congested(.first), .ended(.first, .reset),
                ])
            #expect(
                stage.notices.contains {
                    if case .outboundOverflow(.first, let count) = $0 {
                        count > 1 << 20
                    } else {
                        false
                    }
                })
            var last: TestClient.Reading?
            #expect(
                stage.loop.eventually {
                    last = client.read()
                    return last == .failed(ECONNRESET)
                })
        }

        @Test func `close the window when nobody reads`() throws {
            var options = HostOptions()
            options.receiveBufferBytes = 1
            let stage = try Stage(options: options) { event in
                if case .accepted(let id) = event { [.stopReading(id)] } else { [] }
            }
            let client = stage.admit()
            let chunk = [UInt8](repeating: 1, count: 65_536)
            var taken = 0
            while case let count = client.send(chunk), count > 0 { taken += count }
            #expect(client.send(chunk) == -Int(EAGAIN))
            #expect(try (stage.row(of: client)?.sendQueue ?? 0) > 0)
            #expect(stage.host.handler.bytes(from: .first).isEmpty)
            stage.perform(.resumeReading(.first))
            #expect(
                stage.loop.eventually { stage.host.handler.bytes(from: .first).count == taken })
        }

        @Test func `wait with the reset behind them while reading is stopped`() throws {
            let stage = try Stage { event in
                if case .accepted(let id) = event { [.stopReading(id)] } else { [] }
            }
            let client = stage.admit()
            client.send([5])
            client.abort()
            #expect(stage.loop.wakeups(during: .milliseconds(50)) < 5)
            #expect(stage.events == [.started, .accepted(.first)])
            stage.perform(.resumeReading(.first))
            #expect(stage.eventually(.ended(.first, .reset)))
            #expect(stage.host.handler.bytes(from: .first) == [5])
        }
    }
}
