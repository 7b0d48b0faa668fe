import EventLog
import ScenarioFormat
import ScenarioRun
import Simulation
import Testing

private func played(_ text: String, _ scripts: [String: Script] = [:]) throws -> Stage {
    var stage = try Stage("version: 1\nname: n\n" + text, scripts)
    try stage.play()
    return stage
}

extension Stage {
    /// What the story wrote, without times and places.
    fileprivate var storyLines: [String] {
        log.compactMap { event in
            switch event.kind {
            case .step, .expectation, .verdict: event.textLine()
            case .run, .omitted, .listening, .listenerClosed, .light, .lifecycle, .commanded,
                .attempted, .opened, .hello, .legacyHello, .version, .message, .unknown,
                .malformed, .raw, .gap, .phase, .ended, .closed, .finAcknowledged, .unacknowledged,
                .stalled,
                .resumed, .over, .fault, .faultIdle, .faultFailed, .note, .transport,
                .clientStarted, .clientLine,
                .clientEnded, .clientSignaled, .clientFed, .sockets, .runner:
                nil
            }
        }
    }

    fileprivate func instant(where isWanted: (LogEvent) -> Bool) -> Duration? {
        log.first(where: isWanted).map { $0.at - .start }
    }

    fileprivate var end: Duration? {
        instant { if case .verdict = $0.kind { true } else { false } }
    }
}

