internal import Simulation

/// One direction of one connection: what comes from its source passes the toxics in their order, and
/// leaves for its destination.
struct ToxicLink {
    private var stages: [ToxicStage] = []
    /// What has passed all toxics and waits for the destination.
    private var outbox = ArrivalQueue()
    private var counter = FrameCounter()
    /// Draws of this link; each toxic has its own stream of it.
    private let seed: SeededRandom
    private var random: SeededRandom
    private var hasSourceEnded = false
    /// The destination takes bytes.
    var isOpen = true
    /// Its source is not read for now.
    var isPaused = false
    /// Its end has reached the destination.
    private(set) var isConcluded = false
    /// When something is due.
    private(set) var deadline: SimInstant?

    init(_ toxics: [Toxic], _ seed: SeededRandom, at now: SimInstant) {
        self.seed = seed
        random = seed
        stages = toxics.map { stage($0, at: now) }
    }

    /// Takes bytes of the source.
    mutating func receive(_ bytes: [UInt8], at now: SimInstant) {
        let offset = counter.byteCount
        counter.count(bytes) { frameCount, offset in
            for index in stages.indices where stages[index].awaitedMessage == frameCount {
                stages[index].messageEnded(at: offset)
            }
        }
        guard !hasSourceEnded, !isConcluded else { return }
        // Without toxics nobody looks at the chunks.
        let size = stages.isEmpty ? bytes.count : ToxiproxyLimits.maxChunkBytes
        for start in stride(from: 0, to: bytes.count, by: size) {
            let piece = bytes[start..<min(start + size, bytes.count)]
            push(.data(Chunk(bytes: piece, offset: offset + start)), at: now, to: 0)
        }
    }

    /// The source has ended.
    mutating func end(_ end: LinkEnd, at now: SimInstant) {
        guard !hasSourceEnded, !isConcluded else { return }
        hasSourceEnded = true
        push(.end(end), at: now, to: 0)
    }

    /// The destination is gone: everything is discarded.
    mutating func abandon() {
        for index in stages.indices { _ = stages[index].takeQueue() }
        outbox.removeAll()
        isConcluded = true
        deadline = nil
    }

    /// Moves on what is due, and takes what leaves for the destination.
    ///
    /// - Parameter chunks: Gets what is to be sent.
    /// - Returns: How the link ends behind these bytes, if it does.
    mutating func advance(at now: SimInstant, into chunks: inout [[UInt8]]) -> LinkEnd? {
        guard !isConcluded else { return nil }
        deadline = nil
        for index in stages.indices {
            stages[index].beginStep()
            run(index, at: now)
        }
        return flush(at: now, into: &chunks)
    }

    /// Works with these toxics from now on.
    ///
    /// What waits in one that is gone goes on in its order.
    mutating func take(_ toxics: [Toxic], at now: SimInstant) {
        for index in stages.indices.reversed() {
            let serial = stages[index].toxic.serial
            if let toxic = toxics.first(where: { $0.serial == serial }) {
                if toxic != stages[index].toxic {
                    stages[index].change(to: toxic, counter: counter, at: now)
                }
            } else {
                remove(index, at: now)
            }
        }
        for toxic in toxics where !stages.contains(where: { $0.toxic.serial == toxic.serial }) {
            stages.append(stage(toxic, at: now))
        }
    }

    /// Whether its source should wait, so that the link holds no more than its bounds.
    var wantsPause: Bool {
        guard !isConcluded, !hasSourceEnded else { return false }
        let isDelaying = stages.contains { $0.isDelaying }
        let most = isDelaying ? ToxiproxyLimits.maxDelayedBytes : ToxiproxyLimits.maxQueuedBytes
        let divisor = isPaused ? 2 : 1
        return stages.reduce(outbox.byteCount) { $0 + $1.queuedBytes } > most / divisor
            || stages.reduce(outbox.count) { $0 + $1.queuedChunks }
                > ToxiproxyLimits.maxQueuedChunks / divisor
    }

    private func stage(_ toxic: Toxic, at now: SimInstant) -> ToxicStage {
        var draws = seed.stream("toxic \(toxic.serial)")
        let draw = Double(draws.next() >> 11) * 0x1p-53
        return ToxicStage(toxic, draw: draw, counter: counter, at: now)
    }

    private mutating func push(_ item: LinkItem, at instant: SimInstant, to index: Int) {
        if index < stages.count {
            stages[index].append(Arrival(item: item, at: instant, chance: random.next()))
        } else {
            outbox.append(Arrival(item: item, at: instant))
        }
    }

    private mutating func run(_ index: Int, at now: SimInstant) {
        while true {
            switch stages[index].next(at: now, &random) {
            case .idle: return
            case .wait(let instant): return wake(at: instant)
            case .pause: return wake(at: now)
            case .pass(let item, let instant): push(item, at: instant, to: index + 1)
            }
        }
    }

    private mutating func remove(_ index: Int, at now: SimInstant) {
        let closes = stages[index].closesOnRemoval
        let items = stages[index].takeQueue()
        stages.remove(at: index)
        for item in items { push(item, at: now, to: index) }
        if closes { push(.end(.closed), at: now, to: index) }
    }

    private mutating func flush(at now: SimInstant, into chunks: inout [[UInt8]]) -> LinkEnd? {
        var budget = ToxiproxyLimits.maxStepBytes
        while isOpen, budget > 0, let arrival = outbox.removeFirst() {
            switch arrival.item {
            case .data(let chunk):
                budget -= chunk.bytes.count
                chunks.append(Array(chunk.bytes))
            case .end(let end):
                abandon()
                return end
            }
        }
        if isOpen, outbox.count > 0 { wake(at: now) }
        return nil
    }

    private mutating func wake(at instant: SimInstant) {
        deadline = deadline.map { min($0, instant) } ?? instant
    }
}
