import GatewayWire
import Glibc

/// Reads a stream of frames as fast as they come, and looks at every one.
struct StreamClient {
    struct Count {
        var messages = 0
        var bytes = 0
        /// When it was taken, in seconds.
        var seconds = 0.0
    }

    private let descriptor: CInt
    private var count = Count()
    private var buffer = [UInt8](repeating: 0, count: 1 << 20)
    private var filled = 0

    init?(port: UInt16) {
        descriptor = socket(AF_INET, CInt(SOCK_STREAM.rawValue), 0)
        var address = sockaddr_in()
        address.sin_family = sa_family_t(AF_INET)
        address.sin_port = port.bigEndian
        address.sin_addr.s_addr = UInt32(0x7F00_0001).bigEndian
        let size = socklen_t(MemoryLayout<sockaddr_in>.size)
        let result = withUnsafePointer(to: &address) {
            $0.withMemoryRebound(to: sockaddr.self, capacity: 1) { connect(descriptor, $0, size) }
        }
        guard result == 0 else { return nil }
        // A server that falls silent ends the measurement instead of holding it up.
        var limit = timeval(tv_sec: 20, tv_usec: 0)
        setsockopt(
            descriptor, SOL_SOCKET, SO_RCVTIMEO, &limit, socklen_t(MemoryLayout<timeval>.size))
    }

    /// What lets a server begin that speaks no protocol.
    func knock() { send([0]) }

    /// Opens as many lines at a gateway, on as many stocks as it has.
    mutating func subscribe(_ lineCount: Int, serve: Bool) -> Bool {
        send(Hello(versions: 100...176, connectOptions: "+PACEAPI").bytes)
        let encoder = MessageEncoder(serverVersion: 176)
        send(
            encoder.encode(
                Message(
                    "startApi", ["clientId": "1", "optionalCapabilities": ""],
                    direction: .toGateway)))
        let symbols = serve ? StreamWorld.defaultSymbols : StreamWorld.symbols
        for line in 1...lineCount {
            send(
                encoder.encode(
                    Message(
                        "reqMktData",
                        [
                            "reqId": String(line),
                            "contract.symbol": symbols[line % symbols.count],
                            "contract.secType": "STK", "contract.exchange": "SMART",
                            "contract.currency": "USD",
                        ], direction: .toGateway)))
        }
        return true
    }

    private func send(_ bytes: [UInt8]) {
        precondition(Glibc.send(descriptor, bytes, bytes.count, CInt(MSG_NOSIGNAL)) == bytes.count)
    }

    /// Reads until so many more messages have come; `nil` when the stream ends or is no stream of
    /// frames.
    mutating func read(atLeast more: Int) -> Count? {
        let wanted = count.messages + more
        while count.messages < wanted {
            let received = buffer.withUnsafeMutableBytes { raw in
                let rest = UnsafeMutableRawBufferPointer(rebasing: raw[filled...])
                return recv(descriptor, rest.baseAddress, rest.count, 0)
            }
            guard received > 0 else { return nil }
            filled += received
            count.bytes += received
            guard takeFrames() else { return nil }
        }
        var time = timespec()
        clock_gettime(CLOCK_MONOTONIC, &time)
        count.seconds = Double(time.tv_sec) + Double(time.tv_nsec) * 1e-9
        return count
    }

    /// False when something is no frame of a text message.
    private mutating func takeFrames() -> Bool {
        var head = 0
        while filled - head >= 4 {
            let length =
                Int(buffer[head]) << 24 | Int(buffer[head + 1]) << 16
                | Int(buffer[head + 2]) << 8 | Int(buffer[head + 3])
            guard (4...4096).contains(length) else { return false }
            guard filled - head >= 4 + length else { break }
            guard buffer[head + 4] > 0x30, buffer[head + 4] <= 0x39, buffer[head + 3 + length] == 0
            else { return false }
            count.messages += 1
            head += 4 + length
        }
        buffer.withUnsafeMutableBytes { raw in
            raw.copyMemory(from: UnsafeRawBufferPointer(rebasing: raw[head..<filled]))
        }
        filled -= head
        return true
    }

    func end() { close(descriptor) }
}
