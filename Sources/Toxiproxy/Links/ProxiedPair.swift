internal import Simulation

/// One client's connection, the connection to the server that belongs to it, and the two links between.
struct ProxiedPair {
    private let client: ConnectionID
    private var upstream: ToxicLink
    private var downstream: ToxicLink
    /// Sides that have been closed, or that are gone.
    private var gone: Set<ConnectionID> = []

    init(_ client: ConnectionID, _ toxics: [Toxic], _ seed: SeededRandom, at now: SimInstant) {
        self.client = client
        let name = "connection \(client.number)"
        func link(_ stream: ToxicStream) -> ToxicLink {
            ToxicLink(
                toxics.filter { $0.stream == stream },
                seed.stream("\(name) \(stream.rawValue)"), at: now)
        }
        upstream = link(.upstream)
        downstream = link(.downstream)
    }

    /// When something is due in one of its links.
    var deadline: SimInstant? { [upstream.deadline, downstream.deadline].compactMap(\.self).min() }

    mutating func receive(_ bytes: [UInt8], from side: ConnectionID, at now: SimInstant) {
        self[Self.stream(from: side)].receive(bytes, at: now)
    }

    /// A side has ended; after a RST it can be sent nothing more either.
    mutating func end(
        _ side: ConnectionID, _ ending: PeerEnding, at now: SimInstant,
        into effects: inout [StreamEffect]
    ) {
        let stream = Self.stream(from: side)
        self[stream].end(.finished, at: now)
        guard ending == .reset, gone.insert(side).inserted else { return }
        self[stream.reversed].abandon()
        effects.append(.close(side))
    }

    /// A side takes bytes again, or takes none for now.
    mutating func setOpen(_ isOpen: Bool, to side: ConnectionID) {
        self[Self.stream(from: side).reversed].isOpen = isOpen
    }

    mutating func take(_ toxics: [Toxic], at now: SimInstant) {
        upstream.take(toxics.filter { $0.stream == .upstream }, at: now)
        downstream.take(toxics.filter { $0.stream == .downstream }, at: now)
    }

    /// Moves on what is due.
    ///
    /// - Returns: Whether the connection is over.
    mutating func settle(
        at now: SimInstant, into effects: inout [StreamEffect], _ traffic: inout ProxyTraffic
    ) -> Bool {
        var isSettled = false
        while !isSettled {
            isSettled = true
            for stream in ToxicStream.allCases {
                var chunks: [[UInt8]] = []
                let end = self[stream].advance(at: now, into: &chunks)
                let destination = side(behind: stream)
                for chunk in chunks {
                    traffic[stream].sentBytes += chunk.count
                    effects.append(.send(destination, chunk))
                }
                switch end {
                case nil: continue
                case .finished: effects.append(.shutdownWrite(destination))
                case .closed:
                    hangUp(destination, into: &effects)
                    self[stream.reversed].end(.closed, at: now)
                    isSettled = false
                case .reset:
                    effects += [.reset(client), .reset(client.upstream)]
                    return true
                }
            }
        }
        if upstream.isConcluded, downstream.isConcluded {
            for side in [client, client.upstream] { hangUp(side, into: &effects) }
            return true
        }
        for stream in ToxicStream.allCases { pause(stream, into: &effects) }
        return false
    }

    /// Ends a side in such a way that it still reads what was sent to it.
    private mutating func hangUp(_ side: ConnectionID, into effects: inout [StreamEffect]) {
        guard gone.insert(side).inserted else { return }
        if self[Self.stream(from: side)].isPaused { effects.append(.resumeReading(side)) }
        effects.append(.hangUp(side))
    }

    private mutating func pause(_ stream: ToxicStream, into effects: inout [StreamEffect]) {
        let wantsPause = self[stream].wantsPause
        guard wantsPause != self[stream].isPaused else { return }
        self[stream].isPaused = wantsPause
        let source = side(behind: stream.reversed)
        effects.append(wantsPause ? .stopReading(source) : .resumeReading(source))
    }

    private func side(behind stream: ToxicStream) -> ConnectionID {
        switch stream {
        case .upstream: client.upstream
        case .downstream: client
        }
    }

    private static func stream(from side: ConnectionID) -> ToxicStream {
        side.isUpstream ? .downstream : .upstream
    }

    private subscript(stream: ToxicStream) -> ToxicLink {
        get {
            switch stream {
            case .upstream: upstream
            case .downstream: downstream
            }
        }
        _modify {
            switch stream {
            case .upstream: yield &upstream
            case .downstream: yield &downstream
            }
        }
    }
}
