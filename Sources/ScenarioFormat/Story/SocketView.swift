internal import EventLog
internal import Faults
internal import Simulation

/// The sockets that an expectation is about, as they were seen until now, and the judgements of them.
struct SocketView {
    typealias Judgement = SocketPathExpectation.Judgement

    let history: SocketHistory
    let lives: [SocketLife]
    let attempts: [ConnectionAttempt]
    /// The shortest stay that is no chance, in gateway time.
    let briefest: Duration
    let now: SimInstant

    func passes(_ states: [String], _ count: CountRange) -> Judgement {
        let matching = lives.count { passes($0, states) }
        var judgement = Judgement(holds: count.contains(matching), seen: seen)
        guard !judgement.holds else { return judgement }
        if matching < count.lowest { judgement.seen = nearest(to: states) ?? seen }
        // A state that goes on may become long enough.
        judgement.next = lives.compactMap { $0.stays.last }
            .filter { $0.until == nil && $0.length(at: now) < briefest }
            .map { $0.from + briefest }.min()
        note(&judgement, states, unwatchedFor: briefest, since: .start)
        return judgement
    }

    func never(_ states: [String], _ bound: Duration) -> Judgement {
        let stays = lives.flatMap(\.stays).filter { states.contains($0.state) }
        let longest = stays.max { $0.length(at: now) < $1.length(at: now) }
        let worst = longest.flatMap { stay in lives.firstIndex { $0.stays.contains(stay) } }
        guard let longest, longest.length(at: now) > bound else {
            var judgement = Judgement(
                holds: true,
                seen: longest.map { "\($0.state) for \($0.length(at: now).reportText)" }
                    ?? "no such socket")
            note(&judgement, states, unwatchedFor: bound, since: .start)
            return judgement
        }
        return Judgement(holds: false, seen: seen(first: worst ?? 0))
    }

    func stays(
        _ state: String, atLeast least: Duration, since: SimInstant, _ count: CountRange
    ) -> Judgement {
        let all = lives.map { life in
            life.stays.filter { $0.state == state }.map { $0.length(at: now, since: since) }.max()
                ?? .zero
        }
        let matching = all.count { $0 >= least }
        var judgement = Judgement(holds: count.contains(matching), seen: seen)
        guard !judgement.holds else { return judgement }
        if matching < count.lowest, let longest = all.filter({ $0 < least }).max(),
            let index = all.firstIndex(of: longest)
        {
            judgement.seen = seen(first: index)
            if longest > .zero {
                judgement.seen += "; nearest: \(name(of: lives[index])), \(longest.reportText)"
            }
        }
        judgement.next = lives.compactMap { $0.stays.last }
            .filter {
                $0.state == state && $0.until == nil && $0.length(at: now, since: since) < least
            }.map { max($0.from, since) + least }.min()
        note(&judgement, [state], unwatchedFor: least, since: since)
        return judgement
    }

    func zero(_ states: [String], within bound: Duration, of since: SimInstant) -> Judgement {
        let end = since + bound
        let stays = lives.flatMap(\.stays).filter { states.contains($0.state) }
        func count(at instant: SimInstant) -> Int { stays.count { $0.covers(instant) } }
        let moments =
            [since] + stays.compactMap(\.until).filter { $0 > since && $0 <= min(end, now) }
        let holds = moments.contains { count(at: $0) == 0 }
        let left = count(at: min(end, now))
        var judgement = Judgement(
            holds: holds,
            seen: holds ? "none" : "\(left) at \((min(end, now) - since).reportText); \(seen)")
        if !holds {
            if now < end { judgement.next = end }
            note(&judgement, states, unwatchedFor: bound, since: since)
        }
        return judgement
    }

    func endedFirst(_ ends: [String], _ connection: CountRange?) -> Judgement {
        let chosen = attempts.enumerated().filter { connection?.contains($0.offset + 1) ?? true }
        let known = chosen.compactMap { item in
            item.element.firstEnd.map { (number: item.offset + 1, end: $0.rawValue) }
        }
        let odd = known.first { !ends.contains($0.end) }
        return Judgement(
            holds: !known.isEmpty && odd == nil,
            seen: odd.map { "\($0.end) on connection \($0.number)" }
                ?? known.last.map {
                    "\($0.end) on \(known.count == 1 ? "one" : "all \(known.count)")"
                }
                ?? (chosen.isEmpty ? "no such connection" : "none has ended"))
    }

    // MARK: Looks

