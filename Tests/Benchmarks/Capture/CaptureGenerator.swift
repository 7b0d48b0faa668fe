import GatewayWire
import Glibc
import Simulation
import WireSamples

/// Writes captures of a wanted size: clients that watch a market, recorded on Ethernet.
///
/// Every client says hello, starts, and asks for quotes, bars, histories and its account. Then the
/// gateway sends what an ordinary day brings (`TradingDay`), in segments of one to eight messages, and
/// the clients acknowledge every second one. Checksums are right.
struct CaptureGenerator {
    static let clientCount = 50
    /// Lines of quotes, of bars and of histories that a client asks for, and how far their ids are
    /// apart.
    private static let lines = (count: 8, spacing: 100)
    private static let gatewayPort: UInt16 = 4002

    private let version: Int
    private let messages: [[UInt8]]
    private var random = SeededRandom(seed: 12)
    private var bytes: [UInt8] = []
    private var writtenCount = 0
    private var packetCount = 0
    private var messageCount = 0
    private var microseconds = 1_768_487_467_000_000
    private let file: UnsafeMutablePointer<FILE>

    private init(version: Int, file: UnsafeMutablePointer<FILE>) {
        self.version = version
        self.file = file
        var day = TradingDay(seed: 1, lines: Self.lines.count, spacing: Self.lines.spacing)
        let encoder = MessageEncoder(serverVersion: version)
        messages = (0..<60_000).map { _ in encoder.encode(day.next()) }
    }

    /// Writes a capture.
    ///
    /// - Returns: Packets and messages, or nil when the file cannot be written.
    static func write(megabytes: Int, version: Int, to path: String) -> (Int, Int)? {
        guard let file = fopen(path, "w") else { return nil }
        defer { fclose(file) }
        var generator = CaptureGenerator(version: version, file: file)
        generator.run(until: megabytes * 1_000_000)
        return (generator.packetCount, generator.messageCount)
    }

    private struct Client {
        let port: UInt16
        var toGateway: UInt32
        var toClient: UInt32
        var unacknowledged = 0
    }

    private mutating func run(until size: Int) {
        // pcap in microseconds, little-endian, snapshot length 256 KiB, Ethernet.
        for word: UInt32 in [0xA1B2_C3D4, 0x0004_0002, 0, 0, 0x0004_0000, 1] { little(word) }
        var clients: [Client] = []
        for index in 0..<Self.clientCount {
            let number = UInt32(index)
            clients.append(
                Client(
                    port: UInt16(50_000 + index), toGateway: 1000 * number,
                    toClient: UInt32.max - 100_000 * number))
        }
        for index in clients.indices { begin(&clients[index]) }
        while writtenCount + bytes.count < size {
            let index = Int.random(in: clients.indices, using: &random)
            send(&clients[index])
        }
        for index in clients.indices { end(&clients[index]) }
        flush()
    }

    private mutating func begin(_ client: inout Client) {
        packet(client, .toGateway, flags: 0x02, [])
        client.toGateway &+= 1
        packet(client, .toClient, flags: 0x12, [])
        client.toClient &+= 1
        packet(client, .toGateway, flags: 0x10, [])
        say(&client, .toGateway, Hello(versions: 100...version).bytes)
        say(
            &client, .toClient,
            VersionReply(serverVersion: version, connectionTime: "20260115 14:31:07 UTC").bytes)
        ask(&client, [Message("startApi", ["clientId": "7"], direction: .toGateway)])
        let answers = [
            Message("managedAccounts", ["accountsList": "DU1234567"]),
            Message("nextValidId", ["orderId": "1"]),
        ]
        let encoder = MessageEncoder(serverVersion: version)
        for answer in answers { say(&client, .toClient, encoder.encode(answer)) }
        messageCount += answers.count
        ask(&client, Self.requests)
    }

    private static let requests: [Message] = {
        var requests = [
            Message(
                "reqAccountUpdates", ["subscribe": "1", "acctCode": "DU1234567"],
                direction: .toGateway)
        ]
        let names = ["reqMktData", "reqRealTimeBars", "reqHistoricalData"]
        for (kind, name) in names.enumerated() {
            for line in 1...lines.count {
                var request = Message(
                    name, ["reqId": String(line + kind * lines.spacing)], direction: .toGateway)
                request["contract.symbol"] = "AAPL"
                request["contract.secType"] = "STK"
                request["contract.exchange"] = "SMART"
                request["contract.currency"] = "USD"
                requests.append(request)
            }
        }
        return requests
    }()

