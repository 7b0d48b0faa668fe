import ScenarioFormat
import Testing

@Suite struct `A fault with a mistake` {
    @Test func `names an unknown trigger`() {
        let text = scenario(gateway: #"faults: [{when: conect, do: [fin]}]"#)
        let expected = #"""
            error: s.yaml:4:19: no trigger 'conect'
              4 |   faults: [{when: conect, do: [fin]}]
                |                   ^~~~~~
              hint: did you mean 'connect'? Triggers: start, connect, hello, stranger, phase, message, disconnect, light, signal, bytes, idle, elapsed, client, fired, all, any, not, state
            """#
        #expect(diagnosis(text) == expected)
    }

    @Test func `names a trigger that says too little`() {
        let text = scenario(gateway: #"faults: [{when: message, do: [fin]}]"#)
        let expected = #"""
            error: s.yaml:4:19: the trigger 'message' says more
              4 |   faults: [{when: message, do: [fin]}]
                |                   ^~~~~~~
              hint: for example: {message: {type: startApi}}
            """#
        #expect(diagnosis(text) == expected)
    }

    @Test func `names an unknown action`() {
        let text = scenario(gateway: #"faults: [{when: connect, do: [rest]}]"#)
        let expected = #"""
            error: s.yaml:4:33: no action 'rest'
              4 |   faults: [{when: connect, do: [rest]}]
                |                                 ^~~~
              hint: did you mean 'rst'?
            """#
        #expect(diagnosis(text) == expected)
    }

    @Test func `must not fire and is not optional`() {
        let text = scenario(
            gateway: #"faults: [{when: connect, optional: false, do: [{fail: why}]}]"#)
        let expected = #"""
            error: s.yaml:4:38: a rule with 'fail' must not fire, so it is optional
              4 |   faults: [{when: connect, optional: false, do: [{fail: why}]}]
                |                                      ^~~~~
              hint: leave 'optional' away
            """#
        #expect(diagnosis(text) == expected)
    }

    @Test func `names an action that says too little`() {
        let text = scenario(gateway: #"faults: [{when: hello, do: [delay]}]"#)
        let expected = #"""
            error: s.yaml:4:31: 'delay' needs more
              4 |   faults: [{when: hello, do: [delay]}]
                |                               ^~~~~
              hint: for example: {delay: 500ms}
            """#
        #expect(diagnosis(text) == expected)
    }

    @Test func `names an action with too much`() {
        let text = scenario(gateway: #"faults: [{when: connect, do: [{fin: now}]}]"#)
        let expected = #"""
            error: s.yaml:4:39: 'fin' takes nothing
              4 |   faults: [{when: connect, do: [{fin: now}]}]
                |                                       ^~~
            """#
        #expect(diagnosis(text) == expected)
    }

    @Test func `names a message action without a message`() {
        let text = scenario(gateway: #"faults: [{when: start, do: [drop]}]"#)
        let expected = #"""
            error: s.yaml:4:31: 'drop' needs a message, and 'start' has none
              4 |   faults: [{when: start, do: [drop]}]
                |                               ^~~~
              hint: triggers with one: message, hello
            """#
        #expect(diagnosis(text) == expected)
    }

    @Test func `names a connection action without a connection`() {
        let text = scenario(gateway: #"faults: [{when: {light: red}, do: [rst]}]"#)
        let expected = #"""
            error: s.yaml:4:38: 'rst' needs a connection, and 'light' has none
              4 |   faults: [{when: {light: red}, do: [rst]}]
                |                                      ^~~
              hint: triggers with one: connect, hello, stranger, phase, message, disconnect
            """#
        #expect(diagnosis(text) == expected)
    }

    @Test func `names a connection modifier without a connection`() {
        let text = scenario(gateway: #"faults: [{when: start, connection: 1, do: [light-red]}]"#)
        let expected = #"""
            error: s.yaml:4:26: 'connection' needs a connection, and 'start' has none
              4 |   faults: [{when: start, connection: 1, do: [light-red]}]
                |                          ^~~~~~~~~~
            """#
        #expect(diagnosis(text) == expected)
    }

    @Test func `names a cut of a message to the gateway`() {
        let text = scenario(
            gateway:
                #"faults: [{when: {message: {type: startApi}}, do: [{rst-mid-frame: {kept: 1}}]}]"#)
        let expected = #"""
            error: s.yaml:4:54: 'rst-mid-frame' cannot act here: it cuts a message to the client, and this one travels to the gateway
              4 |   faults: [{when: {message: {type: startApi}}, do: [{rst-mid-frame: {kept: 1}}]}]
                |                                                      ^~~~~~~~~~~~~
            """#
        #expect(diagnosis(text) == expected)
    }

    @Test func `names an unknown message`() {
        let text = scenario(gateway: #"faults: [{when: {message: {type: startAPI}}, do: [drop]}]"#)
        let expected = #"""
            error: s.yaml:4:36: no message 'startAPI'
              4 |   faults: [{when: {message: {type: startAPI}}, do: [drop]}]
                |                                    ^~~~~~~~
              hint: did you mean 'startApi'?
            """#
        #expect(diagnosis(text) == expected)
    }

    @Test func `names a message of the other direction`() {
        let text = scenario(
            gateway:
                #"faults: [{when: {message: {type: nextValidId, direction: toGateway}}, do: [drop]}]"#
        )
        let expected = #"""
            error: s.yaml:4:36: message 'nextValidId' does not travel to the gateway
              4 |   faults: [{when: {message: {type: nextValidId, direction: toGateway}}, do: [drop]}]
                |                                    ^~~~~~~~~~~
              hint: it travels to the client
            """#
        #expect(diagnosis(text) == expected)
    }

    @Test func `names an unknown field`() {
        let text = scenario(
            gateway:
                #"faults: [{when: {message: {type: nextValidId}}, do: [{replace: {orderID: 7}}]}]"#)
        let expected = #"""
            error: s.yaml:4:67: message 'nextValidId' has no field 'orderID'
              4 |   faults: [{when: {message: {type: nextValidId}}, do: [{replace: {orderID: 7}}]}]
                |                                                                   ^~~~~~~
              hint: did you mean 'orderId'? Fields: orderId
            """#
        #expect(diagnosis(text) == expected)
    }

    @Test func `names a direction that is not clear`() {
        let text = scenario(gateway: #"faults: [{when: {message: {not: startApi}}, do: [drop]}]"#)
        let expected = #"""
            error: s.yaml:4:30: which way does the message travel?
              4 |   faults: [{when: {message: {not: startApi}}, do: [drop]}]
                |                              ^~~
              hint: say 'direction: toClient' or 'direction: toGateway'
            """#
        #expect(diagnosis(text) == expected)
    }

    @Test func `names bytes as a text`() {
        let text = scenario(gateway: #"faults: [{when: connect, do: [{send-bytes: abc}]}]"#)
        let expected = #"""
            error: s.yaml:4:46: bytes are not written as a plain text
              4 |   faults: [{when: connect, do: [{send-bytes: abc}]}]
                |                                              ^~~
              hint: {hex: "00ff"}, {text: "abc"} or {random: 64}
            """#
        #expect(diagnosis(text) == expected)
    }

    @Test func `names half a byte`() {
        let text = scenario(gateway: #"faults: [{when: connect, do: [{send-bytes: {hex: "0"}}]}]"#)
        let expected = #"""
            error: s.yaml:4:52: '0' is not pairs of hexadecimal digits
              4 |   faults: [{when: connect, do: [{send-bytes: {hex: "0"}}]}]
                |                                                    ^~~
            """#
        #expect(diagnosis(text) == expected)
    }

    @Test func `names two faults of one name`() {
        let text = scenario(
            gateway: #"""
                faults:
                - {name: a, when: connect, do: [fin]}
                - {name: a, when: hello, do: [fin]}
                """#)
        let expected = #"""
            error: s.yaml:6:6: another fault is called 'a' too
              6 |   - {name: a, when: hello, do: [fin]}
                |      ^~~~
            """#
        #expect(diagnosis(text) == expected)
    }

    @Test func `names an unknown phase`() {
        let text = scenario(gateway: #"faults: [{when: {phase: redy}, do: [fin]}]"#)
        let expected = #"""
            error: s.yaml:4:27: 'redy' is no phase
              4 |   faults: [{when: {phase: redy}, do: [fin]}]
                |                           ^~~~
              hint: did you mean 'ready'? Words: greeted, starting, ready, synchronized
            """#
        #expect(diagnosis(text) == expected)
    }

    @Test func `names an unknown ending`() {
        let text = scenario(
            gateway: #"faults: [{when: {disconnect: {kind: fyn}}, do: [light-red]}]"#)
        let expected = #"""
            error: s.yaml:4:39: 'fyn' is no kind of 'disconnect'
              4 |   faults: [{when: {disconnect: {kind: fyn}}, do: [light-red]}]
                |                                       ^~~
              hint: did you mean 'fin'? Words: fin, half-close, rst, rst-unread
            """#
        #expect(diagnosis(text) == expected)
    }

    @Test func `names no action at all`() {
        let text = scenario(gateway: #"faults: [{when: connect, do: []}]"#)
        let expected = #"""
            error: s.yaml:4:32: 'do' holds no action
              4 |   faults: [{when: connect, do: []}]
                |                                ^
            """#
        #expect(diagnosis(text) == expected)
    }
}
