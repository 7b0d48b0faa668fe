import Glibc
import Simulation
import SocketDriver
import Testing

extension Loopback {
    @Suite(.serialized) struct `A listener` {
        @Test func `closes while a client stays, and opens again on its port`() throws {
            let stage = try Stage()
            let staying = stage.admit()
            let port = stage.host.localEndpoint.port
            stage.perform(.closeListener)
            #expect(TestClient(to: stage.host.localEndpoint).connectCode == ECONNREFUSED)
            #expect(try stage.row(of: staying)?.state == .established)
            stage.perform(.openListener)
            #expect(stage.host.localEndpoint.port == port)
            let second = stage.admit()
            stage.perform(.send(.first, [1]), .send(.second, [2]))
            #expect(staying.read() == .bytes([1]))
            #expect(second.read() == .bytes([2]))
        }

        @Test func `keeps its port while it is closed, and the one it has moved from`() throws {
            let stage = try Stage()
            let old = stage.host.localEndpoint
            stage.perform(.closeListener)
            #expect(code(ofBinding: old.port) == EADDRINUSE)
            #expect(TestClient(to: old).connectCode == ECONNREFUSED)
            #expect(try KernelSockets.rows(atPort: old.port).isEmpty)
            stage.perform(.openListener, .moveListener(to: 0))
            #expect(code(ofBinding: old.port) == EADDRINUSE)
            stage.host.shutDown()
            #expect(code(ofBinding: old.port) == 0)
            #expect(code(ofBinding: stage.host.localEndpoint.port) == 0)
        }

        @Test func `leaves its port to a server that asks for it while it is closed`() throws {
            let stage = try Stage()
            stage.perform(.closeListener)
            let heir = Host(
                ScriptedHandler(), listeningOn: stage.host.localEndpoint, loop: stage.loop)
            try heir.start()
            #expect(TestClient(to: heir.localEndpoint).connectCode == 0)
            stage.perform(.openListener)
            let failure = OSFailure("listen on \(heir.localEndpoint)", code: EADDRINUSE)
            #expect(stage.notices.contains(.listenFailed(failure)))
        }

        /// What the kernel says to a socket that asks for a port of 127.0.0.1 that nobody else has.
        private func code(ofBinding port: UInt16) -> CInt {
            let descriptor = socket(AF_INET, CInt(SOCK_STREAM.rawValue), 0)
            defer { close(descriptor) }
            var address = sockaddr_in()
            address.sin_family = sa_family_t(AF_INET)
            address.sin_port = port.bigEndian
            address.sin_addr.s_addr = UInt32(0x7F00_0001).bigEndian
            let result = withUnsafePointer(to: &address) { pointer in
                pointer.withMemoryRebound(to: sockaddr.self, capacity: 1) {
                    bind(descriptor, $0, socklen_t(MemoryLayout<sockaddr_in>.size))
                }
            }
            return result == 0 ? 0 : errno
        }

        @Test func `moves to another port while its clients stay`() throws {
            let stage = try Stage()
            let staying = stage.admit()
            let old = stage.host.localEndpoint
            try stage.host.moveListener(to: 0)
            #expect(stage.host.localEndpoint.port != old.port)
            #expect(TestClient(to: old).connectCode == ECONNREFUSED)
            let second = stage.admit()
            stage.perform(.send(.first, [1]), .send(.second, [2]))
            #expect(staying.read() == .bytes([1]))
            #expect(second.read() == .bytes([2]))
        }

        @Test func `moves because its handler says so, and tells it where to`() throws {
            let stage = try Stage()
            let old = stage.host.localEndpoint
            stage.perform(.moveListener(to: 0))
            let port = stage.host.localEndpoint.port
            #expect(port != old.port)
            #expect(stage.events.last == .listenerMoved(to: Int(port)))
            stage.perform(.moveListener(to: Int(old.port)))
            #expect(stage.host.localEndpoint == old)
            #expect(stage.admit().connectCode == 0)
        }

        @Test func `stays where it is when the other port is taken`() throws {
            let stage = try Stage()
            let rival = try Stage()
            let old = stage.host.localEndpoint
            #expect(throws: OSFailure.self) {
                try stage.host.moveListener(to: rival.host.localEndpoint.port)
            }
            #expect(stage.host.localEndpoint == old)
            #expect(stage.admit().connectCode == 0)
        }

        @Test func `leaves clients unanswered when accepting is stopped`() throws {
            let stage = try Stage()
            stage.perform(.stopAccepting)
            let client = TestClient(to: stage.host.localEndpoint)
            #expect(client.connectCode == 0)
            #expect(client.send([1]) == 1)
            #expect(stage.loop.wakeups(during: .milliseconds(50)) < 4)
            #expect(stage.events == [.started])
            let waiting = try KernelSockets.rows(
                localPort: stage.host.localEndpoint.port, states: [.listening])
            #expect(waiting.map(\.receiveQueue) == [1])
            stage.perform(.resumeAccepting)
            #expect(stage.eventually(.received(.first, [1])))
        }

