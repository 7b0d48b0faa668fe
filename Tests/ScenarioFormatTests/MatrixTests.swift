import Faults
import ScenarioFormat
import Testing

private func titles(_ matrix: String) throws -> [String] {
    let text = """
        version: 1
        name: story
        matrix:
        \(matrix)
        gateway:
        clients:
          program: {run: ["true"]}
        """
    return try loadScenarios(text: text, file: "story.yaml", catalogue: .shipped).map(\.title)
}

@Suite struct `A scenario's title` {
    @Test func `tells of a group of variables the one called like its axis`() throws {
        let titles = try titles(
            """
              client: [{client: ib_async, program: a.py}, {client: ibapi-9.81, program: b.py}]
              version: [176]
            """)
        #expect(titles == ["story [ib_async 176]", "story [ibapi-9.81 176]"])
    }

    @Test func `tells all of a group that has no such variable`() throws {
        #expect(try titles("  client: [{python: ib_async, exit: 2}]") == ["story [ib_async 2]"])
    }

    @Test func `tells all where one variable would not tell the rows apart`() throws {
        let titles = try titles("  client: [{client: a, exit: 0}, {client: a, exit: 1}]")
        #expect(titles == ["story [a 0]", "story [a 1]"])
    }
}

@Suite struct `A matrix` {
    @Test func `leaves out what 'except' describes`() throws {
        let titles = try titles(
            """
              client: [{client: a, exit: 0}, {client: b, exit: 1}]
              version: [176, 210, 226]
              encoding: [text, protobuf]
              except: [{encoding: protobuf, version: 176}, {client: b, version: [210, 226]}]
            """)
        #expect(
            titles == [
                "story [a 176 text]", "story [a 210 text]", "story [a 210 protobuf]",
                "story [a 226 text]", "story [a 226 protobuf]", "story [b 176 text]",
            ])
    }

    @Test(arguments: [
        ("{a: 3}", "this leaves out no row of the matrix"),
        ("{c: 1}", "no axis of the matrix sets the variable 'c'"),
        ("{a: [1, 2]}", "'except' leaves no row of the matrix"),
    ])
    func `refuses an 'except' that describes nothing, or everything`(
        exception: String, reason: String
    ) {
        let text = "version: 1\nname: n\nmatrix: {a: [1, 2], except: [\(exception)]}\ngateway:"
        #expect(diagnosis(text).contains(reason))
    }

    @Test func `refuses protobuf below the version that has it, and says what to leave out`() {
        let text = #"""
            version: 1
            name: n
            matrix: {v: [176, 226], e: [text, protobuf]}
            gateway: {server-version: "${v}", encoding: "${e}"}
            """#
        let expected = #"""
            error: s.yaml:4:45: protobuf begins with server version 201, and this gateway speaks up to 176
              4 | gateway: {server-version: "${v}", encoding: "${e}"}
                |                                             ^~~~~~
              hint: leave such rows out: 'except: [{e: protobuf, v: 176}]' in 'matrix'
            """#
        #expect(diagnosis(text) == expected)
    }

    @Test func `gives each row its encoding and its framing`() throws {
        let text = #"""
            version: 1
            name: n
            matrix: {e: [as-version, text, protobuf], f: [whole, bytes, halves, pieces, gathered]}
            gateway: {encoding: "${e}", framing: "${f}"}
            """#
        let rows = try loadScenarios(text: text, file: "s.yaml", catalogue: .shipped)
        #expect(rows.count == 15)
        let names = Set(rows.map { $0.gateways[0].rules.map(\.name).joined(separator: " ") })
        #expect(
            names.count == 15 && names.contains("")
                && names.contains("encoding/text framing/halves"))
        for row in rows {
            let again = try loadScenarios(text: row.explained, file: "s.yaml", catalogue: .empty)
            #expect(again.first?.gateways[0].rules == row.gateways[0].rules)
        }
    }
}