@Suite struct `A story in memory` {
    @Test func `takes its steps, judges them, and says what it did`() throws {
        let stage = try played(
            """
            gateway:
            clients: {bot: {run: [bot]}}
            steps:
              - run: bot
                args: [--once]
                expect: {exit: 0, within: 5s, stdout: connected}
            expect:
              - {gateway: gateway, received: startApi, count: 1, open: 0}
            """,
            [
                "bot": .doing(
                    (.seconds(1), .connect), (.seconds(2), .say("connected")),
                    (.seconds(3), .exit(0)))
            ])
        #expect(stage.story.verdict == .passed)
        #expect(stage.story.report.isEmpty)
        #expect(
            stage.storyLines == [
                "step 1: run: bot, args: [\"--once\"]",
                "as expected: bot#1 exits with 0", "as expected: bot#1 ends within 5s",
                "as expected: bot#1 says \"connected\" on stdout",
                "as expected: gateway: startApi received: 1",
                "as expected: gateway: connections open: 0", "verdict: passed",
            ])
    }

    @Test func `tells a missed time in both clocks when they differ, and how to repeat it`() throws
    {
        let text = """
            speed: 20
            deadline: 30s
            gateway:
            clients: {bot: {run: [bot]}}
            steps:
              - run: bot
                expect: {within: 4s}
            """
        let tooLate = try played(text, ["bot": .doing((.seconds(5), .exit(0)))]).story
        #expect(tooLate.verdict == .expectationFailed)
        #expect(
            tooLate.report.contains(
                "bot#1 ends within 4s of gateway time (at least 200ms of real time, at speed 20)"))
        #expect(tooLate.report.contains("all times below are gateway time"))
        #expect(
            tooLate.report.contains("s of gateway time, 1.250s of real time"),
            "\(tooLate.report)")
        #expect(tooLate.report.hasSuffix("--seed 1"))

        let never = try played(text.replacing("{within: 4s}", with: "{exit: 0}"), ["bot": Script()])
        #expect(never.story.verdict == .deadlinePassed)
        #expect(
            never.story.report.contains(
                "deadline of 30s of gateway time (at least 1.500s of real time, at speed 20)"))

        let scenario = try #require(
            try loadScenarios(
                text: "version: 1\nname: n\n" + text, file: "s.yaml", catalogue: .shipped
            ).first)
        var other = Story(
            scenario, header: RunHeader(scenario: "s.yaml", title: "n", seed: 1, speed: 2.5))
        for event in never.log { _ = other.handle(.event(event), at: event.at) }
        #expect(other.verdict == .deadlinePassed)
        #expect(other.report.hasSuffix("--seed 1 --speed 2.5"))
    }

    @Test func `gives up at the scenario's deadline`() throws {
        let stage = try played(
            """
            deadline: 3s
            gateway:
            clients: {bot: {run: [bot]}}
            steps: [{run: bot}]
            """, ["bot": .doing((.seconds(1), .say("still here")))])
        #expect(stage.story.verdict == .deadlinePassed)
        #expect(stage.end == .seconds(3))
        #expect(
            stage.story.report == """
                s.yaml:6:10
                  expected: bot#1 ends before the scenario's deadline of 3s
                  seen:     it had not happened
                  failed after 3s of gateway time, 1.250s of real time
                  bot#1 was still running and last said:
                    stdout| still here
                  last events:
                    time       client                           │ wire                                           │ kernel
                    0.000 s                                     │                                                │ listening
                    0.000 s    bot#1 started:                   │                                                │
                    1.000 s    bot#1 stdout| still here         │                                                │
                  sockets:
                    gateway  LISTEN  a process
                  again: fakegw run s.yaml --title 'n' --seed 1
                """)
    }

    @Test func `tells what a program that still runs waits for`() throws {
        var stage = try Stage(
            """
            version: 1
            name: n
            deadline: 3s
            gateway:
            clients: {bot: {run: [bot]}}
            steps: [{run: bot}]
            """, ["bot": Script()])
        stage.threads = [
            ThreadState(
                process: 4711, name: "python3", state: "S", call: "epoll_wait", channel: "ep_poll"),
            ThreadState(process: 4711, name: "ib\u{1B}[31m", state: "R"),
            ThreadState(process: 12, name: "sh", state: "D", channel: "do_wait"),
            ThreadState(process: 13, name: "sudo", state: "S"),
        ]
        try stage.play()
        #expect(stage.story.verdict == .deadlinePassed)
        #expect(
            stage.story.report.contains(
                #"""
                  threads of bot#1:
                    python3 4711       sleeps in epoll_wait (kernel: ep_poll)
                    ib\u{1b}[31m 4711  runs
                    sh 12              waits and takes no signal in the kernel's do_wait
                    sudo 13            sleeps; the kernel does not tell us in what
                    and 2 more
                  last events:
                """#), "\(stage.story.report)")
        #expect(stage.judgedAgain().report == stage.story.report)
    }

    @Test(arguments: [
        // The expectation's bound counts from the start, the step's from the wait.
        ("within: 2s", "", "bot#1 ends within 2s", 2),
        ("", "exit: 0, within: 1500ms", "bot#1 ends within 1.500s", 1.5),
        ("within: 2s", "exit: 0, within: 1500ms", "bot#1 ends within 1.500s", 1.5),
        ("within: 1s", "exit: 0, within: 1500ms", "bot#1 ends within 1s", 1),
    ])
    func `waits for a program's end no longer than it is told to`(
        step: String, expectation: String, words: String, seconds: Double
    ) throws {
        let text = """
            gateway:
            clients: {bot: {run: [bot]}}
            steps:
              - run: bot
            \(step.isEmpty ? "" : "    \(step)")
            \(expectation.isEmpty ? "" : "    expect: {\(expectation)}")
            """
        let late = try played(text, ["bot": .doing((.milliseconds(2001), .exit(0)))])
        #expect(late.story.verdict == .expectationFailed)
        #expect(late.story.report.contains("expected: \(words)\n  seen:     it is still running"))
        #expect(late.end == .seconds(seconds))
        let atOnce = try played(text, ["bot": .doing((.seconds(seconds), .exit(0)))])
        #expect(atOnce.story.verdict == .passed)
    }

    @Test func `waits for a gateway, and takes a late event that comes in time`() throws {
        let stage = try played(
            """
            gateway:
            clients: {bot: {run: [bot]}}
            steps:
              - start: bot
              - wait: {gateway: gateway, received: startApi}
                within: 2s
              - wait: {client: bot, output: now}
              - wait: 500ms
            """,
            ["bot": .doing((.seconds(2), .connect), (.seconds(4), .say("right now")))])
        #expect(stage.story.verdict == .passed)
        #expect((stage.end ?? .zero) == .milliseconds(4500))
    }

    @Test func `fails when a program ends without saying what is waited for`() throws {
        let stage = try played(
            """
            gateway:
            clients: {bot: {run: [bot]}}
            steps: [{start: bot}, {wait: {client: bot, output: connected}}]
            """, ["bot": .doing((.seconds(1), .complain("no way")), (.seconds(2), .exit(2)))])
        #expect(stage.story.verdict == .expectationFailed)
        #expect(stage.end == .seconds(2))
        #expect(stage.story.report.contains("seen:     it exited with 2 without"))
    }

    @Test func `kills a program with bytes unread`() throws {
        let stage = try played(
            """
            gateway:
            clients: {bot: {run: [bot]}}
            steps:
              - start: bot
              - wait: {gateway: gateway, received: startApi}
              - wait: 1s
              - kill: bot
                unread: true
                expect: {signaled: KILL}
            """, ["bot": .doing((.seconds(1), .connect))])
        #expect(stage.story.verdict == .passed)
        let told = stage.log.compactMap { event -> String? in
            switch event.kind {
            case .clientSignaled, .commanded, .clientEnded, .ended: event.textLine()
            case .run, .step, .expectation, .verdict, .omitted, .listening, .listenerClosed, .light,
                .lifecycle, .attempted, .opened, .hello, .legacyHello, .version, .message, .unknown,
                .malformed, .raw, .gap, .phase, .closed, .finAcknowledged, .unacknowledged,
                .stalled, .resumed,
                .over, .fault, .faultIdle, .faultFailed, .note, .transport, .clientStarted,
                .clientLine,
                .clientFed, .sockets, .runner:
                nil
            }
        }
        #expect(
            told == [
                "bot#1 got SIGSTOP", "told: notify #1",
                "told: #1 dies with bytes unread", "bot#1 got SIGKILL",
                "bot#1 was ended by SIGKILL", "#1 client sent RST, killed with bytes unread",
            ])
    }

    @Test func `does not kill a program without connections as if it had some`() throws {
        let stage = try played(
            """
            gateway:
            clients: {bot: {run: [bot]}}
            steps: [{start: bot}, {kill: bot, unread: false}]
            """, ["bot": .doing((.seconds(100), .exit(0)))])
        #expect(stage.story.verdict == .expectationFailed)
        #expect(stage.story.report.contains("expected: bot#1 holds a connection"))
        #expect(stage.story.report.contains("seen:     it holds none"))
    }

    @Test func `ends at once when a fault fires that must not`() throws {
        let stage = try played(
            """
            gateway:
              faults: [{name: late, when: {message: {type: reqIds}}, do: [{fail: it asks for ids}]},
                {name: never, when: connect, nth: 2, do: [{fail: it comes again}]}]
            clients: {bot: {run: [bot]}}
            steps:
              - run: bot
              - run: bot
              - wait: 1h
            """, ["bot": .doing((.seconds(1), .connect), (.seconds(2), .exit(0)))])
        #expect(stage.story.verdict == .expectationFailed)
        #expect(
            stage.story.report.hasPrefix(
                """
                s.yaml:5:6
                  expected: fault never never fires
                  seen:     it comes again
                """))
        #expect((stage.end ?? .zero) < .seconds(5))
    }

    @Test func `says which faults never fired`() throws {
        let stage = try played(
            """
            gateway:
              faults:
                - {name: cut, when: {message: {type: error, direction: toClient}, }, nth: 99, do: [drop]}
                - {name: light, when: {signal: go}, optional: true, do: [light-red]}
            clients: {bot: {run: [bot]}}
            """, ["bot": .doing((.seconds(1), .exit(0)))])
        #expect(stage.story.verdict == .faultNeverFired)
        #expect(
            stage.storyLines.suffix(2) == [
                "expected: fault cut fires at least once; "
                    + "seen: it never did: no message error was sent; "
                    + "mark it 'optional: true' if it need not",
                "verdict: fault-never-fired",
            ])
        #expect(stage.story.report.contains("s.yaml:5:8\n"))
    }

    @Test(arguments: [
        ("when: connect, connection: 2, do: [fin]", "connection 2 never came: 1 was accepted"),
        ("when: hello, nth: 2, do: [drop]", "a hello came once; nth is 2"),
        (
            "when: connect, others: 3, do: [fin]",
            "a connection came once; 0 others were open, not 3"
        ),
        ("when: stranger, do: [fin]", "every connection began with a hello"),
        ("when: {light: red}, do: [open-listener]", "the light never turned red"),
        ("when: {signal: go}, do: [light-red]", "nothing gave the signal go"),
        ("when: {client: {name: bot, says: hi}}, do: [light-red]", "bot never said \"hi\""),
        (
            "when: {client: {name: bot, exits: 3}}, do: [light-red]",
            "the end of bot came once; it ended with 0, not with 3"
        ),
        (
            "when: {idle: 1h}, do: [fin]",
            "no connection was silent for 3600s, and the run lasted 2s"
        ),
        (
            "when: {disconnect: {kind: rst}}, do: [light-red]",
            "a disconnect by a client came once; it was fin, not rst"
        ),
    ])
    func `says what came nearest`(fault: String, words: String) throws {
        let stage = try played(
            """
            gateway: {faults: [{name: cut, \(fault)}]}
            clients: {bot: {run: [bot]}}
            """, ["bot": .doing((.seconds(1), .connect), (.seconds(2), .exit(0)))])
        #expect(stage.story.verdict == .faultNeverFired)
        #expect(stage.story.report.contains(words), "\(stage.story.report)")
    }

    @Test func `tells gateways what programs do`() throws {
        let stage = try played(
            """
            gateway:
              faults:
                - {name: said, when: {client: {name: bot, says: half}}, do: [light-red]}
                - {name: ended, when: {client: {name: bot, exits: 0}}, do: [light-green]}
            clients: {bot: {run: [bot]}}
            expect:
              - {gateway: gateway, light: green}
            """, ["bot": .doing((.seconds(1), .say("half done")), (.seconds(2), .exit(0)))])
        #expect(stage.story.verdict == .passed, "\(stage.story.report)")
    }

    @Test func `holds what gateways were told against what came of it`() throws {
        let stage = try played(
            """
            gateway:
            steps:
              - redden: gateway
                expect: [{gateway: gateway, light: red}]
              - heal: gateway
                expect: [{gateway: gateway, light: green}]
              - restart: gateway
                down: 5s
              - check: [{gateway: gateway, listening: true}]
              - check: [{sockets: gateway, state: LISTEN, count: 1, within: 1s}]
            """)
        #expect(stage.story.verdict == .passed)
        let commands = stage.log.compactMap { event in
            if case .commanded(let words) = event.kind { words } else { nil }
        }
        #expect(commands == ["light red", "light green", "restart, down 5s"])
        #expect((stage.end ?? .zero) > .seconds(5))
    }

    @Test func `waits half a second for what a gateway must come to`() throws {
        let stage = try played(
            """
            gateway:
            steps: [{check: [{gateway: gateway, light: red, open: 1}]}]
            """)
        #expect(stage.story.verdict == .expectationFailed)
        // 20 ms of settling come first.
        #expect(stage.end == .milliseconds(520))
        #expect(
            stage.storyLines == [
                "step 1: check",
                "expected: gateway: connections open: 1; seen: 0",
                "expected: API light of gateway is red; seen: it is green",
                "verdict: expectation-failed",
            ])
    }

    @Test func `reports every expectation of a step that does not hold`() throws {
        let stage = try played(
            """
            gateway:
            clients: {bot: {run: [bot]}}
            steps:
              - run: bot
                expect:
                  - {exit: 0, stdout: {contains: [24 positions], lacks: error}}
                  - {gateway: gateway, accepted: ">= 1"}
            """,
            [
                "bot": .doing(
                    (.seconds(1), .say("23 positions")), (.seconds(1), .say("error 504")),
                    (.seconds(2), .exit(3)))
            ])
        #expect(
            stage.storyLines.dropFirst() == [
                "expected: bot#1 exits with 0; seen: it exited with 3",
                "expected: bot#1 says \"24 positions\" on stdout; seen: nearest: \"23 positions\"",
                "expected: bot#1 does not say \"error\" on stdout; seen: \"error 504\"",
                "expected: gateway: connections accepted: >= 1; seen: 0",
                "verdict: expectation-failed",
            ])
    }

    @Test func `names each run of a program, and means the last one by its plain name`() throws {
        let stage = try played(
            """
            gateway:
            clients: {bot: {run: [bot]}}
            steps:
              - run: bot
              - start: bot
                as: holder
              - run: bot
              - feed: holder
                close: true
              - wait: {client: holder, exited: true}
            expect:
              - {client: "bot#1", exit: 0}
              - {client: holder, exit: 0}
              - {client: bot, exit: 0}
            """,
            [
                "bot": Script(
                    acts: [(.seconds(1), .say("x")), (.seconds(9), .exit(0))],
                    exitsAtEndOfInput: true)
            ])
        let names = stage.log.compactMap { event in
            if case .clientStarted(let run, _, _) = event.kind { run } else { nil }
        }
        #expect(names == ["bot#1", "holder", "bot#3"])
        #expect(stage.story.verdict == .passed)
        #expect(stage.storyLines.contains("as expected: bot#3 exits with 0"))
    }

    @Test func `fails when a program takes no input`() throws {
        let stage = try played(
            """
            gateway:
            clients: {bot: {run: [bot]}}
            steps: [{start: bot}, {feed: bot, line: go}]
            """, ["bot": Script(acts: [(.seconds(9), .exit(0))], takesInput: false)])
        #expect(stage.story.verdict == .expectationFailed)
        #expect(stage.story.report.contains("bot takes a line of input"))
    }

    @Test func `is no verdict on a program that cannot be started`() throws {
        let stage = try played(
            """
            gateway:
            clients: {bot: {run: [bot]}}
            """)
        #expect(stage.story.verdict == .clientNotStarted)
        #expect(stage.story.report.contains("client 'bot' starts"))
        #expect(stage.story.report.contains("there is no program 'bot'"))
    }
}

@Suite struct `The end of a story` {
    private static let passing = """
        version: 1
        name: n
        gateway:
        clients: {bot: {run: [bot]}}
        """
    private static let scripts = ["bot": Script.doing((.seconds(1), .exit(0)))]

    @Test func `is a failure when something was left behind`() throws {
        var stage = try Stage(Self.passing, Self.scripts)
        stage.leaks = ["process 7, sleep, ran on"]
        try stage.play()
        #expect(stage.story.verdict == .leaked)
        #expect(stage.story.report.contains("seen:     process 7, sleep, ran on"))
    }

    @Test func `is a leak only when nothing but a leak is wrong`() throws {
        let scripts = [
            "bot": Script.doing(
                (.zero, .log(.runner(.descriptors(run: "bot#1", open: 9, ended: 1)))),
                (.seconds(1), .exit(0)))
        ]
        func verdict(_ claims: String) throws -> Verdict {
            let text = Self.passing + "\nexpect: [{client: bot, \(claims)}]"
            var stage = try Stage(text, scripts)
            try stage.play()
            let again = stage.judgedAgain()
            #expect(again.verdict == stage.story.verdict && again.report == stage.story.report)
            return stage.story.verdict
        }
        #expect(try verdict("exit: 0, descriptors: 9, ended-sockets: 1") == .passed)
        #expect(try verdict("exit: 0, descriptors: 8") == .leaked)
        #expect(try verdict("exit: 0, ended-sockets: 0") == .leaked)
        #expect(try verdict("exit: 1, ended-sockets: 0") == .expectationFailed)
        #expect(try verdict("exit: 1, ended-sockets: 1") == .expectationFailed)
    }

    @Test func `waits until a socket has stayed long enough, and decides the same again`() throws {
        let row = SocketRow(
            isGatewaySide: true, state: "CLOSE_WAIT", owner: nil, client: "127.0.0.1:7")
        let scripts = [
            "bot": Script.doing(
                (.zero, .log(.sockets([]), of: "gateway")),
                (.milliseconds(200), .log(.sockets([row]), of: "gateway")),
                (.milliseconds(300), .exit(0)))
        ]
        let text = Self.passing + "\nexpect: [{sockets: gateway, stays: CLOSE_WAIT, at-least: 2s}]"
        var stage = try Stage(text, scripts)
        try stage.play()
        #expect(stage.story.verdict == .passed)
        let decided = stage.log.first {
            if case .expectation = $0.kind { true } else { false }
        }
        #expect(decided.map { $0.at - .start } == .milliseconds(2200))
        #expect(stage.judgedAgain().verdict == .passed)
    }

    @Test func `cannot be told when nobody looked`() throws {
        let row = SocketRow(
            isGatewaySide: true, state: "ESTABLISHED", owner: nil, client: "127.0.0.1:7")
        let scripts = [
            "bot": Script.doing(
                (.zero, .log(.sockets([]), of: "gateway")),
                (.milliseconds(100), .log(.sockets([row]), of: "gateway")),
                (.milliseconds(900), .log(.runner(.unwatched(milliseconds: 600)))),
                (.milliseconds(900), .log(.sockets([]), of: "gateway")),
                (.seconds(1), .exit(0)))
        ]
        let text = Self.passing + "\nexpect: [{sockets: gateway, never: CLOSE_WAIT}]"
        var stage = try Stage(text, scripts)
        try stage.play()
        #expect(stage.story.verdict == .machineUnfit)
        #expect(
            stage.story.report.contains("it cannot be told: the table was not looked at for 600ms"))
    }

    @Test(arguments: [(2000, Verdict.expectationFailed), (2001, .machineUnfit)])
    func `means nothing on a machine that stalled, failed or passed`(
        milliseconds: Int, verdict: Verdict
    ) throws {
        var stage = try Stage(Self.passing + "\nexpect: [{client: bot, exit: 1}]", Self.scripts)
        stage.stallMilliseconds = milliseconds
        try stage.play()
        #expect(stage.story.verdict == verdict)
        var good = try Stage(Self.passing, Self.scripts)
        good.stallMilliseconds = milliseconds
        try good.play()
        #expect(good.story.verdict == (verdict == .machineUnfit ? .machineUnfit : .passed))
        #expect(
            good.story.report.contains("it stalled for 2001 ms") == (verdict == .machineUnfit))
    }

    @Test(arguments: [
        (2000, false, 0, Verdict.passed), (2001, false, 0, .machineUnfit),
        (2001, false, 1, .machineUnfit), (2000, true, 1, .expectationFailed),
        (2001, true, 1, .machineUnfit), (2001, true, 0, .passed),
    ])
    func `means nothing when the kernel held a program, unless it passed and only ended slowly`(
        milliseconds: Int, isEnding: Bool, exitCode: Int, verdict: Verdict
    ) throws {
        let thread = ThreadState(
            process: 12, name: "bot", state: "D", call: "read", channel: "a_lock",
            isEnding: isEnding)
        let held = RunnerReport.held(run: "bot#1", thread, milliseconds: milliseconds)
        var stage = try Stage(
            Self.passing + "\nexpect: [{client: bot, exit: 0}]",
            ["bot": .doing((.seconds(1), .log(.runner(held))), (.seconds(2), .exit(exitCode)))])
        try stage.play()
        #expect(stage.story.verdict == verdict)
        #expect(
            stage.story.report.contains(
                "the kernel has held bot#1 for 2001 ms: it waits and takes no signal "
                    + (isEnding ? "at its end " : "")
                    + "in read (kernel: a_lock); what happened then means nothing")
                == (verdict == .machineUnfit))
    }

    @Test(arguments: [
        ("expect: [{client: bot, exit: 1}]", Verdict.expectationFailed),
        ("expect: [{gateway: gateway, accepted: 1, light: red}]", .expectationFailed),
        ("expect: [{sockets: gateway, state: CLOSE_WAIT, count: 1}]", .expectationFailed),
        ("expect: [{client: bot, exit: 0}]", .passed), ("deadline: 500ms", .deadlinePassed),
        ("steps: [{start: bot}, {kill: bot, unread: true}]", .expectationFailed),
    ])
    func `comes out the same from the log alone`(text: String, verdict: Verdict) throws {
        var stage = try Stage(Self.passing + "\n" + text, Self.scripts)
        try stage.play()
        #expect(stage.story.verdict == verdict)
        let again = stage.judgedAgain()
        #expect(again.verdict == verdict)
        #expect(again.report == stage.story.report)
        #expect(try EventLogReader.events(of: stage.lines) == stage.log)
    }

    private func recorded(
        _ text: String, _ log: some Sequence<LogEvent>
    ) throws -> RecordedStory {
        let scenario = try #require(
            try loadScenarios(text: text, file: "s.yaml", catalogue: .empty).first)
        var recorded = RecordedStory(
            scenario, header: RunHeader(scenario: "s.yaml", title: "n", seed: 1, speed: 1))
        for event in log { recorded.take(event) }
        return recorded
    }

    @Test func `stays away when the log breaks off`() throws {
        var stage = try Stage(Self.passing, Self.scripts)
        try stage.play()
        for count in stage.log.indices {
            var story = try recorded(Self.passing, stage.log.prefix(count))
            let isOver = story.finish()
            #expect(!isOver)
        }
        var whole = try recorded(Self.passing, stage.log)
        let isOver = whole.finish()
        #expect(isOver)
        #expect(whole.story.verdict == .passed)
    }

    @Test func `fails over the log of a run that another scenario was content with`() throws {
        var stage = try Stage(Self.passing, Self.scripts)
        try stage.play()
        let text = Self.passing + "\nexpect: [{gateway: gateway, accepted: 2}]"
        var story = try recorded(text, stage.log)
        let isOver = story.finish()
        #expect(isOver)
        #expect(story.story.verdict == .expectationFailed)
        #expect(story.story.report.contains("expected: gateway: connections accepted: 2"))
        var longer = try recorded(
            Self.passing + "\nsteps: [{run: bot}, {run: bot}]", stage.log)
        let isLongerOver = longer.finish()
        #expect(!isLongerOver)
    }
}
