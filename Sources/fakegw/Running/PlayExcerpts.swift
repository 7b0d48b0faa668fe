import EventLog
import RunReport
import ScenarioFormat
import ScenarioRun

/// What a run's page shows of each play, taken from its event log when the play ends.
///
/// So a log is needed no longer than its play. What is kept has a bound. Plays that passed make room for
/// one that did not.
final class PlayExcerpts {
    private struct Taken {
        var excerpt: LogExcerpt?
        var command: String?
        var notes: [String] = []
    }

    private let limits: ReportLimits
    /// By the name of the event log.
    private var taken: [String: Taken] = [:]
    /// Those that passed and have their events, in the order in which they ended.
    private var passed: [String] = []
    private var bytesLeft: Int

    private static let noRoom = "No events are shown: this page would become too large."

    init(_ limits: ReportLimits) {
        self.limits = limits
        bytesLeft = limits.maxTotalBytes
    }

    /// - Parameter log: The file with the play's events.
    func take(_ result: ScenarioResult, of scenario: Scenario, log: String) {
        guard let name = result.eventsName else { return }
        let hasPassed = result.verdict == .passed
        let wanted = hasPassed ? limits.maxPassedBytes : limits.maxFailedBytes
        while !hasPassed, wanted > bytesLeft, let latest = passed.popLast() { drop(latest) }
        guard wanted <= bytesLeft else {
            taken[name] = Taken(notes: [Self.noRoom])
            return
        }
        do throws(CommandFailure) {
            taken[name] = try read(log, scenario, upTo: wanted)
            if hasPassed { passed.append(name) }
        } catch {
            taken[name] = Taken(notes: ["No events are shown: \(error.text)."])
        }
    }

    /// The play with what was taken of it.
    func reported(_ result: ScenarioResult) -> ReportedPlay {
        var play = ReportedPlay(result)
        guard let known = result.eventsName.flatMap({ taken[$0] }) else { return play }
        play.excerpt = known.excerpt
        if let command = known.command { play.command = command }
        play.notes += known.notes
        return play
    }

    private func drop(_ name: String) {
        bytesLeft += taken[name]?.excerpt?.size ?? 0
        taken[name]?.excerpt = nil
        taken[name]?.notes.append(Self.noRoom)
    }

    private func read(
        _ path: String, _ scenario: Scenario, upTo bytes: Int
    ) throws(CommandFailure) -> Taken {
        var log = EventLogReader(try Files.read(path, maxBytes: Files.maxLogBytes))
        var next: LogEvent? = try log.next(path)
        var maker = ExcerptMaker(epoch: log.epoch ?? 0, maxBytes: bytes, limits: limits)
        while let event = next {
            maker.take(event)
            next = try log.next(path)
        }
        let excerpt = maker.excerpt
        bytesLeft -= excerpt.size
        return Taken(
            excerpt: excerpt, command: log.header.map { scenario.command(for: $0) },
            notes: log.notes)
    }
}

extension EventLogReader {
    mutating func next(_ path: String) throws(CommandFailure) -> LogEvent? {
        do throws(EventLogError) {
            return try next()
        } catch {
            throw CommandFailure(text: "\(path):\(error)")
        }
    }
}
