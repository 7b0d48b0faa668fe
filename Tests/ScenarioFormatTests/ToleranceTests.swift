import Testing

@testable import ScenarioFormat

@Suite struct `A tolerance file` {
    @Test func `names differences and recordings`() throws {
        let tolerances = try loadTolerances(
            text: """
                version: 1
                tolerances: accepted
                differences:
                  - field: contractDetails.details.*
                    kind: value
                    recorded: "9.9*"
                    reason: the world's own
                  - sequence: lacks
                    of: reqAccountUpdates
                    step: "updateAccountValue *"
                    reason: depends on the account
                recordings:
                  - file: excerpt-*
                    partial: the first messages only
                    client-id: 0
                    settings: {market-data: live}
                """, file: "t.yaml")
        #expect(tolerances.differences.count == 2)
        #expect(
            tolerances.differences[0].subject
                == .field(TextPattern("contractDetails.details.*"), kind: TextPattern("value")))
        #expect(tolerances.differences[0].recorded == TextPattern("9.9*"))
        #expect(tolerances.differences[0].model == .any)
        #expect(tolerances.differences[1].reason == "depends on the account")
        let details = try #require(tolerances.recordings.first)
        #expect(details.file.matches("excerpt-of-something"))
        #expect(details.clientID == 0)
        #expect(details.settings.map(\.value) == ["live"])
    }

    @Test func `says where it is wrong`() {
        let error = #expect(throws: ScenarioError.self) {
            try loadTolerances(
                text: """
                    version: 1
                    tolerances: wrong
                    differences:
                      - field: a.b
                        kind: lacks
                      - reason: nothing named
                    """, file: "t.yaml")
        }
        let text = error?.description ?? ""
        #expect(text.contains("t.yaml:4:5: a difference needs the key 'reason'"))
        #expect(text.contains("t.yaml:5:11"))
        #expect(text.contains("t.yaml:6:5: a difference needs the key 'field' or 'sequence'"))
    }

    @Test(arguments: [
        ("*", "anything", true), ("a*c", "abc", true), ("a*c", "ac", true), ("a*c", "acd", false),
        ("ab*ba", "aba", false), ("exact", "exact", true), ("exact", "exactly", false),
        ("*b*", "abc", true), ("a*b*c", "axbxc", true), ("a*b*c", "axc", false),
    ])
    func `has patterns in which a star stands for anything`(
        pattern: String, text: String, matches: Bool
    ) {
        #expect(TextPattern(pattern).matches(text) == matches)
    }
}
