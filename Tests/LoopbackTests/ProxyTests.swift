import Glibc
import Simulation
import SocketDriver
import Testing

/// A comparison that does not take long in a debug build.
func begins(_ bytes: ArraySlice<UInt8>, with others: [UInt8]) -> Bool {
    guard bytes.count >= others.count else { return false }
    return bytes.withUnsafeBytes { one in
        others.withUnsafeBytes { other in
            guard let one = one.baseAddress, let other = other.baseAddress else { return true }
            return memcmp(one, other, others.count) == 0
        }
    }
}

extension Loopback {
    @Suite(.serialized) struct `A connection relayed to a gateway` {
        private let upstream = ConnectionID.first.upstream

        @Test func `carries bytes both ways`() throws {
            let stage = try RelayStage()
            let (client, gateway) = try stage.connect()
            client.send([1, 2, 3])
            #expect(stage.read(gateway, count: 3) == [1, 2, 3])
            gateway.send([4, 5])
            #expect(stage.read(client, count: 2) == [4, 5])
            #expect(
                stage.events == [.started, .accepted(.first), .connected(upstream)])
        }

        @Test func `keeps what the client said before the connection was made`() throws {
            let stage = try RelayStage()
            let client = TestClient(to: stage.host.localEndpoint)
            client.send([7, 8])
            client.shutDownWrite()
            var gateway: TestClient?
            #expect(
                stage.loop.eventually {
                    gateway = gateway ?? stage.gateway.accept()
                    return gateway != nil
                })
            let reader = try #require(gateway)
            #expect(stage.read(reader, count: 2) == [7, 8])
            #expect(stage.next(reader) == .end)
        }

        @Test func `carries a client's half-close, and what the gateway answers to it`() throws {
            let stage = try RelayStage()
            let (client, gateway) = try stage.connect()
            client.send([1])
            client.shutDownWrite()
            #expect(stage.read(gateway, count: 1) == [1])
            #expect(stage.next(gateway) == .end)
            gateway.send([2, 3])
            #expect(stage.read(client, count: 2) == [2, 3])
            #expect(stage.host.kernelState(of: .first) == .closeWait)
            #expect(stage.host.kernelState(of: upstream) == .finWait2)
            gateway.close()
            #expect(stage.next(client) == .end)
            #expect(stage.loop.eventually { stage.host.connections.isEmpty })
        }

        @Test func `carries a gateway's half-close, and what the client says after it`() throws {
            let stage = try RelayStage()
            let (client, gateway) = try stage.connect()
            gateway.send([1])
            gateway.shutDownWrite()
            #expect(stage.read(client, count: 1) == [1])
            #expect(stage.next(client) == .end)
            client.send([2, 3])
            #expect(stage.read(gateway, count: 2) == [2, 3])
            client.close()
            #expect(stage.next(gateway) == .end)
            #expect(stage.loop.eventually { stage.host.connections.isEmpty })
        }

        @Test func `is known as half open on the client's side alone`() throws {
            let stage = try RelayStage()
            let (client, gateway) = try stage.connect()
            gateway.shutDownWrite()
            #expect(stage.next(client) == .end)
            let (second, behind) = try stage.connect()
            second.shutDownWrite()
            #expect(stage.eventually(.stayedHalfOpen(.second)))
            #expect(stage.next(behind) == .end)
            #expect(!stage.events.contains(.stayedHalfOpen(upstream)))
        }

        @Test func `carries a client's reset, after what it said before`() throws {
            let stage = try RelayStage()
            let (client, gateway) = try stage.connect()
            client.send([1])
            #expect(stage.read(gateway, count: 1) == [1])
            client.abort()
            #expect(stage.next(gateway) == .failed(ECONNRESET))
            #expect(stage.loop.eventually { stage.host.connections.isEmpty })
        }

        @Test func `carries a gateway's reset, after what it said before`() throws {
            let stage = try RelayStage()
            let (client, gateway) = try stage.connect()
            gateway.send([1])
            #expect(stage.read(client, count: 1) == [1])
            gateway.abort()
            #expect(stage.next(client) == .failed(ECONNRESET))
            #expect(stage.loop.eventually { stage.host.connections.isEmpty })
        }

        @Test func `carries a reset that follows a half-close`() throws {
            let stage = try RelayStage()
            let (client, gateway) = try stage.connect()
            client.shutDownWrite()
            #expect(stage.next(gateway) == .end)
            client.abort()
            #expect(stage.eventually(.ended(.first, .reset)))
            #expect(stage.loop.eventually { gateway.hasFailed })
        }

        @Test func `tells the client when the gateway refuses`() throws {
            // A port that was free a moment ago.
            let nobody = TestGateway().endpoint
            let stage = try RelayStage(upstream: nobody)
            let client = TestClient(to: stage.host.localEndpoint)
            let reason = "cannot connect to \(nobody): connection refused"
            #expect(stage.eventually(.connectFailed(upstream, reason: reason)))
            #expect(stage.next(client) == .failed(ECONNRESET))
            #expect(stage.host.connections.isEmpty)
        }

        @Test func `tells the client when the gateway does not answer in time`() throws {
            var options = HostOptions()
            options.connectTimeout = .milliseconds(30)
            // Its accept queue is full, so the kernel answers no further SYN.
            let silent = TestGateway(backlog: 0)
            let filler = TestClient(to: silent.endpoint)
            let stage = try RelayStage(options: options, upstream: silent.endpoint)
            let client = TestClient(to: stage.host.localEndpoint)
            let reason = "cannot connect to \(silent.endpoint): connection timed out"
            #expect(stage.eventually(.connectFailed(upstream, reason: reason)))
            #expect(stage.next(client) == .failed(ECONNRESET))
            filler.close()
        }

        @Test func `is given up without a word when its client leaves first`() throws {
            let silent = TestGateway(backlog: 0)
            let filler = TestClient(to: silent.endpoint)
            let stage = try RelayStage(upstream: silent.endpoint)
            let client = TestClient(to: stage.host.localEndpoint)
            #expect(stage.loop.eventually { stage.host.connections.count == 2 })
            client.abort()
            #expect(stage.loop.eventually { stage.host.connections.isEmpty })
            #expect(
                stage.events == [.started, .accepted(.first), .ended(.first, .reset)])
            filler.close()
        }

        @Test(arguments: [true, false])
        func `keeps little while its reader stops`(isTowardsGateway: Bool) throws {
            let stage = try RelayStage()
            let (client, gateway) = try stage.connect()
            let (sender, reader) = isTowardsGateway ? (client, gateway) : (gateway, client)
            let congested = isTowardsGateway ? upstream : .first
            let total = 64 << 20
            let pattern = (0..<65_536).map { UInt8(truncatingIfNeeded: $0 &* 31 &+ $0 >> 8) }
            let twice = pattern + pattern
            var sentCount = 0
            func push() -> Bool {
                let before = sentCount
                while sentCount < total {
                    let rest = pattern[(sentCount % pattern.count)...].prefix(total - sentCount)
                    let count = sender.send(Array(rest))
                    guard count > 0 else { break }
                    sentCount += count
                }
                return sentCount > before
            }
            // Stuck: the sender's kernel has taken nothing for twenty looks in a row.
            var stuckCount = 0
            #expect(
                stage.loop.eventually {
                    stuckCount = push() ? 0 : stuckCount + 1
                    return stuckCount == 20
                })
            #expect(sentCount < total)
            #expect(stage.events.contains(.congested(congested)))
            #expect(!stage.events.contains(.drained(congested)))
            let senderRow = try KernelSockets.row(
                local: sender.endpoint, remote: try #require(sender.remoteEndpoint))
            #expect((senderRow?.sendQueue ?? 0) > 0)
            var readCount = 0
            var isRight = true
            #expect(
                stage.loop.eventually {
                    _ = push()
                    while case .bytes(let bytes)? = reader.read() {
                        let start = readCount % pattern.count
                        isRight = isRight && begins(twice[start...], with: bytes)
                        readCount += bytes.count
                    }
                    return readCount == total
                })
            #expect(isRight)
            #expect(stage.mostQueuedBytes <= 256 << 10 + 65_536)
            #expect(stage.eventually(.drained(congested)))
            // Congestion is told once, however often it comes.
            let told = stage.events.filter {
                $0 == .congested(congested) || $0 == .drained(congested)
            }
            for (index, event) in told.enumerated() {
                #expect(
                    event == (index.isMultiple(of: 2) ? .congested(congested) : .drained(congested))
                )
            }
        }

        @Test func `is one of many that come and go, and meet the limit without a deadlock`() throws
        {
            var options = HostOptions()
            // Four pairs and one descriptor that no pair fits into.
            options.maxConnections = 9
            let stage = try RelayStage(options: options)
            let clients = (0..<60).map { number in
                let client = TestClient(to: stage.host.localEndpoint)
                client.send([UInt8(number)])
                return client
            }
            var gateways: [TestClient] = []
            var answers = [[UInt8]](repeating: [], count: clients.count)
            var mostOpen = 0
            #expect(
                stage.loop.eventually {
                    mostOpen = max(mostOpen, stage.host.connectionCount)
                    while let gateway = stage.gateway.accept() { gateways.append(gateway) }
                    for gateway in gateways {
                        switch gateway.read() {
                        case .bytes(let bytes): gateway.send(bytes + bytes)
                        case .end, .failed: gateway.close()
                        case nil: break
                        }
                    }
                    gateways.removeAll { $0.isClosed }
                    for (number, client) in clients.enumerated() where !client.isClosed {
                        if case .bytes(let bytes)? = client.read() {
                            answers[number] += bytes
                            if answers[number].count == 2 { client.close() }
                        }
                    }
                    return clients.allSatisfy(\.isClosed) && stage.host.connections.isEmpty
                })
            #expect(answers == (0..<60).map { [UInt8($0), UInt8($0)] })
            #expect(mostOpen <= 8)
            #expect(stage.notices.contains(.connectionLimitReached(4)))
        }

        @Test func `is refused when there is no gateway to connect to`() throws {
            let stage = try Stage { event in
                if case .accepted(let id) = event { [.connect(id)] } else { [] }
            }
            _ = stage.admit()
            let reason = "there is no gateway behind this one to connect to"
            #expect(stage.eventually(.connectFailed(upstream, reason: reason)))
        }
    }
}
