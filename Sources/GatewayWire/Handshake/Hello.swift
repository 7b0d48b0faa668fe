/// The first thing a client sends: `API\0`, a length, `v<min>..<max>`, and perhaps connect options.
///
/// Source: observed from the public Python clients.
package struct Hello: Hashable, Sendable {
    /// Server versions the client understands, both ends included.
    package let versions: ClosedRange<Int>
    /// What follows the range after a space, as sent; empty when nothing does.
    package let connectOptions: String
    /// The text ended in a blank or a NUL, as that of some clients does.
    package let isPadded: Bool

    package init(versions: ClosedRange<Int>, connectOptions: String = "", isPadded: Bool = false) {
        self.versions = versions
        self.connectOptions = connectOptions
        self.isPadded = isPadded
    }

    package static let magic: [UInt8] = Array("API\0".utf8)

    package var bytes: [UInt8] {
        let options = connectOptions.isEmpty ? "" : " " + connectOptions
        return Self.magic + frame("v\(versions.lowerBound)..\(versions.upperBound)\(options)".utf8)
    }

    package enum Outcome: Hashable, Sendable {
        case needsMore
        case hello(Hello)
        /// A client from before `API\0` existed: its client version, as it announced it.
        case legacy(clientVersion: Int)
        case malformed(HelloError)
    }

    /// Looks at the first bytes of a connection; consumes them only when they are a whole hello.
    ///
    /// - Parameter maxBytes: Longest version text accepted, options included.
    package static func read(from reader: inout FrameReader, maxBytes: Int = 4096) -> Outcome {
        let pending = Array(reader.pending.prefix(8))
        guard let first = pending.first else { return .needsMore }
        if (UInt8(ascii: "0")...UInt8(ascii: "9")).contains(first) {
            return legacy(reader.pending.prefix(16))
        }
        for (offset, (byte, expected)) in zip(pending, magic).enumerated() where byte != expected {
            return .malformed(.noMagic(offset: offset, found: byte))
        }
        guard pending.count == 8 else { return .needsMore }
        let length = pending[4...].reduce(0) { $0 << 8 | Int($1) }
        guard (1...maxBytes).contains(length) else {
            return .malformed(.lengthOutOfRange(found: length, allowed: maxBytes))
        }
        guard reader.pendingCount >= 8 + length, reader.take(8) != nil,
            let body = reader.take(length)
        else { return .needsMore }
        return parse(body)
    }

    private static func legacy(_ bytes: ArraySlice<UInt8>) -> Outcome {
        guard let end = bytes.firstIndex(of: 0) else {
            return bytes.count < 16
                ? .needsMore : .malformed(.noMagic(offset: 0, found: bytes[bytes.startIndex]))
        }
        guard let version = Int(String(decoding: bytes[..<end], as: UTF8.self)) else {
            return .malformed(.noMagic(offset: 0, found: bytes[bytes.startIndex]))
        }
        return .legacy(clientVersion: version)
    }

    private static func parse(_ body: ArraySlice<UInt8>) -> Outcome {
        // Some clients end the text with a NUL or a space.
        var text = body
        while let last = text.last, last == 0 || last == UInt8(ascii: " ") { text.removeLast() }
        guard let string = String(validating: text, as: UTF8.self) else {
            return .malformed(.notAVersionRange)
        }
        let parts = string.split(separator: " ", maxSplits: 1)
        guard let range = parts.first, range.first == "v" else {
            return .malformed(.notAVersionRange)
        }
        let ends = range.dropFirst().split(separator: ".", omittingEmptySubsequences: true)
        guard let lowest = ends.first.flatMap({ Int($0) }),
            let highest = ends.last.flatMap({ Int($0) }),
            ends.count <= 2, (0...9999).contains(lowest), (lowest...9999).contains(highest)
        else { return .malformed(.notAVersionRange) }
        return .hello(
            Hello(
                versions: lowest...highest, connectOptions: parts.count > 1 ? String(parts[1]) : "",
                isPadded: text.count < body.count))
    }
}

package enum HelloError: Error, Hashable, Sendable, CustomStringConvertible {
    case noMagic(offset: Int, found: UInt8)
    case lengthOutOfRange(found: Int, allowed: Int)
    case notAVersionRange

    package var description: String {
        switch self {
        case .noMagic(let offset, let found):
            "byte \(offset) is 0x\(String(found, radix: 16)), not of \"API\\0\": not a TWS API client"
        case .lengthOutOfRange(let found, let allowed):
            "the hello's length is \(found), allowed are 1 to \(allowed)"
        case .notAVersionRange:
            "the hello holds no version range such as v100..200"
        }
    }
}

/// The gateway's answer to a hello: the chosen server version and its connection time.
package struct VersionReply: Hashable, Sendable {
    package let serverVersion: Int
    /// Opaque to clients; real gateways send `YYYYMMDD HH:MM:SS Zone`.
    package let connectionTime: String

    package init(serverVersion: Int, connectionTime: String) {
        self.serverVersion = serverVersion
        self.connectionTime = connectionTime
    }

    package var bytes: [UInt8] { frame("\(serverVersion)\0\(connectionTime)\0".utf8) }

    /// Reads a version reply's frame body; `nil` when it has not exactly two fields.
    package init?(body: ArraySlice<UInt8>) {
        let fields = body.split(separator: 0, omittingEmptySubsequences: false)
        guard fields.count == 3, fields[2].isEmpty,
            let version = Int(String(decoding: fields[0], as: UTF8.self))
        else { return nil }
        serverVersion = version
        connectionTime = String(decoding: fields[1], as: UTF8.self)
    }

    /// The version both sides speak: the lower of the two newest, when the client reaches down to it.
    package static func negotiate(ownNewest: Int, client: ClosedRange<Int>) -> Int? {
        let version = min(ownNewest, client.upperBound)
        return version >= client.lowerBound && version >= 100 ? version : nil
    }
}
