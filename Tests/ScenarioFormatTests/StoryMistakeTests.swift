import ScenarioFormat
import Testing

@Suite struct `A story with a mistake` {
    @Test func `names an unknown client`() {
        let text = scenario(
            #"""
            clients: {bot: {run: [a]}}
            steps: [{run: bat}]
            """#)
        let expected = #"""
            error: s.yaml:5:15: no client 'bat'
              5 | steps: [{run: bat}]
                |               ^~~
              hint: did you mean 'bot'? Clients: bot
            """#
        #expect(diagnosis(text) == expected)
    }

    @Test func `names an unknown step`() {
        let text = scenario(
            #"""
            clients: {bot: {run: [a]}}
            steps: [{runn: bot}]
            """#)
        let expected = #"""
            error: s.yaml:5:10: no step 'runn'
              5 | steps: [{runn: bot}]
                |          ^~~~
              hint: did you mean 'run'? Steps: run, start, stop, kill, feed, wait, restart, redden, heal, lose-server, restore-server, interrupt-server, set-farm, change-port, authenticate, signal, set-price, halt, resume-trading, fill-order, reject-order, cancel-order, drift-position, set-cash, set-account-value, advance-clock, stop-clock, start-clock, check
            """#
        #expect(diagnosis(text) == expected)
    }

    @Test func `names feeding a client that was never started`() {
        let text = scenario(
            #"""
            clients: {bot: {run: [a]}}
            steps: [{feed: bot, line: x}]
            """#)
        let expected = #"""
            error: s.yaml:5:16: no earlier step has started 'bot'
              5 | steps: [{feed: bot, line: x}]
                |                ^~~
              hint: '- run: bot' waits for its end, '- start: bot' goes on
            """#
        #expect(diagnosis(text) == expected)
    }

    @Test func `names feeding a client that has ended`() {
        let text = scenario(
            #"""
            clients: {bot: {run: [a]}}
            steps: [{run: bot}, {feed: bot, line: x}]
            """#)
        let expected = #"""
            error: s.yaml:5:28: 'bot' has ended already: 'run' waits for a program's end
              5 | steps: [{run: bot}, {feed: bot, line: x}]
                |                            ^~~
              hint: use '- start: bot' to go on while it runs
            """#
        #expect(diagnosis(text) == expected)
    }

    @Test func `names feeding nothing`() {
        let text = scenario(
            #"""
            clients: {bot: {run: [a]}}
            steps: [{start: bot}, {feed: bot}]
            """#)
        let expected = #"""
            error: s.yaml:5:24: 'feed' needs either 'line' or 'close'
              5 | steps: [{start: bot}, {feed: bot}]
                |                        ^~~~
              hint: line: TEXT, or close: true
            """#
        #expect(diagnosis(text) == expected)
    }

    @Test func `names expecting a run that never happens`() {
        let text = scenario(
            #"""
            clients: {bot: {run: [a]}}
            steps: [{run: bot}]
            expect: [{client: "bot#2", exit: 0}]
            """#)
        let expected = #"""
            error: s.yaml:6:19: no run 'bot#2': the steps begin 'bot' once
              6 | expect: [{client: "bot#2", exit: 0}]
                |                   ^~~~~~~
            """#
        #expect(diagnosis(text) == expected)
    }

    @Test func `names an unknown gateway`() {
        let text = scenario(#"steps: [{restart: gatway}]"#)
        let expected = #"""
            error: s.yaml:4:19: no gateway 'gatway'
              4 | steps: [{restart: gatway}]
                |                   ^~~~~~
              hint: did you mean 'gateway'? Gateways: gateway
            """#
        #expect(diagnosis(text) == expected)
    }

    @Test func `names an unknown signal of the kernel`() {
        let text = scenario(
            #"""
            clients: {bot: {run: [a]}}
            steps: [{start: bot}, {stop: bot, signal: SIGTERM}]
            """#)
        let expected = #"""
            error: s.yaml:5:43: 'SIGTERM' is no signal
              5 | steps: [{start: bot}, {stop: bot, signal: SIGTERM}]
                |                                           ^~~~~~~
              hint: did you mean 'TERM'? Words: ABRT, ALRM, BUS, CONT, FPE, HUP, ILL, INT, KILL, PIPE, QUIT, SEGV, STOP, TERM, TRAP, TSTP, USR1, USR2
            """#
        #expect(diagnosis(text) == expected)
    }

    @Test(arguments: [
        "{when: start, until: {signal: calm}, do: [light-red]}",
        "{when: {message: {type: position}}, do: [{hold: {until: {signal: calm}}}]}",
    ])
    func `takes a signal that only the end of something waits for`(fault: String) throws {
        let text = scenario(gateway: "faults: [\(fault)]", "steps: [{signal: calm}]")
        let scenarios = try loadScenarios(text: text, file: "s.yaml", catalogue: .empty)
        #expect(scenarios.count == 1)
    }

    @Test func `names an unknown signal of the scenario`() {
        let text = scenario(
            gateway: #"faults: [{when: {signal: flood}, do: [light-red]}]"#,
            #"steps: [{signal: flod}]"#)
        let expected = #"""
            error: s.yaml:5:18: no fault of gateway 'gateway' waits for the signal 'flod'
              5 | steps: [{signal: flod}]
                |                  ^~~~
              hint: did you mean 'flood'? Signals: flood
            """#
        #expect(diagnosis(text) == expected)
    }

    @Test func `names waiting for nothing`() {
        let text = scenario(#"steps: [{wait: {light: red}}]"#)
        let expected = #"""
            error: s.yaml:4:17: wait for what?
              4 | steps: [{wait: {light: red}}]
                |                 ^~~~~
              hint: a duration, or a mapping with 'client', 'gateway' or 'sockets'
            """#
        #expect(diagnosis(text) == expected)
    }

    @Test func `names an expectation of nobody`() {
        let text = scenario(#"expect: [{exit: 0}]"#)
        let expected = #"""
            error: s.yaml:4:11: what is expected of whom?
              4 | expect: [{exit: 0}]
                |           ^~~~
              hint: an expectation starts with 'client', 'gateway' or 'sockets'
            """#
        #expect(diagnosis(text) == expected)
    }

    @Test func `names an expectation of nothing`() {
        let text = scenario(#"expect: [{gateway: gateway}]"#)
        let expected = #"""
            error: s.yaml:4:11: nothing is expected of the gateway
              4 | expect: [{gateway: gateway}]
                |           ^~~~~~~
              hint: say one of received, sent, count, fields, in-order, accepted, open, most-open, \#
            gaps-at-least, gaps-at-most, backs-off, gives-up-after, client-ids, orders-sent-twice, \#
            held, ended, light, listening, fired, profile
            """#
        #expect(diagnosis(text) == expected)
    }

    @Test func `names two endings at once`() {
        let text = scenario(
            #"""
            clients: {bot: {run: [a]}}
            expect: [{client: bot, exit: 0, running: true}]
            """#)
        let expected = #"""
            error: s.yaml:5:33: 'exit' and 'running' exclude each other
              5 | expect: [{client: bot, exit: 0, running: true}]
                |                                 ^~~~~~~
            """#
        #expect(diagnosis(text) == expected)
    }

    @Test func `names an unknown socket state`() {
        let text = scenario(#"expect: [{sockets: gateway, state: CLOSED_WAIT, count: 1}]"#)
        let expected = #"""
            error: s.yaml:4:36: 'CLOSED_WAIT' is no kernel socket state
              4 | expect: [{sockets: gateway, state: CLOSED_WAIT, count: 1}]
                |                                    ^~~~~~~~~~~
              hint: did you mean 'CLOSE_WAIT'? Words: ESTABLISHED, SYN_SENT, SYN_RECV, FIN_WAIT1, FIN_WAIT2, TIME_WAIT, CLOSE, CLOSE_WAIT, LAST_ACK, LISTEN, CLOSING
            """#
        #expect(diagnosis(text) == expected)
    }

    @Test func `names a count that is none`() {
        let text = scenario(#"expect: [{sockets: gateway, state: CLOSE_WAIT, count: few}]"#)
        let expected = #"""
            error: s.yaml:4:55: 'few' is no count
              4 | expect: [{sockets: gateway, state: CLOSE_WAIT, count: few}]
                |                                                       ^~~
              hint: counts look like 3, ">= 2", "<= 4" or "1..4"
            """#
        #expect(diagnosis(text) == expected)
    }

    @Test func `names a fault that does not exist`() {
        let text = scenario(
            gateway: #"pathologies: [leaked-close-wait]"#,
            #"expect: [{gateway: gateway, fired: {keep-descriptors: 1}}]"#)
        let expected = #"""
            error: s.yaml:5:37: gateway 'gateway' has no fault 'keep-descriptors'
              5 | expect: [{gateway: gateway, fired: {keep-descriptors: 1}}]
                |                                     ^~~~~~~~~~~~~~~~
              hint: did you mean 'keep-descriptor'? Faults: keep-descriptor, starve
            """#
        #expect(diagnosis(text) == expected)
    }

    @Test func `names a count of two things`() {
        let text = scenario(
            #"expect: [{gateway: gateway, received: startApi, sent: error, count: 1}]"#)
        let expected = #"""
            error: s.yaml:4:62: 'count' needs one of 'received' and 'sent'
              4 | expect: [{gateway: gateway, received: startApi, sent: error, count: 1}]
                |                                                              ^~~~~
            """#
        #expect(diagnosis(text) == expected)
    }
}
