package import EventLog
package import ScenarioFormat
package import Simulation

/// A story that is played over a recorded log.
///
/// No task is carried out.
///
/// Over the log of the same scenario it makes the same decisions at the same instants. Another
/// scenario may wait for events that the log does not have. They never come.
package struct RecordedStory {
    package private(set) var story: Story
    /// The instant of the last event.
    package private(set) var end = SimInstant.start
    /// The recorded story was complete.
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
    /// - Returns: Whether the story is over too. It is not over when the log is incomplete.
    package mutating func finish() -> Bool {
        while isComplete, !story.isOver {
            if let task = story.task {
                switch task {
                case .settle, .listUnfired, .listSockets, .cleanUp:
                    let done = LogEvent(at: end, kind: .runner(.done(task.name)))
                    _ = story.handle(.event(done), at: end)
                case .openGateways, .start, .signal, .feed, .closeInput, .command, .movePort:
                    return false
                }
            } else if let instant = story.waitsUntil {
                end = max(end, instant)
                // The kernel is not watched any more. The log has all that is known of it.
                story.hasLooked = true
                _ = story.handle(.time, at: end)
            } else {
                return false
            }
        }
        return isComplete
    }
}
