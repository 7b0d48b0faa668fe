internal import Simulation

/// Bytes of a stream that came together.
struct Chunk: Equatable {
    var bytes: ArraySlice<UInt8>
    /// Bytes of the stream in front of it.
    var offset: Int

    var endOffset: Int { offset + bytes.count }
}

/// How a link ends at its destination.
enum LinkEnd: Equatable {
    /// The source sends no more; the other direction goes on.
    case finished
    /// A toxic closes the connection.
    case closed
    /// A toxic resets the connection.
    case reset
}

/// What moves through a link.
enum LinkItem: Equatable {
    case data(Chunk)
    case end(LinkEnd)
}

/// An item, and when it came to the place where it waits.
struct Arrival: Equatable {
    var item: LinkItem
    var at: SimInstant
    /// A random number of its own, for a toxic that needs one.
    var chance: UInt64 = 0
}

/// Items that wait, first in first out.
struct ArrivalQueue {
    private var arrivals: [Arrival] = []
    private var head = 0
    /// Bytes of all chunks.
    private(set) var byteCount = 0

    var count: Int { arrivals.count - head }
    var first: Arrival? { head < arrivals.count ? arrivals[head] : nil }

    mutating func append(_ arrival: Arrival) {
        if case .data(let chunk) = arrival.item { byteCount += chunk.bytes.count }
        arrivals.append(arrival)
    }

    mutating func removeFirst() -> Arrival? {
        guard let arrival = first else { return nil }
        // Lets go of the bytes.
        arrivals[head].item = .end(.finished)
        head += 1
        if case .data(let chunk) = arrival.item { byteCount -= chunk.bytes.count }
        if head == arrivals.count {
            arrivals.removeAll(keepingCapacity: head <= 64)
            head = 0
        } else if head >= 64, head * 2 >= arrivals.count {
            arrivals.removeFirst(head)
            head = 0
        }
        return arrival
    }

    /// Takes the front of the first chunk, or all of it.
    ///
    /// What is left of it keeps its arrival.
    mutating func takeFirst(_ count: Int) -> Chunk? {
        guard let arrival = first, case .data(var chunk) = arrival.item else { return nil }
        guard count < chunk.bytes.count else {
            _ = removeFirst()
            return chunk
        }
        let front = Chunk(bytes: chunk.bytes.prefix(count), offset: chunk.offset)
        chunk.bytes = chunk.bytes.dropFirst(count)
        chunk.offset += count
        arrivals[head].item = .data(chunk)
        byteCount -= count
        return front
    }

    mutating func removeAll() {
        arrivals = []
        head = 0
        byteCount = 0
    }
}