        @Test func `resets those it never accepted when it closes`() throws {
            let stage = try Stage()
            stage.perform(.stopAccepting)
            let client = TestClient(to: stage.host.localEndpoint)
            stage.perform(.closeListener)
            #expect(client.read() == .failed(ECONNRESET))
        }

        @Test func `completes one connection more than its backlog`() throws {
            var options = HostOptions()
            options.backlog = 1
            let stage = try Stage(options: options)
            stage.perform(.stopAccepting)
            let clients = (0..<4).map { _ in TestClient(to: stage.host.localEndpoint) }
            #expect(clients.map(\.connectCode) == [0, 0, EINPROGRESS, EINPROGRESS])
            #expect(try stage.row(of: clients[3])?.state == .synSent)
        }

        @Test func `names the port that is taken`() throws {
            let stage = try Stage()
            let port = stage.host.localEndpoint.port
            let rival = Host(
                ScriptedHandler(), listeningOn: .loopback(port: port), loop: stage.loop)
            let failure = #expect(throws: OSFailure.self) { try rival.start() }
            #expect(
                failure?.description
                    == "cannot listen on 127.0.0.1:\(port): address already in use")
        }

        @Test func `lets new clients wait at the connection limit`() throws {
            var options = HostOptions()
            options.maxConnections = 1
            let stage = try Stage(options: options)
            let first = stage.admit()
            let second = TestClient(to: stage.host.localEndpoint)
            #expect(stage.loop.wakeups(during: .milliseconds(50)) < 4)
            #expect(stage.events == [.started, .accepted(.first)])
            #expect(stage.notices.contains(.connectionLimitReached(1)))
            stage.perform(.close(.first))
            #expect(stage.eventually(.accepted(.second)))
            #expect(first.read() == .end)
            #expect(second.read() == nil)
        }

        @Test func `waits for descriptors without a busy loop`() async throws {
            await #expect(processExitsWith: .success) {
                let stage = try Stage()
                stage.perform(.stopAccepting)
                let client = TestClient(to: stage.host.localEndpoint)
                var limit = rlimit()
                getrlimit(__rlimit_resource_t(RLIMIT_NOFILE.rawValue), &limit)
                let allowed = limit.rlim_cur
                limit.rlim_cur = rlim_t(client.descriptor) + 1
                setrlimit(__rlimit_resource_t(RLIMIT_NOFILE.rawValue), &limit)
                stage.perform(.resumeAccepting)
                let failure = OSFailure("accept on \(stage.host.localEndpoint)", code: EMFILE)
                precondition(
                    stage.loop.run(
                        until: { stage.notices.contains(.acceptFailed(failure)) },
                        forReal: .seconds(60)))
                precondition(stage.loop.wakeups(during: .milliseconds(300)) < 20)
                limit.rlim_cur = allowed
                setrlimit(__rlimit_resource_t(RLIMIT_NOFILE.rawValue), &limit)
                precondition(stage.eventually(.accepted(.first)))
            }
        }

        @Test func `never confuses connections that share a descriptor number`() throws {
            let stage = try Stage()
            for number in 1...20 {
                let client = stage.admit()
                client.send([UInt8(number)])
                #expect(stage.eventually(.received(ConnectionID(number), [UInt8(number)])))
                stage.perform(.reset(ConnectionID(number)))
            }
            stage.perform(.send(.first, [1]), .close(.second))
            #expect(stage.host.connections.isEmpty)
        }

        @Test func `serves IPv6`() throws {
            let loop = try EventLoop()
            let endpoint = try #require(Endpoint("[::1]:0"))
            let host = Host(ScriptedHandler(), listeningOn: endpoint, loop: loop)
            try host.start()
            #expect(host.localEndpoint.description == "[::1]:\(host.localEndpoint.port)")
            let rows = try KernelSockets.rows(localPort: host.localEndpoint.port)
            #expect(rows.map(\.local) == [host.localEndpoint])
            #expect(KernelSockets.owner(ofInode: rows[0].inode)?.processID == getpid())
        }

        @Test func `aborts everyone when told`() throws {
            let stage = try Stage()
            let one = stage.admit()
            let other = stage.admit()
            stage.perform(.hold(.second))
            stage.host.abortAll()
            #expect(one.read() == .failed(ECONNRESET))
            #expect(other.read() == .failed(ECONNRESET))
            #expect(TestClient(to: stage.host.localEndpoint).connectCode == ECONNREFUSED)
        }
    }
}
