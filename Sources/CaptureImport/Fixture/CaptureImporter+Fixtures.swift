import Diagnosis
import EventLog
import GatewayWire
import ScenarioFormat

/// Makes fixtures of what was read.
extension CaptureImporter {
    /// A fixture whose files have been handed on.
    package struct MadeFixture: Sendable {
        package let name: String
        package let fileNames: [String]
        /// What was recorded, in a sentence.
        package let about: String
    }

    /// The fixtures of everything read, in order.
    package mutating func makeFixtures() -> [Fixture] {
        var files: [Fixture.File] = []
        return makeFixtures { files.append($0) }.map { made in
            defer { files.removeFirst(made.fileNames.count) }
            return Fixture(
                name: made.name, files: Array(files[..<made.fileNames.count]), about: made.about)
        }
    }

    /// Makes the fixtures of everything read, in order, and hands on one file at a time.
    ///
    /// Connections to one gateway of one capture are one fixture, unless they are wanted apart.
    package mutating func makeFixtures<Failure>(
        _ write: (Fixture.File) throws(Failure) -> Void
    ) throws(Failure) -> [MadeFixture] {
        recordings.sort { ($0.stem, $0.conversation.number) < ($1.stem, $1.conversation.number) }
        var groups: [[Recorded]] = []
        var places: [[String]: Int] = [:]
        for recorded in recordings {
            let gateway = [recorded.stem, recorded.gateway]
            if let place = places[gateway], !options.isApart {
                groups[place].append(recorded)
            } else {
                places[gateway] = groups.count
                groups.append([recorded])
            }
        }
        let stems = Dictionary(grouping: groups, by: { $0[0].stem }).mapValues(\.count)
        var made: [MadeFixture] = []
        for group in groups {
            let isOnly = stems[group[0].stem] == 1
            made.append(try fixture(of: reduced(needed(group)), isOnly: isOnly, write))
        }
        return made
    }

    /// Transcripts that are made at a time, each on a thread of its own.
    private static let transcriptsAtOnce = 2

    // Helpers, in the order they are called.

    /// The connections of a group that a fixture needs, in the order they began.
    private mutating func needed(_ group: [Recorded]) -> [Recorded] {
        var group = group.sorted {
            ($0.conversation.beganAt?.nanosecondsSinceEpoch ?? 0, $0.conversation.number)
                < ($1.conversation.beganAt?.nanosecondsSinceEpoch ?? 0, $1.conversation.number)
        }
        let broken = group.filter { !$0.conversation.isHealthy }
        if options.isMinimal, !broken.isEmpty, broken.count < group.count {
            notes.append(
                "\(group[0].origin): \(group.count - broken.count) healthy connections left out")
            group = broken
        }
        return group
    }

    /// The connections of a group without the requests that do not matter.
    private mutating func reduced(_ group: [Recorded]) -> [Recorded] {
        guard !options.minimizingFor.isEmpty,
            var reduction = RequestReduction(
                group.map(\.conversation), suspects: options.minimizingFor)
        else { return group }
        let (conversations, count) = reduction.reduced()
        removedRequestCount += count
        if count > 0 {
            notes.append(
                "\(group[0].origin): \(count == 1 ? "1 request" : "\(count) requests") left out, "
                    + "with what was answered: the diagnosis does not need them")
        }
        return zip(group, conversations).map { recorded, conversation in
            Recorded(
                stem: recorded.stem, name: recorded.name, origin: recorded.origin,
                gateway: recorded.gateway, conversation: conversation)
        }
    }

    private mutating func fixture<Failure>(
        of group: [Recorded], isOnly: Bool, _ write: (Fixture.File) throws(Failure) -> Void
    ) throws(Failure) -> MadeFixture {
        let first = group[0]
        let name =
            group.count == 1
            ? "\(first.stem)-\(first.conversation.number)"
            : isOnly ? first.stem : "\(first.stem)-\(first.gateway)"
        let connected = group.filter { !$0.conversation.isAttempt }
        var names = connected.map { "\($0.stem)-\($0.conversation.number).transcript" }
        var next = 0
        while next < connected.count {
            let several = connected[next..<min(next + Self.transcriptsAtOnce, connected.count)]
            for text in transcripts(of: several) {
                try write(Fixture.File(name: names[next], text: text, isScenario: false))
                next += 1
            }
        }
        let scenario = FixtureScenario(
            name: name, origin: first.origin, recorded: group.map(\.conversation),
            transcripts: names, options: options,
            causes: RecordedCause.causes(
                of: incidents[first.stem] ?? [],
                Dictionary(
                    uniqueKeysWithValues: group.map { ($0.name, $0.conversation.number) })))
        notes += scenario.notes.map { "\(first.origin): \($0)" }
        names.append("\(name).yaml")
        try write(
            Fixture.File(name: names[names.count - 1], text: scenario.text, isScenario: true))
        return MadeFixture(name: name, fileNames: names, about: scenario.about)
    }

    /// The transcripts of some connections, made at the same time.
    private mutating func transcripts(of recorded: ArraySlice<Recorded>) -> [String] {
        let jobs = recorded.map { TranscriptJob($0, TranscriptMaker(options, redactor.fork)) }
        // The first is this thread's own.
        let threads = jobs.dropFirst().map { job in JoinableThread { job.run() } }
        jobs.first?.run()
        var texts: [String] = []
        for (index, job) in jobs.enumerated() {
            if index > 0 {
                if let thread = threads[index - 1] { thread.join() } else { job.run() }
            }
            // What one has learnt, those behind it were to know.
            if redactor.absorb(job.maker.redactor) {
                texts.append(job.text)
            } else {
                var maker = TranscriptMaker(options, redactor)
                texts.append(maker.transcript(of: job.recorded))
                redactor = maker.redactor
            }
        }
        return texts
    }
}

/// A transcript that is made on some thread, and by nobody else at the time.
private final class TranscriptJob: @unchecked Sendable {
    let recorded: CaptureImporter.Recorded
    private(set) var maker: TranscriptMaker
    private(set) var text = ""

    init(_ recorded: CaptureImporter.Recorded, _ maker: TranscriptMaker) {
        self.recorded = recorded
        self.maker = maker
    }

    func run() { text = maker.transcript(of: recorded) }
}
