import EventLog
import GatewayWire
import Simulation

/// What the live client asks, matched to what the recorded one asked.
extension Replay {
    /// The request whose answers end when this one arrives: `reqMktData` for `cancelMktData`.
    static func requestEnded(by message: Message) -> String? {
        if message.name == "reqAccountUpdates", message["subscribe"] == "0" { return message.name }
        guard message.name.hasPrefix("cancel"), message.name != "cancelOrder" else { return nil }
        return "req" + message.name.dropFirst("cancel".count)
    }

    /// A message that ends a subscription: what comes of it after its recorded end goes on.
    mutating func endSubscription(_ message: Message, at now: SimInstant) -> Bool {
        guard let ended = Self.requestEnded(by: message) else { return false }
        let id = TopicFinder.requestID(of: message)
        let index = performances.lastIndex {
            guard let request = plan.strands[$0.strand].request else { return false }
            let isSame = request.name == ended || ended.hasPrefix("req") && id != nil
            return isSame && $0.liveID == id && !isFinished($0)
        }
        guard let index else { return false }
        let lines = plan.strands[performances[index].strand].lines
        let recordedEnd = lines[performances[index].next...].first { line in
            if case .message(let recorded, _) = plan.transcript.lines[line].event {
                recorded.schema === message.schema
            } else {
                false
            }
        }
        guard let recordedEnd else {
            skip(index, to: plan.transcript.lines.count)
            return true
        }
        skip(index, to: recordedEnd)
        noteArrival(at: recordedEnd, of: index, now)
        return true
    }

    /// A change or a cancellation of an order that this client has placed.
    mutating func continueOrder(
        _ message: Message, at now: SimInstant, _ outputs: inout [Output]
    ) -> Bool {
        guard message.name == "placeOrder" || message.name == "cancelOrder",
            let id = message["orderId"],
            let index = performances.lastIndex(where: { $0.liveID == id && isOrder($0) })
        else { return false }
        let performance = performances[index]
        var best: (line: Int, differences: [RequestMeaning.Difference])?
        for line in plan.strands[performance.strand].lines[performance.next...]
        where performance.arrived[line] == nil {
            guard case .message(let recorded, _) = plan.transcript.lines[line].event,
                recorded.schema === message.schema
            else { continue }
            let differences = RequestMeaning.differences(recorded: recorded, live: message)
            guard !differences.contains(where: \.isDecisive) else { continue }
            if differences.count < best?.differences.count ?? .max { best = (line, differences) }
        }
        guard let best else { return false }
        noteArrival(at: best.line, of: index, now)
        note(best.differences, of: message, &outputs)
        return true
    }

    /// A request that begins a strand: one not yet played, or one that is asked again.
    mutating func begin(
        _ message: Message, at now: SimInstant, _ outputs: inout [Output]
    ) -> Bool {
        guard performances.count < Self.maxActive || dropFinished() else { return false }
        var best: (strand: Int, differences: [RequestMeaning.Difference])?
        var again: Int?
        for number in plan.strandsByName[message.name] ?? [] {
            guard let recorded = plan.strands[number].request else { continue }
            let differences = RequestMeaning.differences(recorded: recorded, live: message)
            guard !differences.contains(where: \.isDecisive) else { continue }
            if latest[number] != nil {
                again = number
            } else if differences.count < best?.differences.count ?? .max {
                best = (number, differences)
            }
        }
        let isRepeat = best == nil
        guard let number = best?.strand ?? (message.name == "placeOrder" ? nil : again),
            let recorded = plan.strands[number].request
        else { return false }
        var performance = Performance(strand: number, anchor: now)
        performance.isRepeat = isRepeat
        performance.liveID =
            ["placeOrder", "cancelOrder"].contains(message.name)
            ? message["orderId"] : TopicFinder.requestID(of: message)
        performance.ids.learn(recorded: recorded, live: message)
        common.learn(recorded: recorded, live: message)
        latest[number] = performances.count
        performances.append(performance)
        noteArrival(at: plan.strands[number].lines[0], of: performances.count - 1, now)
        if isRepeat {
            outputs.append(.note("\(message.name) is asked again: its answers are repeated"))
        }
        if let best { note(best.differences, of: message, &outputs) }
        return true
    }

    /// What a request that is not in the recording has in common with one that is.
    func nearest(to message: Message) -> String {
        let requests = (plan.strandsByName[message.name] ?? []).compactMap {
            plan.strands[$0].request
        }
        guard
            let nearest = requests.map({
                RequestMeaning.differences(recorded: $0, live: message)
            }).min(by: { RequestMeaning.distance($0) < RequestMeaning.distance($1) })
        else { return "" }
        let decisive = nearest.filter(\.isDecisive)
        return decisive.isEmpty
            ? ": it came more often than recorded"
            : ": the nearest differs in \(Self.words(decisive))"
    }

    /// Reports the recorded requests that never came, once.
    mutating func missing(before end: Int) -> [Output] {
        guard !hasReported, plan.transcript.serverVersion != nil else { return [] }
        hasReported = true
        var notes: [Output] = []
        var count = 0
        for (number, strand) in plan.strands.enumerated() {
            guard let request = strand.request, strand.lines[0] < end, latest[number] == nil else {
                continue
            }
            count += 1
            guard count <= Self.maxReported else { continue }
            let nearest = strangers.filter { $0.schema === request.schema }
                .map { RequestMeaning.differences(recorded: request, live: $0) }
                .min { RequestMeaning.distance($0) < RequestMeaning.distance($1) }?.filter(
                    \.isDecisive)
            notes.append(
                .note(
                    "\(request.name) of the recording was never sent"
                        + (nearest.map { ": the nearest differs in \(Self.words($0))" } ?? "")))
        }
        if count > Self.maxReported {
            notes.append(
                .note("\(count - Self.maxReported) more requests of the recording were never sent"))
        }
        return notes
    }

    // Helpers, in the order they are called.

    private mutating func noteArrival(at line: Int, of index: Int, _ now: SimInstant) {
        performances[index].arrived[line] = now
        if !performances[index].isRepeat { arrivals[line] = now }
    }

    private func isOrder(_ performance: Performance) -> Bool {
        ["placeOrder", "cancelOrder", "exerciseOptions"]
            .contains(plan.strands[performance.strand].request?.name)
    }

    private mutating func dropFinished() -> Bool {
        let kept = performances.enumerated().filter { index, performance in
            index < 2 || !isFinished(performance)
        }
        guard kept.count < performances.count else { return false }
        performances = kept.map(\.element)
        for number in latest.keys { latest[number] = -1 }
        for (index, performance) in performances.enumerated() where index >= 2 {
            latest[performance.strand] = index
        }
        return true
    }

    private func isFinished(_ performance: Performance) -> Bool {
        performance.next >= plan.strands[performance.strand].lines.count
    }

    private func note(
        _ differences: [RequestMeaning.Difference], of message: Message,
        _ outputs: inout [Output]
    ) {
        guard !differences.isEmpty else { return }
        outputs.append(.note("\(message.name) differs: \(Self.words(differences))"))
    }

    private static func words(_ differences: [RequestMeaning.Difference]) -> String {
        let shown = differences.prefix(3).map(\.words).joined(separator: "; ")
        return shown + (differences.count > 3 ? "; \(differences.count - 3) more" : "")
    }
}
