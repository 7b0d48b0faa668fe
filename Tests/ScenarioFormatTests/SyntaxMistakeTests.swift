import ScenarioFormat
import Testing

@Suite struct `A file that is not the YAML we read` {
    @Test func `names an empty file`() {
        let text = ""
        let expected = #"""
            error: s.yaml:1:1: the file is empty
              1 | 
                | ^
            """#
        #expect(diagnosis(text) == expected)
    }

    @Test func `names a file that is a list`() {
        let text = #"""
            - a
            """#
        let expected = #"""
            error: s.yaml:1:1: scenario: expected a mapping, found a list
              1 | - a
                | ^
            """#
        #expect(diagnosis(text) == expected)
    }

    @Test func `names a key without its value's end`() {
        let text = #"""
            version: 1
            name: [a
            """#
        let expected = #"""
            error: s.yaml:2:7: did not find expected ',' or ']' while parsing a flow sequence
              2 | name: [a
                |       ^
            """#
        #expect(diagnosis(text) == expected)
    }

    @Test func `names a tab in the indentation`() {
        let text = #"""
            version: 1
            gateway:
            \#tlisten: x
            """#
        let expected = #"""
            error: s.yaml:3:1: a tab in the indentation
              3 |  listen: x
                | ^
              hint: indent with spaces
            """#
        #expect(diagnosis(text) == expected)
    }

    @Test func `names a key that stands twice`() {
        let text = #"""
            version: 1
            name: a
            name: b
            gateway: {}
            """#
        let expected = #"""
            error: s.yaml:3:1: the key 'name' stands twice
              3 | name: b
                | ^~~~
              hint: it first stands on line 2
            """#
        #expect(diagnosis(text) == expected)
    }

    @Test func `names a second document`() {
        let text = #"""
            version: 1
            name: a
            gateway: {}
            ---
            version: 1
            """#
        let expected = #"""
            error: s.yaml:4:1: a second document starts here
              4 | ---
                | ^~~
              hint: one file holds one document: remove the '---'
            """#
        #expect(diagnosis(text) == expected)
    }

    @Test func `names an alias without its anchor`() {
        let text = #"""
            version: 1
            name: *a
            """#
        let expected = #"""
            error: s.yaml:2:7: no complete '&a' stands before '*a'
              2 | name: *a
                |       ^~
            """#
        #expect(diagnosis(text) == expected)
    }

    @Test func `names an alias to what it is part of`() {
        let text = #"""
            version: 1
            name: n
            gateway: &g
              faults: *g
            """#
        let expected = #"""
            error: s.yaml:4:11: no complete '&g' stands before '*g'
              4 |   faults: *g
                |           ^~
            """#
        #expect(diagnosis(text) == expected)
    }

    @Test func `names a tag`() {
        let text = #"""
            version: 1
            name: !!str a
            gateway: {}
            """#
        let expected = #"""
            error: s.yaml:2:7: tags such as '!!str' are not part of the format
              2 | name: !!str a
                |       ^~~~~~~
            """#
        #expect(diagnosis(text) == expected)
    }

    @Test func `names a key that is a list`() {
        let text = #"""
            version: 1
            name: a
            ? [x]
            : 1
            gateway: {}
            """#
        let expected = #"""
            error: s.yaml:3:3: a key must be a single word, not a list
              3 | ? [x]
                |   ^
            """#
        #expect(diagnosis(text) == expected)
    }

    @Test func `names a control character`() {
        let text = #"""
            version: 1
            name: a\#u{7}b
            """#
        let expected = #"""
            error: s.yaml:2:8: control characters are not allowed (byte 18)
              2 | name: a b
                |        ^
            """#
        #expect(diagnosis(text) == expected)
    }
}
