import ScenarioFormat
import Testing

@Suite struct `A use of a pathology with a mistake` {
    @Test func `names an unknown pathology`() {
        let text = scenario(gateway: #"pathologies: [leaked-closewait]"#)
        let expected = #"""
            error: s.yaml:4:17: no pathology 'leaked-closewait'
              4 |   pathologies: [leaked-closewait]
                |                 ^~~~~~~~~~~~~~~~
              hint: did you mean 'leaked-close-wait'?
            """#
        #expect(diagnosis(text) == expected)
    }

    @Test func `names an unknown parameter`() {
        let text = scenario(gateway: #"pathologies: [{use: leaked-close-wait, with: {slot: 3}}]"#)
        let expected = #"""
            error: s.yaml:4:49: pathology 'leaked-close-wait' has no parameter 'slot'
              4 |   pathologies: [{use: leaked-close-wait, with: {slot: 3}}]
                |                                                 ^~~~
              hint: did you mean 'slots'? Parameters: slots
            """#
        #expect(diagnosis(text) == expected)
    }

    @Test func `names a parameter of the wrong type`() {
        let text = scenario(
            gateway: #"pathologies: [{use: leaked-close-wait, with: {slots: many}}]"#)
        let expected = #"""
            error: s.yaml:4:56: parameter 'slots' of 'leaked-close-wait' cannot be 'many'
              4 |   pathologies: [{use: leaked-close-wait, with: {slots: many}}]
                |                                                        ^~~~
              hint: it accepts a whole number of at least 1
            """#
        #expect(diagnosis(text) == expected)
    }

    @Test func `names a parameter out of bounds`() {
        let text = scenario(gateway: #"pathologies: [{use: leaked-close-wait, with: {slots: 0}}]"#)
        let expected = #"""
            error: s.yaml:4:56: parameter 'slots' of 'leaked-close-wait' cannot be '0'
              4 |   pathologies: [{use: leaked-close-wait, with: {slots: 0}}]
                |                                                        ^
              hint: it accepts a whole number of at least 1
            """#
        #expect(diagnosis(text) == expected)
    }

    @Test func `names a misspelt choice`() {
        let text = scenario(
            gateway: #"pathologies: [{use: red-on-disconnect, with: {on: fin-or-rts}}]"#)
        let expected = #"""
            error: s.yaml:4:53: parameter 'on' of 'red-on-disconnect' cannot be 'fin-or-rts'
              4 |   pathologies: [{use: red-on-disconnect, with: {on: fin-or-rts}}]
                |                                                     ^~~~~~~~~~
              hint: did you mean 'fin-or-rst'? It accepts one of fin, fin-or-rst, rst, half-close
            """#
        #expect(diagnosis(text) == expected)
    }

    @Test func `names a pathology that is used twice`() {
        let text = scenario(gateway: "pathologies: [frame-split, frame-split]")
        let expected = #"""
            error: s.yaml:4:30: the pathology 'frame-split' is used twice
              4 |   pathologies: [frame-split, frame-split]
                |                              ^~~~~~~~~~~
            """#
        #expect(diagnosis(text) == expected)
    }

    @Test func `names a misspelt message`() {
        let text = scenario(
            gateway: #"pathologies: [{use: rst-mid-frame, with: {message: postion}}]"#)
        let expected = #"""
            error: s.yaml:4:54: parameter 'message' of 'rst-mid-frame' cannot be 'postion'
              4 |   pathologies: [{use: rst-mid-frame, with: {message: postion}}]
                |                                                      ^~~~~~~
              hint: did you mean 'position'? It accepts names of messages to the client, joined by +
            """#
        #expect(diagnosis(text) == expected)
    }
}
