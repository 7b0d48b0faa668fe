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
        var written = 0
        var jobs = begin(connected.prefix(Self.transcriptsAtOnce))
        while !jobs.isEmpty {
            let texts = finish(jobs)
            // Made while those before them are written.
            jobs = begin(
                connected.dropFirst(written + texts.count).prefix(Self.transcriptsAtOnce))
            for text in texts {
                try write(Fixture.File(name: names[written], text: text, isScenario: false))
                written += 1
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

    /// Begins to make the transcripts of some connections, each on a thread of its own.
    private func begin(_ recorded: ArraySlice<Recorded>) -> [TranscriptJob] {
        recorded.map { TranscriptJob($0, TranscriptMaker(options, redactor.fork)) }
    }

    /// Waits for the transcripts of some connections.
    private mutating func finish(_ jobs: [TranscriptJob]) -> [String] {
        jobs.map { job in
            let (text, made) = job.finish()
            // What one has learnt, those behind it were to know.
            if redactor.absorb(made) { return text }
            var maker = TranscriptMaker(options, redactor)
            defer { redactor = maker.redactor }
            return maker.transcript(of: job.recorded)
        }
    }
}

/// A transcript that is made on a thread of its own.
private final class TranscriptJob {
    /// The thread's until it ends.
    private final class Work: @unchecked Sendable {
        let recorded: CaptureImporter.Recorded
        var maker: TranscriptMaker
        var text = ""

        init(_ recorded: CaptureImporter.Recorded, _ maker: TranscriptMaker) {
            self.recorded = recorded
            self.maker = maker
        }

        func run() { text = maker.transcript(of: recorded) }
    }

    private let work: Work
    /// `nil` when there is none: then it is made when it is wanted.
    private var thread: JoinableThread?

    init(_ recorded: CaptureImporter.Recorded, _ maker: TranscriptMaker) {
        let work = Work(recorded, maker)
        self.work = work
        thread = JoinableThread { work.run() }
    }

    deinit { thread?.join() }

    var recorded: CaptureImporter.Recorded { work.recorded }

    /// Waits for it; once.
    ///
    /// - Returns: The text, and the redactor that has made it.
    func finish() -> (text: String, Redactor) {
        if let thread {
            thread.join()
            self.thread = nil
        } else {
            work.run()
        }
        return (work.text, work.maker.redactor)
    }
}
