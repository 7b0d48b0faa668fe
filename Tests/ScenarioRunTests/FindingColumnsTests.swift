import ScenarioRun
import Testing

@Suite struct `A report's findings beside each other` {
    private func laidOut(
        _ expected: String, _ seen: String, width: Int, mostLines: Int = 4
    ) -> [String] {
        let report = "s.yaml:6:10\n  expected: \(expected)\n  seen:     \(seen)\n  again: x"
        return FindingColumns.laidOut(report, width: width, mostLines: mostLines)
            .split(separator: "\n").map(String.init)
    }

    @Test func `stand in two columns of one line`() {
        let left = "  expected: bot#1 exits with 0" + String(repeating: " ", count: 21)
        #expect(
            laidOut("bot#1 exits with 0", "it exited with 3", width: 100) == [
                "s.yaml:6:10", left + " │ seen: it exited with 3", "  again: x",
            ])
    }

    @Test func `go on in the next line at a space, and are never cut`() {
        let seen = "message reqMktData came three times and then the client ended by itself"
        let lines = laidOut("a", seen, width: 110)
        #expect(lines.count == 4)
        #expect(lines.allSatisfy { $0.count <= 110 }, "\(lines)")
        let border = lines[1].firstIndex(of: "│").map { lines[1][..<$0].count }
        #expect(border == lines[2].firstIndex(of: "│").map { lines[2][..<$0].count })
        let words = lines[1...2].flatMap { $0.split(separator: "│")[1].split(separator: " ") }
        #expect(words.filter { $0 != "seen:" && $0 != "↳" }.joined(separator: " ") == seen)
    }

    @Test func `stay on lines of their own where columns are too narrow or too long`() {
        let two = ["s.yaml:6:10", "  expected: a", "  seen:     b", "  again: x"]
        #expect(laidOut("a", "b", width: 99) == two)
        let long = Array(repeating: "word", count: 60).joined(separator: " ")
        #expect(laidOut("a", long, width: 110)[2] == "  seen:     \(long)")
        let fitting = Array(repeating: "x", count: 44).joined()
        #expect(laidOut("a", fitting, width: 110, mostLines: 1).count == 3)
        let whole = laidOut("a", fitting + " y", width: 110, mostLines: 1)
        #expect(whole[2] == "  seen:     \(fitting) y")
    }

    @Test func `are not mistaken for what a program says`() {
        let report = "    stdout|   expected: a\n    stdout|   seen:     b\n  seen:     c"
        #expect(FindingColumns.laidOut(report, width: 200, mostLines: 4) == report)
    }
}
