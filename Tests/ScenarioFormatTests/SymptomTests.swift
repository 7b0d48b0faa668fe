import ScenarioFormat
import Testing

@Suite struct `A search for a symptom` {
    private static let texts = [
        ("one", 1, "says: \"API connection failed: TimeoutError()\"", "codes: [326]"),
        (
            "two", 0, "says: \"API connection failed: TimeoutError()\"",
            "sockets: CLOSE_WAIT rows stay"
        ),
        ("three", 0, "logs: \"Error 1100, reqId 5: it's lost\"", "sockets: no CLOSE_WAIT row"),
    ]

    private func catalogue() throws -> PathologyCatalogue {
        try PathologyCatalogue.empty.adding(
            Self.texts.map { name, priority, words, more in
                (
                    "\(name).yaml",
                    """
                    pathology: \(name)
                    aliases: [number-\(name)]
                    priority: \(priority)
                    summary: The quick brown fox jumps over number \(name).
                    clients: [{client: ib_async, outcome: fails, \(words)}]
                    tell-apart: {\(name == "one" ? "two: it is one" : "one: it is not one")}
                    \(more)
                    faults: [{when: connect, do: [mute]}]

                    """
                )
            })
    }

    private func names(_ text: String) throws -> [String] {
        try catalogue().candidates(forSymptom: text).map(\.pathology.name)
    }

    @Test func `finds an exception, the most frequent first`() throws {
        #expect(try names("API connection failed: TimeoutError()") == ["two", "one"])
        #expect(try names("TimeoutError") == ["two", "one"])
    }

    @Test func `finds it in a longer text, whatever numbers, quotes and capitals it has`() throws {
        #expect(
            try names("12:01:33 ERROR error 1100, reqId 77: It\u{2019}s lost; retrying") == [
                "three"
            ])
    }

    @Test func `finds a code, and takes no other number for one`() throws {
        #expect(try names("326") == ["one"])
        #expect(try names("error 326") == ["one"])
        #expect(try names("a line with 326 rows of five columns each").isEmpty)
    }

    @Test func `finds a socket's state as ss and netstat write it, and not where it is denied`()
        throws
    {
        #expect(try names("CLOSE-WAIT 1 0 127.0.0.1:4002") == ["two"])
        #expect(try names("CLOSE_WAIT") == ["two"])
    }

    @Test func `puts the one first of which more matches`() throws {
        #expect(try names("error 326\nAPI connection failed: TimeoutError()") == ["one", "two"])
    }

    @Test func `finds a name alone`() throws {
        #expect(try names("number-three") == ["three"])
    }

    @Test func `falls back to the description`() throws {
        #expect(try names("quick foxes jumps brown").count == 3)
        #expect(try names("something else entirely").isEmpty)
    }

    @Test func `says what tells a candidate from the next`() throws {
        let found = try catalogue().candidates(forSymptom: "TimeoutError()")
        #expect(found[0].tellApart.map(\.observation) == ["it is not one"])
        #expect(found[1].tellApart.map(\.observation) == ["it is one"])
    }

    @Test func `is bounded, whatever it is given`() throws {
        #expect(try names(String(repeating: "CLOSE_WAIT 326 ", count: 100_000)).count == 1)
        #expect(try names("").isEmpty)
        #expect(try names("\u{0}\u{7F} ((( '").isEmpty)
    }

    @Test func `lists every shipped candidate of a time-out, and ids make no difference`() {
        let found = PathologyCatalogue.shipped.candidates(
            forSymptom: "ERROR API connection failed: TimeoutError()")
        #expect(found.count >= 7)
        #expect(found.first?.pathology.priority == 0)
        let alone = found.filter(\.tellApart.isEmpty).map(\.pathology.name)
        #expect(alone == [])
    }
}
