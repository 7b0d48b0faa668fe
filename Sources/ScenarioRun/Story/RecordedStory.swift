package import EventLog
package import ScenarioFormat
package import Simulation

/// A story played over a recorded log, without doing anything.
///
/// Over the log of the same scenario it decides what was decided, at the same instants. Another
/// scenario may want more than the log has: what it waits for then never comes.
package struct RecordedStory {
    package private(set) var story: Story
    /// The instant of the last event.
    package private(set) var end = SimInstant.start
    /// The recorded story came to its end.
    private var isComplete = false

    package init(_ scenario: Scenario, header: RunHeader) {
        story = Story(scenario, header: header)
    }

    package mutating func take(_ event: LogEvent) {
        end = max(end, event.at)
        if case .verdict = event.kind { isComplete = true }
        _ = story.handle(.event(event), at: event.at)
    }

    /// The log is over.
    ///
    /// - Returns: Whether the story is over too; it never is when the log breaks off.
    package mutating func finish() -> Bool {
        while isComplete, !story.isOver {
            if let task = story.task {
                switch task {
                case .settle, .listUnfired, .cleanUp:
                    let done = LogEvent(at: end, kind: .runner(.done(task.name)))
                    _ = story.handle(.event(done), at: end)
                case .openGateways, .start, .signal, .feed, .closeInput, .command, .movePort:
                    return false
                }
            } else if let instant = story.waitsUntil {
                end = max(end, instant)
                // Nobody looks at the kernel any more: what the log shows of it is all there is.
                story.hasLooked = true
                _ = story.handle(.time, at: end)
            } else {
                return false
            }
        }
        return isComplete
    }
}
