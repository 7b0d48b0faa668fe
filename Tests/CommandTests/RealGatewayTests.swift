import Glibc
import SocketDriver
import Testing

@Suite struct `Against gateways on real sockets` {
    private let open = Set(TCPState.allCases).subtracting([.listening])

    @Test func `a probe starts a session in five steps`() throws {
        let gateway = try ServedGateway()
        let answer = Program.run("probe 127.0.0.1:\(gateway.port) --json")
        #expect(answer.exitCode == 0)
        let steps = answer.output.split(separator: "\n").compactMap { line in
            line.split(separator: "\"event\":\"").last.map { $0.prefix { $0 != "\"" } }
        }
        #expect(
            steps.prefix(5) == [
                "connected", "hello-sent", "server-version", "start-api-sent", "session-started",
            ])
        #expect(answer.output.contains(#""result":"complete","exit":0"#))
    }

    @Test func `the calendar begins at the same moment on every day, or as told`() throws {
        func probed(_ arguments: String = "") throws -> String {
            let gateway = try ServedGateway(arguments)
            return Program.run("probe 127.0.0.1:\(gateway.port)").output
        }
        func today() -> String {
            var seconds = time(nil)
            var parts = tm()
            gmtime_r(&seconds, &parts)
            return String(
                (Int(parts.tm_year) + 1900) * 10_000 + (Int(parts.tm_mon) + 1) * 100
                    + Int(parts.tm_mday))
        }
        #expect(try probed().contains("connection time 20260115 14:30:0"))
        #expect(
            try probed("--clock 2031-02-03T04:05:00Z").contains("connection time 20310203 04:05:0"))
        let before = today()
        let real = try probed("--clock now")
        #expect([before, today()].contains { real.contains("connection time \($0) ") })
    }

    @Test func `a world and settings given to serve reach its clients`() throws {
        let gateway = try ServedGateway("--world Files/world.yaml")
        let answer = Program.run("probe 127.0.0.1:\(gateway.port)").output
        #expect(answer.contains("managedAccounts DU0000042"))
        let starting = try ServedGateway("--set starts-off=true --set starting-time=1h")
        #expect(Program.run("probe 127.0.0.1:\(starting.port)").exitCode == 1)
    }

    @Test func `probes leave no zombie at a gateway that keeps its sockets`() throws {
        let gateway = try ServedGateway("--pathology leaked-close-wait:slots=1")
        for _ in 0..<3 {
            #expect(Program.run("probe 127.0.0.1:\(gateway.port)").exitCode == 0)
        }
        #expect(try gateway.rows(open).isEmpty)
    }

    @Test func `probes do not turn a light red`() throws {
        let gateway = try ServedGateway("--pathology red-on-disconnect")
        for _ in 0..<2 {
            #expect(Program.run("probe localhost:\(gateway.port)").exitCode == 0)
        }
    }

    @Test func `a probe that is killed leaves no zombie either`() throws {
        let gateway = try ServedGateway(
            "--pathology leaked-close-wait --pathology startapi-mute")
        let probe = "echo $$; exec '\(Program.path)' probe 127.0.0.1:\(gateway.port)"
        let pipe = try #require(popen(probe, "r"))
        let processID = try #require(Program.line(of: pipe).flatMap { Int32($0) })
        // Then it waits for a session that the gateway never starts.
        while let line = Program.line(of: pipe), !line.hasPrefix("[4/5]") {}
        #expect(try gateway.rows([.established]).count == 1)
        kill(processID, SIGKILL)
        pclose(pipe)
        #expect(try gateway.rows([.closeWait]).isEmpty)
    }

    @Test func `a silent gateway times a probe out with exit 2 and without a zombie`() throws {
        let gateway = try ServedGateway("--pathology silent-handshake")
        let answer = Program.run("probe 127.0.0.1:\(gateway.port) --timeout 0.2")
        #expect(answer.exitCode == 2)
        #expect(answer.output.contains("[3/5] failed: connected, but no answer to the hello"))
        #expect(try gateway.rows(open).isEmpty)
    }

    @Test func `a port without a listener fails with exit 1`() throws {
        let port = try freePort()
        #expect(Program.run("probe 127.0.0.1:\(port)").exitCode == 1)
        #expect(Program.run("preflight --port \(port)").exitCode == 1)
    }

    @Test func `a probe waits for a port that refuses, and then makes one attempt`() throws {
        let gateway = try ServedGateway("--set starts-off=true --set starting-time=1s")
        let answer = Program.run("probe 127.0.0.1:\(gateway.port) --wait-ready 60")
        #expect(answer.exitCode == 0)
        #expect(answer.output.split(separator: "[1/5]").count == 2)
        let never = Program.run("probe 127.0.0.1:\(try freePort()) --wait-ready 0.1")
        #expect(never.exitCode == 1)
        #expect(never.output.contains("[1/5] failed"))
    }

    @Test func `a probe takes a host by its name`() throws {
        let gateway = try ServedGateway()
        // A label has 63 letters at most, so that no server is asked.
        let name = String(repeating: "x", count: 64)
        let unknown = Program.run("probe \(name):\(gateway.port)")
        #expect(unknown.exitCode == 2)
        #expect(unknown.output.contains("host '\(name)' cannot be resolved: "))
        #expect(throws: ResolverFailure.self) { try Endpoint.resolve(host: name, port: 1) }
        let numeric = try Endpoint.resolve(host: "::1", port: 4002)
        #expect(numeric.map(\.description) == ["[::1]:4002"])
    }

    @Test func `metrics say what the report says`() throws {
        let gateway = try ServedGateway()
        let place = "{gateway=\"127.0.0.1:\(gateway.port)\""
        let healthy = Program.run("probe 127.0.0.1:\(gateway.port) --prometheus").output
        #expect(healthy.contains("fakegw_probe_success\(place)} 1\n"))
        #expect(healthy.contains("# TYPE fakegw_probe_success gauge\n"))
        #expect(healthy.contains("fakegw_probe_result\(place),result=\"complete\"} 1\n"))
        let port = try freePort()
        let refused = Program.run("probe 127.0.0.1:\(port) --prometheus")
        #expect(refused.exitCode == 1)
        #expect(refused.output.contains("result=\"not-connected\"} 1\n"))
        let unsafe = Program.run("preflight --port \(port) --prometheus").output
        #expect(unsafe.contains("fakegw_preflight_safe 0\n"))
        #expect(unsafe.contains("fakegw_preflight_check{port=\"\(port)\",check=\"listener\"} 0\n"))
    }

    private func freePort() throws -> UInt16 {
        let gateway = try ServedGateway()
        return gateway.port
    }

    @Test func `preflight names a connected client and opens no connection`() throws {
        let gateway = try ServedGateway()
        let preflight = "preflight --port \(gateway.port) --settle 0"
        #expect(Program.run(preflight).exitCode == 0)
        #expect(try gateway.rows(open).isEmpty)
        let loop = try EventLoop()
        var isConnected = false
        let client = try OutgoingConnection(to: .loopback(port: gateway.port), on: loop) { _ in
            isConnected = true
        }
        loop.run(until: { isConnected })
        let answer = Program.run(preflight)
        #expect(answer.exitCode == 1)
        #expect(answer.output.contains("1 other client: "))
        #expect(answer.output.contains("(pid \(getpid()))"))
        client.close()
        #expect(Program.run("preflight --port \(gateway.port)").exitCode == 1)
    }
}
