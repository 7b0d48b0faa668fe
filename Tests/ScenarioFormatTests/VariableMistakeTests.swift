import ScenarioFormat
import Testing

@Suite struct `A file with a mistake about variables` {
    @Test func `names an unknown variable`() {
        let text = #"""
            version: 1
            name: n
            matrix: {server: [176]}
            gateway: {server-version: "${sever}"}
            """#
        let expected = #"""
            error: s.yaml:4:27: no variable 'sever' in 'matrix'
              4 | gateway: {server-version: "${sever}"}
                |                           ^~~~~~~~~~
              hint: did you mean 'server'? Variables: server
            """#
        #expect(diagnosis(text) == expected)
    }

    @Test func `names a run fact where none may stand`() {
        let text = scenario(#"about: ${gateway.port}"#)
        let expected = #"""
            error: s.yaml:4:8: '${gateway.port}' is known only while the scenario runs
              4 | about: ${gateway.port}
                |        ^~~~~~~~~~~~~~~
              hint: it may stand in a client's 'run', 'args' and 'env' and in a 'feed' line
            """#
        #expect(diagnosis(text) == expected)
    }

    @Test func `names a run fact of an unknown gateway`() {
        let text = scenario(#"clients: {c: {run: [x, "${gateway.live.port}"]}}"#)
        let expected = #"""
            error: s.yaml:4:24: no gateway 'live'
              4 | clients: {c: {run: [x, "${gateway.live.port}"]}}
                |                        ^~~~~~~~~~~~~~~~~~~~~~
              hint: Gateways: gateway
            """#
        #expect(diagnosis(text) == expected)
    }

    @Test func `names a run fact that is not clear`() {
        let text = #"""
            version: 1
            name: n
            gateways: {live: {}, paper: {}}
            clients: {c: {run: [x, "${gateway.port}"]}}
            """#
        let expected = #"""
            error: s.yaml:4:24: '${gateway.port}' is not clear with 2 gateways
              4 | clients: {c: {run: [x, "${gateway.port}"]}}
                |                        ^~~~~~~~~~~~~~~~~
              hint: write '${gateway.NAME.port}'
            """#
        #expect(diagnosis(text) == expected)
    }

    @Test func `names what a gateway does not have, and a gateway's facts among several`() {
        let text = #"""
            version: 1
            name: n
            gateways: {live: {}, paper: {}}
            clients: {c: {run: [x, "${gateway.live.prt}", "${gatway.live.port}"]}}
            """#
        let expected = #"""
            error: s.yaml:4:24: a gateway has no 'prt'
              4 | clients: {c: {run: [x, "${gateway.live.prt}", "${gatway.live.port}"]}}
                |                        ^~~~~~~~~~~~~~~~~~~~~
              hint: write '${gateway.live.port}' or '${gateway.live.host}'
            error: s.yaml:4:47: no variable 'gatway.live.port' in 'matrix'
              4 | clients: {c: {run: [x, "${gateway.live.prt}", "${gatway.live.port}"]}}
                |                                               ^~~~~~~~~~~~~~~~~~~~~
              hint: did you mean 'gateway.live.port'? Variables: gateway.live.port, gateway.live.host, gateway.paper.port, gateway.paper.host
            """#
        #expect(diagnosis(text) == expected)
    }

    @Test func `names an unclosed variable`() {
        let text = scenario(#"about: a ${b"#)
        let expected = #"""
            error: s.yaml:4:8: '${' without its '}'
              4 | about: a ${b
                |        ^~~~~
              hint: for a plain '${' write '$${'
            """#
        #expect(diagnosis(text) == expected)
    }

    @Test func `names a matrix that is too large`() {
        let text = #"""
            version: 1
            name: n
            matrix:
              a: [1, 2, 3, 4, 5, 6, 7, 8, 9, 10]
              b: [1, 2, 3, 4, 5, 6, 7, 8, 9, 10]
              c: [1, 2, 3, 4, 5, 6, 7, 8, 9, 10]
              d: [1, 2, 3, 4, 5, 6, 7, 8, 9, 10]
              e: [1, 2, 3, 4, 5, 6, 7, 8, 9, 10]
            gateway: {}
            """#
        let expected = #"""
            error: s.yaml:8:3: the matrix has more than 10000 rows
              8 |   e: [1, 2, 3, 4, 5, 6, 7, 8, 9, 10]
                |   ^
            """#
        #expect(diagnosis(text) == expected)
    }

    @Test func `names a mistake in every row once`() {
        let text = #"""
            version: 1
            name: n
            matrix: {a: [1, 2, 3]}
            gateway: {lisen: x}
            """#
        let expected = #"""
            error: s.yaml:4:11: gateway 'gateway' has no key 'lisen'
              4 | gateway: {lisen: x}
                |           ^~~~~
              hint: did you mean 'listen'? Keys: listen, server-version, backlog, settings, clock, world, pathologies, faults, replay, beyond, upstream, front, dialect, encoding, framing
            """#
        #expect(diagnosis(text) == expected)
    }

    @Test func `names a bad value in one row`() {
        let text = #"""
            version: 1
            name: n
            matrix: {v: [176, 1]}
            gateway: {server-version: "${v}"}
            """#
        let expected = #"""
            error: s.yaml:4:27: 1 is outside 100...226
              4 | gateway: {server-version: "${v}"}
                |                           ^~~~~~
            """#
        #expect(diagnosis(text) == expected)
    }
}