    /// What was not looked at for long makes a claim undecidable.
    private func note(
        _ judgement: inout Judgement, _ states: [String], unwatchedFor bound: Duration,
        since: SimInstant
    ) {
        guard bound >= briefest else {
            judgement.isUndecided = true
            judgement.holds = false
            judgement.seen +=
                "; it cannot be told: at this speed looks tell only times of "
                + "\(briefest.reportText) and more"
            return
        }
        guard history.firstLook != nil else {
            judgement.holds = false
            judgement.seen = "the kernel's table was not followed"
            return
        }
        let longest = history.unwatched.filter { $0.until > since && hides(states, $0) }
            .max { $0.length < $1.length }
        if history.isIncomplete || longest.map({ $0.length >= bound }) ?? false {
            judgement.isUndecided = true
            judgement.holds = false
            let why =
                longest.map { "the table was not looked at for \($0.length.reportText)" }
                ?? "there were more than \(SocketHistory.mostCount) sockets"
            judgement.seen += "; it cannot be told: \(why)"
        }
    }

    /// Whether one of the states can have come and gone in that time.
    ///
    /// A socket never comes back to a state. So one that is in the same state before and after was in no
    /// other between, and none was in a later state before it was seen to be established. A connection that
    /// was accepted is looked at then, and so was seen.
    private func hides(_ states: [String], _ time: UnwatchedTime) -> Bool {
        let beginning = ["SYN_SENT", "SYN_RECV"]
        if !states.allSatisfy({ !beginning.contains($0) }) { return true }
        return lives.contains { life in
            life.stays.contains { stay in
                let begins = time.from < stay.from && stay.from <= time.until
                let ends = stay.until.map { time.from < $0 && $0 <= time.until } ?? false
                return begins && stay.state != "ESTABLISHED" && !beginning.contains(stay.state)
                    || ends && !beginning.contains(stay.state)
            }
        }
    }

    // MARK: States

    private func passes(_ life: SocketLife, _ states: [String]) -> Bool {
        lacking(life, states).isEmpty
    }

    /// The states that it has not come to.
    private func lacking(_ life: SocketLife, _ states: [String]) -> ArraySlice<String> {
        var rest = states[...]
        for state in path(of: life) where state == rest.first { rest = rest.dropFirst() }
        return rest
    }

    /// The states that it was in for sure.
    private func path(of life: SocketLife) -> [String] {
        var path = life.stays.filter { isCertain($0, of: life) }.map(\.state)
        // An accepted connection was established at both ends.
        if life.connection != nil, !path.contains("ESTABLISHED") {
            path.insert("ESTABLISHED", at: 0)
        }
        return path
    }

    private func isCertain(_ stay: SocketStay, of life: SocketLife) -> Bool {
        if stay.length(at: now) >= briefest || stay.state == "TIME_WAIT" { return true }
        // The gateway's own socket is looked at the moment it is accepted, and when its client ends.
        return life.isGatewaySide && ["ESTABLISHED", "CLOSE_WAIT"].contains(stay.state)
    }

    // MARK: Words

    private static let mostShown = 3

    private var seen: String { seen(first: 0) }

    /// - Parameter first: The socket that is told of before all others.
    private func seen(first: Int) -> String {
        guard lives.indices.contains(first) else { return "no socket at all" }
        let order = [first] + lives.indices.filter { $0 != first }.prefix(Self.mostShown - 1)
        let shown = order.map { index in
            let life = lives[index]
            let stays = life.stays.map { stay in
                let length = stay.length(at: now)
                return "\(stay.state) for \(length.reportText)"
                    + (stay.until == nil ? " so far" : "")
                    + (isCertain(stay, of: life) ? "" : " (too short to count)")
            }
            return "\(name(of: life)): \(stays.joined(separator: ", "))"
        }
        let more = lives.count - shown.count
        return shown.joined(separator: "; ") + (more > 0 ? "; and \(more) more" : "")
    }

    private func name(of life: SocketLife) -> String {
        (life.connection.map { "connection \($0.number)" } ?? life.client).printable
    }

    /// The socket that went furthest without passing all states, and what it lacks.
    private func nearest(to states: [String]) -> String? {
        let rests = lives.map { lacking($0, states) }
        guard let least = rests.map(\.count).filter({ $0 > 0 }).min(),
            let index = rests.firstIndex(where: { $0.count == least })
        else { return nil }
        return seen(first: index) + "; nearest: \(name(of: lives[index])) lacks "
            + rests[index].joined(separator: ", ")
    }
}
