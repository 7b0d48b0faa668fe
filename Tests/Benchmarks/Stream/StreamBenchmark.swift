import GatewayWire
import Glibc

/// A day's market data squeezed into seconds: what a message costs each of several servers.
///
/// One client on loopback holds 100 lines. Every millisecond each line gets what half a second of market
/// changes on it (six messages in the mean: always the volume, every other time the sizes, nearly every
/// other time the prices and the exchanges at them), and a server writes what all lines get in one go.
/// All servers make up
/// new numbers each time, write them as text frames of server version 176, and meet the same
/// reader, which counts the frames and looks at their lengths, ids and ends.
///
/// - C: `server.c`, epoll and one buffer. With `snprintf`, and with conversions written by hand;
///   the latter is what fakegw is measured against.
/// - Python: `server.py`, asyncio, one `write` a step; beside it, what a `write` for each message
///   costs, as the same server is written without thinking of it.
/// - fakegw: the machine, the host and the loop of `fakegw serve --quiet --speed 500` with ticks
///   every half a second, in a world of 100 stocks (`StreamServer.swift`).
/// - fakegw serve: the program itself; its default world has 34 stocks, so lines share them.
///
/// Measured is the processor time of the server's process, kernel included, while a number of
/// messages arrives. On loopback the kernel does the receiver's half of TCP within the sender's
/// `send`; it costs every server the same.
enum StreamBenchmark {
    static let lineCount = 100
    static let microseconds = 1_000
    private static let messagesPerRound = 200_000
    private static let rounds = 5

    static func run() -> Table? {
        guard let servers = StreamedServer.all else {
            print("the servers to compare with are named by scripts/bench")
            return nil
        }
        var rows = servers.map { Measurement($0.name, against: $0.baseline) }
        var notes: [String: String] = [:]
        for _ in 0..<rounds {
            for (index, server) in servers.enumerated() {
                guard let result = server.measure(messagesPerRound) else {
                    print("\(server.name) did not serve")
                    return nil
                }
                rows[index].add(count: result.count, seconds: result.seconds)
                notes[server.name] = result.note
            }
        }
        for name in ["fakegw", "fakegw serve"] {
            guard let own = rows.first(where: { $0.name == name }) else { continue }
            for other in ["C, snprintf", "Python asyncio", "Python, a write a message"] {
                rows.append(Measurement("\(name) beside \(other)", against: other, like: own))
            }
        }
        var table = Table(
            title: "\(lineCount) lines every \(microseconds) µs to one client on loopback; "
                + "messages in a second of the server's processor time, medians of \(rounds) "
                + "interleaved rounds of \(messagesPerRound)", rows: rows)
        table.notes = notes
        return table
    }
}

/// A server in a process of its own.
private struct StreamedServer {
    let name: String
    let baseline: String?
    let command: [String]
    /// It wants a conversation before it streams.
    var isGateway = false

    static var all: [StreamedServer]? {
        guard let c = variable("FAKEGW_BENCH_C_SERVER"),
            let script = variable("FAKEGW_BENCH_PYTHON_SERVER"),
            let python = variable("FAKEGW_BENCH_PYTHON"),
            let fakegw = variable("FAKEGW_BENCH_FAKEGW")
        else { return nil }
        let lines = String(StreamBenchmark.lineCount)
        let pace = String(StreamBenchmark.microseconds)
        let strict = "C, digits by hand"
        return [
            StreamedServer(name: strict, baseline: nil, command: [c, "digits", lines, pace]),
            StreamedServer(
                name: "C, snprintf", baseline: strict, command: [c, "snprintf", lines, pace]),
            StreamedServer(
                name: "Python asyncio", baseline: strict,
                command: [python, script, "gathered", lines, pace]),
            StreamedServer(
                name: "Python, a write a message", baseline: strict,
                command: [python, script, "single", lines, pace]),
            StreamedServer(
                name: "fakegw", baseline: strict,
                command: [CommandLine.arguments[0], "stream-server"], isGateway: true),
            StreamedServer(
                name: "fakegw serve", baseline: strict,
                command: [
                    fakegw, "serve", "--quiet", "--speed", "500", "--server-version", "176",
                    "--listen", "127.0.0.1:0",
                ], isGateway: true),
        ]
    }

    func measure(_ count: Int) -> (count: Int, seconds: Double, note: String)? {
        guard let child = Child(command), let port = child.port,
            var client = StreamClient(port: port)
        else { return nil }
        defer { child.end() }
        if isGateway {
            guard client.subscribe(StreamBenchmark.lineCount, serve: name == "fakegw serve") else {
                return nil
            }
        } else {
            client.knock()
        }
        // All lines are open and every buffer has its size.
        guard client.read(atLeast: 50_000) != nil, let start = child.processorSeconds,
            let began = client.read(atLeast: 0),
            let found = client.read(atLeast: count), let end = child.processorSeconds
        else { return nil }
        let messages = found.messages - began.messages
        let nanoseconds = Int((end - start) / Double(messages) * 1e9)
        let bytes = (found.bytes - began.bytes) / messages
        let rate = Int(Double(messages) / (found.seconds - began.seconds) / 1000)
        return (
            messages, end - start,
            "\(nanoseconds) ns a message of \(bytes) bytes, \(rate),000 a second arrived"
        )
    }
}

func variable(_ name: String) -> String? { getenv(name).map { String(cString: $0) } }
