import Glibc
import SocketDriver

/// Asks the control port of a running program, one request a connection.
///
/// It speaks HTTP/1.0, so that the end of the connection is the end of the body.
struct ControlClient {
    struct Answer {
        let status: Int
        let type: String
        let body: [UInt8]

        var text: String { String(decoding: body, as: UTF8.self) }
    }

    private let address: String
    private let token: String?
    /// An answer that is longer is not read.
    private static let maxBytes = 256 << 20

    init(address: String, token: String?) {
        self.address = address
        self.token = token
    }

    /// The whole answer.
    func ask(_ method: String, _ path: String, _ body: String? = nil) throws(CommandFailure)
        -> Answer
    {
        var received: [UInt8] = []
        try exchange(method, path, body) { piece in
            received += piece
            return received.count <= Self.maxBytes
        }
        guard let end = Self.endOfHead(received) else {
            throw CommandFailure(
                text: "\(address) gave no answer that is HTTP", hint: "is it a control port?",
                code: .failed)
        }
        let (status, type) = Self.head(received[..<end])
        return Answer(status: status, type: type, body: Array(received[(end + 4)...]))
    }

    /// Hands on the lines of a body that does not end, until it ends.
    func follow(_ path: String, _ take: (String) -> Void) throws(CommandFailure) {
        var waiting: [UInt8] = []
        var isBody = false
        var refusal: Answer?
        try exchange("GET", path, nil) { piece in
            waiting += piece
            if !isBody {
                guard let end = Self.endOfHead(waiting) else { return waiting.count < 1 << 16 }
                let (status, type) = Self.head(waiting[..<end])
                waiting.removeFirst(end + 4)
                isBody = true
                if status != 200 {
                    refusal = Answer(status: status, type: type, body: waiting)
                    return true
                }
            }
            if refusal != nil {
                refusal = Answer(status: refusal?.status ?? 0, type: "", body: waiting)
                return waiting.count < 1 << 20
            }
            while let newline = waiting.firstIndex(of: UInt8(ascii: "\n")) {
                take(String(decoding: waiting[..<newline], as: UTF8.self))
                waiting.removeFirst(newline + 1)
            }
            return waiting.count < Self.maxBytes
        }
        if let refusal { throw Self.failure(refusal) }
    }

    /// What an error answer says.
    static func failure(_ answer: Answer) -> CommandFailure {
        ControlText.failure(status: answer.status, body: answer.body)
    }

    private func exchange(
        _ method: String, _ path: String, _ body: String?, _ take: ([UInt8]) -> Bool
    ) throws(CommandFailure) {
        let descriptor = try connect()
        defer { close(descriptor) }
        var head = "\(method) \(path) HTTP/1.0\r\nHost: \(address)\r\nUser-Agent: fakegw-ctl\r\n"
        if let token { head += "Authorization: Bearer \(token)\r\n" }
        if let body { head += "Content-Length: \(body.utf8.count)\r\n" }
        var rest = Array((head + "\r\n" + (body ?? "")).utf8)[...]
        while !rest.isEmpty {
            let count = rest.withUnsafeBytes {
                send(descriptor, $0.baseAddress, $0.count, CInt(MSG_NOSIGNAL))
            }
            guard count > 0 else { break }
            rest = rest.dropFirst(count)
        }
        var scratch = [UInt8](repeating: 0, count: 65_536)
        while true {
            let count = recv(descriptor, &scratch, scratch.count, 0)
            guard count > 0, take(Array(scratch[..<count])) else { return }
        }
    }

    private func connect() throws(CommandFailure) -> CInt {
        let parts = address.split(separator: ":", omittingEmptySubsequences: false)
        let host = parts.dropLast().joined(separator: ":")
            .trimmingPrefix("[").replacing("]", with: "")
        guard parts.count >= 2, let port = UInt16(parts.last ?? "") else {
            throw CommandFailure(
                text: "'\(address)' is no address of a control port",
                hint: "--control 127.0.0.1:8474, or --control-file FILE")
        }
        let endpoints: [Endpoint]
        do throws(ResolverFailure) {
            endpoints = try Endpoint.resolve(host: String(host), port: port)
        } catch {
            throw CommandFailure(text: "cannot find \(host): \(error.reason)", code: .failed)
        }
        var failure = "there is no address"
        for endpoint in endpoints {
            do throws(OSFailure) {
                return try Dial.connectAndWait(to: endpoint)
            } catch {
                failure = error.description
            }
        }
        throw CommandFailure(
            text: failure,
            hint: "start the gateway with --control \(address), or name the port with --control",
            code: .failed)
    }

    private static func endOfHead(_ bytes: [UInt8]) -> Int? {
        let mark = Array("\r\n\r\n".utf8)
        guard bytes.count >= mark.count else { return nil }
        return (0...min(bytes.count - mark.count, 1 << 16)).first {
            bytes[$0] == mark[0] && Array(bytes[$0..<$0 + mark.count]) == mark
        }
    }

    private static func head(_ bytes: ArraySlice<UInt8>) -> (status: Int, type: String) {
        let lines = String(decoding: bytes, as: UTF8.self).split(separator: "\r\n")
        let status = lines.first?.split(separator: " ").dropFirst().first.flatMap { Int($0) } ?? 0
        let type = lines.first { $0.lowercased().hasPrefix("content-type:") }
        return (status, String(type?.dropFirst(13) ?? "").trimmingSpaces)
    }
}

extension String {
    fileprivate var trimmingSpaces: String {
        String(drop { $0 == " " }.reversed().drop { $0 == " " }.reversed())
    }
}
