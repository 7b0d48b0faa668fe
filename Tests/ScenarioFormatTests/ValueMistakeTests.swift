import ScenarioFormat
import Testing

@Suite struct `A file with a wrong key or value` {
    @Test func `names a missing version`() {
        let text = #"""
            name: n
            gateway: {}
            """#
        let expected = #"""
            error: s.yaml:1:1: the scenario does not say its format's version
              1 | name: n
                | ^~~~
              hint: start the file with 'version: 1'
            """#
        #expect(diagnosis(text) == expected)
    }

    @Test func `names a version of the future`() {
        let text = #"""
            version: 2
            name: n
            gateway: {}
            """#
        let expected = #"""
            error: s.yaml:1:10: version 2 of the format is not known
              1 | version: 2
                |          ^
              hint: this fakegw reads version 1
            """#
        #expect(diagnosis(text) == expected)
    }

    @Test func `names a misspelt key`() {
        let text = #"""
            version: 1
            nmae: n
            gateway: {}
            """#
        let expected = #"""
            error: s.yaml:2:1: scenario has no key 'nmae'
              2 | nmae: n
                | ^~~~
              hint: did you mean 'name'? Keys: version, name, about, cite, tags, explained-by, seed, deadline, speed, matrix, gateway, gateways, clients, steps, expect, must-fail
            """#
        #expect(diagnosis(text) == expected)
    }

    @Test func `names a missing gateway`() {
        let text = #"""
            version: 1
            name: n
            """#
        let expected = #"""
            error: s.yaml:1:1: the scenario needs the key 'gateway' or 'gateways'
              1 | version: 1
                | ^~~~~~~
            """#
        #expect(diagnosis(text) == expected)
    }

    @Test func `names both spellings of the gateway`() {
        let text = #"""
            version: 1
            name: n
            gateway: {}
            gateways: {a: {}}
            """#
        let expected = #"""
            error: s.yaml:3:1: 'gateway' and 'gateways' exclude each other
              3 | gateway: {}
                | ^~~~~~~
              hint: 'gateway:' is short for 'gateways: {gateway: …}'
            """#
        #expect(diagnosis(text) == expected)
    }

    @Test func `names a duration without a unit`() {
        let text = scenario(#"deadline: 60"#)
        let expected = #"""
            error: s.yaml:4:11: '60' is no duration
              4 | deadline: 60
                |           ^~
              hint: durations carry a unit: 500us, 250ms, 60s, 2m, 1h
            """#
        #expect(diagnosis(text) == expected)
    }

    @Test func `names a number in quotes`() {
        let text = scenario(gateway: #"server-version: "176""#)
        let expected = #"""
            error: s.yaml:4:19: expected a whole number, found the text '176'
              4 |   server-version: "176"
                |                   ^~~~~
              hint: leave the quotes away
            """#
        #expect(diagnosis(text) == expected)
    }

    @Test func `names a number out of bounds`() {
        let text = scenario(gateway: #"server-version: 300"#)
        let expected = #"""
            error: s.yaml:4:19: 300 is outside 100...226
              4 |   server-version: 300
                |                   ^~~
            """#
        #expect(diagnosis(text) == expected)
    }

    @Test func `names a list where a value belongs`() {
        let text = scenario(gateway: #"listen: [a]"#)
        let expected = #"""
            error: s.yaml:4:11: expected an address such as 127.0.0.1:0, found a list
              4 |   listen: [a]
                |           ^
            """#
        #expect(diagnosis(text) == expected)
    }

    @Test func `names a value that is missing`() {
        let text = scenario(gateway: #"listen:"#)
        let expected = #"""
            error: s.yaml:4:10: expected an address such as 127.0.0.1:0, found nothing
              4 |   listen:
                |          ^
            """#
        #expect(diagnosis(text) == expected)
    }

    @Test func `names an address that is no loopback`() {
        let text = scenario(gateway: #"listen: 0.0.0.0:4002"#)
        let expected = #"""
            error: s.yaml:4:11: '0.0.0.0' is no numeric loopback address
              4 |   listen: 0.0.0.0:4002
                |           ^~~~~~~~~~~~
              hint: use 127.0.0.1 or [::1]; any other address is given with --listen
            """#
        #expect(diagnosis(text) == expected)
    }

    @Test func `names an address without a port`() {
        let text = scenario(gateway: #"listen: localhost"#)
        let expected = #"""
            error: s.yaml:4:11: 'localhost' is no address with a port
              4 |   listen: localhost
                |           ^~~~~~~~~
              hint: for example 127.0.0.1:4002; port 0 takes a free one
            """#
        #expect(diagnosis(text) == expected)
    }
}