    private mutating func ask(_ client: inout Client, _ requests: [Message]) {
        let encoder = MessageEncoder(serverVersion: version)
        for request in requests { say(&client, .toGateway, encoder.encode(request)) }
        messageCount += requests.count
    }

    private mutating func send(_ client: inout Client) {
        var payload: [UInt8] = []
        let count = Int.random(in: 1...8, using: &random)
        let first = Int.random(in: 0..<messages.count - 8, using: &random)
        for message in messages[first..<first + count] { payload += message }
        messageCount += count
        say(&client, .toClient, payload)
        client.unacknowledged += 1
        if client.unacknowledged == 2 {
            packet(client, .toGateway, flags: 0x10, [])
            client.unacknowledged = 0
        }
    }

    private mutating func end(_ client: inout Client) {
        packet(client, .toGateway, flags: 0x11, [])
        client.toGateway &+= 1
        packet(client, .toClient, flags: 0x11, [])
        client.toClient &+= 1
        packet(client, .toGateway, flags: 0x10, [])
    }

    private mutating func say(_ client: inout Client, _ direction: Direction, _ payload: [UInt8]) {
        packet(client, direction, flags: 0x18, payload)
        switch direction {
        case .toGateway: client.toGateway &+= UInt32(payload.count)
        case .toClient: client.toClient &+= UInt32(payload.count)
        }
    }

    private mutating func packet(
        _ client: Client, _ direction: Direction, flags: UInt8, _ payload: [UInt8]
    ) {
        packetCount += 1
        microseconds += 20
        let size = 54 + payload.count
        little(UInt32(microseconds / 1_000_000))
        little(UInt32(microseconds % 1_000_000))
        little(UInt32(size))
        little(UInt32(size))
        bytes += [2, 0, 0, 0, 0, 1, 2, 0, 0, 0, 0, 2, 8, 0]
        let start = bytes.count
        let isToGateway = direction == .toGateway
        bytes += [0x45, 0]
        bytes += big(UInt16(40 + payload.count))
        bytes += [0, 0, 0x40, 0, 64, 6, 0, 0]
        bytes += isToGateway ? [10, 0, 0, 1, 10, 0, 0, 2] : [10, 0, 0, 2, 10, 0, 0, 1]
        fill(checksum(from: start, to: bytes.count, 0), at: start + 10)
        let ports = [client.port, Self.gatewayPort]
        for port in isToGateway ? ports : ports.reversed() { bytes += big(port) }
        big(isToGateway ? client.toGateway : client.toClient)
        let acknowledged = isToGateway ? client.toClient : client.toGateway
        big(flags == 0x02 ? 0 : acknowledged)
        bytes += [0x50, flags, 0xFF, 0xFF, 0, 0, 0, 0]
        bytes += payload
        // Addresses, protocol, and the size of header and payload.
        let pseudo = 0x1400 + 3 + 6 + 20 + payload.count
        fill(checksum(from: start + 20, to: bytes.count, pseudo), at: start + 36)
        if bytes.count > 1 << 20 { flush() }
    }

    private func checksum(from start: Int, to end: Int, _ more: Int) -> UInt16 {
        var sum = more
        var index = start
        while index + 1 < end {
            sum += Int(bytes[index]) << 8 | Int(bytes[index + 1])
            index += 2
        }
        if index < end { sum += Int(bytes[index]) << 8 }
        while sum > 0xFFFF { sum = (sum & 0xFFFF) + sum >> 16 }
        return ~UInt16(sum)
    }

    private mutating func fill(_ word: UInt16, at place: Int) {
        bytes[place] = UInt8(word >> 8)
        bytes[place + 1] = UInt8(word & 0xFF)
    }

    private mutating func little(_ word: UInt32) {
        for shift: UInt32 in [0, 8, 16, 24] {
            bytes.append(UInt8(truncatingIfNeeded: word >> shift))
        }
    }

    private mutating func big(_ word: UInt32) {
        for shift: UInt32 in [24, 16, 8, 0] {
            bytes.append(UInt8(truncatingIfNeeded: word >> shift))
        }
    }

    private func big(_ word: UInt16) -> [UInt8] { [UInt8(word >> 8), UInt8(word & 0xFF)] }

    private mutating func flush() {
        fwrite(bytes, 1, bytes.count, file)
        writtenCount += bytes.count
        bytes.removeAll(keepingCapacity: true)
    }
}
