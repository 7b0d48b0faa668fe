package import EventLog
import GatewayWire

/// The last events, numbered from 1.
struct EventRing {
    struct Entry {
        let number: Int
        let event: LogEvent
    }

    private var entries: [Entry] = []
    /// How many of `entries` are forgotten already.
    private var dropped = 0
    private var byteCount = 0
    private let limits: ControlLimits
    /// The number of the last event.
    private(set) var last = 0

    init(_ limits: ControlLimits) {
        self.limits = limits
    }

    /// The number of the first event that is still there.
    var first: Int { entries.count > dropped ? entries[dropped].number : last + 1 }

    mutating func append(_ event: LogEvent) {
        last += 1
        entries.append(Entry(number: last, event: event))
        byteCount += event.approximateBytes
        while entries.count - dropped > limits.maxEvents || byteCount > limits.maxEventBytes {
            guard dropped < entries.count else { break }
            byteCount -= entries[dropped].event.approximateBytes
            dropped += 1
        }
        // Each event is moved at most once.
        if dropped > entries.count / 2 {
            entries.removeFirst(dropped)
            dropped = 0
        }
    }

    /// What is kept, from behind this number on.
    func entries(after number: Int) -> ArraySlice<Entry> {
        let start = dropped + max(0, number - first + 1)
        return start < entries.count ? entries[start...] : []
    }
}

extension LogEvent {
    /// About the memory that it takes.
    package var approximateBytes: Int {
        let content =
            switch kind {
            case .message(let message): message.approximateBytes
            case .unknown(_, _, let bytes), .malformed(_, _, let bytes), .raw(_, let bytes):
                bytes.count
            case .clientLine(_, _, let text), .note(let text), .commanded(let text): text.utf8.count
            case .sockets(let rows): rows.count * 200
            default: 64
            }
        return 160 + content
    }
}

extension Message {
    fileprivate var approximateBytes: Int {
        Self.bytes(of: values) + Self.bytes(of: surplus) + (originalBytes?.count ?? 0)
    }

    private static func bytes(of values: [FieldValue]) -> Int {
        values.reduce(0) { sum, value in
            switch value {
            case .text(let text): sum + 24 + text.utf8.count
            case .bytes(let bytes): sum + 24 + bytes.count
            case .group(let rows): sum + rows.reduce(24) { $0 + 24 + bytes(of: $1) }
            case .absent: sum + 24
            }
        }
    }
}
