package import EventLog
package import GatewayWire

/// One direction's bytes without a capture around them: from a log, a debugger, a recording proxy.
///
/// A hello is known by its first bytes. A version reply looks like any frame: it is expected only
/// where no server version is given. After bytes that cannot be a frame nothing more is looked for.
package struct RawStream {
    /// Something the stream holds, and where it begins.
    package struct Item: Equatable, Sendable {
        package let offset: Int
        package let kind: LogEvent.Kind

        package init(offset: Int, kind: LogEvent.Kind) {
            self.offset = offset
            self.kind = kind
        }

        /// As `fakegw decode --raw --json` prints it.
        package var jsonLine: String {
            var line = JSONLine()
            line.add("offset", offset)
            kind.add(to: &line)
            return line.finished
        }

        package var textLine: String {
            let text = String(offset)
            return String(repeating: " ", count: max(0, 8 - text.count)) + text + " \(kind.text)"
        }
    }

    /// Every item of the stream, in order; together they hold every byte.
    ///
    /// - Parameter serverVersion: `nil` when the stream begins with the gateway's version reply.
    package static func items(
        of bytes: [UInt8], _ direction: Direction, serverVersion: Int?
    ) -> [Item] {
        var stream = RawStream(bytes, direction, serverVersion)
        stream.read()
        return stream.items
    }

    private let size: Int
    private let direction: Direction
    private var serverVersion: Int?
    private var reader = FrameReader()
    private var items: [Item] = []

    private init(_ bytes: [UInt8], _ direction: Direction, _ serverVersion: Int?) {
        size = bytes.count
        self.direction = direction
        self.serverVersion = serverVersion
        reader.append(bytes)
    }

    private var offset: Int { size - reader.pendingCount }

    private mutating func read() {
        if direction == .toGateway, reader.pending.starts(with: Hello.magic) { readHello() }
        while reader.pendingCount > 0 {
            let start = offset
            do throws(FrameError) {
                guard let body = try reader.next() else { break }
                items.append(Item(offset: start, kind: kind(of: body)))
            } catch {
                let reason = GatewayConversation.text(error)
                items.append(
                    Item(
                        offset: start,
                        kind: .malformed(direction, reason: reason, bytes: Array(reader.pending))))
                return
            }
        }
        addRest()
    }

    private mutating func readHello() {
        switch Hello.read(from: &reader) {
        case .hello(let hello): items.append(Item(offset: 0, kind: .hello(hello)))
        case .needsMore, .legacy: break
        case .malformed(let error):
            let bytes = Array(reader.take(reader.pendingCount) ?? [])
            items.append(
                Item(
                    offset: 0,
                    kind: .malformed(direction, reason: error.description, bytes: bytes)))
        }
    }

    private mutating func kind(of body: ArraySlice<UInt8>) -> LogEvent.Kind {
        guard let serverVersion else {
            guard let reply = VersionReply(body: body) else {
                let rest = reader.take(reader.pendingCount) ?? []
                return .malformed(
                    direction, reason: "the stream does not begin with a version reply",
                    bytes: frame(body) + rest)
            }
            serverVersion = reply.serverVersion
            return .version(reply)
        }
        let decoder = MessageDecoder(serverVersion: serverVersion, direction: direction)
        switch decoder.decode(body) {
        case .message(let message): return .message(message)
        case .unknown(let id, _): return .unknown(direction, id: id, bytes: frame(body))
        case .malformed(let error):
            return .malformed(direction, reason: error.description, bytes: frame(body))
        }
    }

    private mutating func addRest() {
        let start = offset
        guard let rest = reader.take(reader.pendingCount), !rest.isEmpty else { return }
        items.append(Item(offset: start, kind: .raw(direction, Array(rest))))
    }
}
