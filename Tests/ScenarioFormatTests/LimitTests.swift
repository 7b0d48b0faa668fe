import ScenarioFormat
import Testing

@Suite struct `A file beyond the limits` {
    @Test func `is refused when it is too large`() {
        var limits = YAMLLimits()
        let text = scenario()
        limits.bytes = text.utf8.count
        #expect(diagnosis(text, limits: limits) == "")
        limits.bytes -= 1
        #expect(
            diagnosis(text, limits: limits)
                == "error: s.yaml:1:1: 28 bytes; the most that is read is 27")
    }

    @Test func `is refused when it nests too deeply`() {
        let nested = String(repeating: "[", count: 100_000)
        #expect(
            firstLine(diagnosis(scenario("tags: \(nested)")))
                == "error: s.yaml:4:71: nested deeper than 64 levels")
    }

    @Test func `counts depth through aliases`() {
        var text = "version: 1\na0: &a0 [x]\n"
        for level in 1...70 { text += "a\(level): &a\(level) [*a\(level - 1)]\n" }
        #expect(firstLine(diagnosis(text)) == "error: s.yaml:65:12: nested deeper than 64 levels")
    }

    @Test func `is refused when aliases multiply`() {
        var text = "version: 1\na0: &a0 [x, x, x, x, x, x, x, x, x, x]\n"
        for level in 1...9 {
            let copies = Array(repeating: "*a\(level - 1)", count: 10).joined(separator: ", ")
            text += "a\(level): &a\(level) [\(copies)]\n"
        }
        #expect(
            firstLine(diagnosis(text))
                == "error: s.yaml:6:45: more than 100000 values, aliases written out")
    }

    @Test func `is refused with too many aliases`() {
        let copies = Array(repeating: "*a", count: 257).joined(separator: ", ")
        #expect(
            firstLine(diagnosis("version: 1\nname: &a n\ntags: [\(copies)]\ngateway: {}\n"))
                == "error: s.yaml:3:1032: more than 256 aliases")
    }

    @Test func `is refused with too many values`() {
        let many = String(repeating: "x, ", count: 100_000)
        #expect(
            firstLine(diagnosis("tags: [\(many)]"))
                == "error: s.yaml:1:300005: more than 100000 values, aliases written out")
    }

    @Test func `is refused when its matrix repeats too much`() {
        let hundred = (0..<100).map(String.init).joined(separator: ", ")
        let tags = String(repeating: "x, ", count: 2_000)
        let matrix = "matrix: {a: [\(hundred)], b: [\(hundred)]}\ntags: [\(tags)]"
        #expect(
            firstLine(diagnosis(scenario(matrix)))
                == "error: s.yaml:4:10: 10000 rows of a file with 2208 values are too much")
    }

    @Test func `is not explained to its last mistake`() {
        let keys = (0..<1_000).map { "k\($0): 1\n" }.joined()
        #expect(
            diagnosis(keys).split(separator: "\n").filter { $0.hasPrefix("error") }.count == 200)
    }

    @Test func `is not explained to its last repeated key`() {
        let keys = String(repeating: "k: 1\n", count: 1_000)
        #expect(
            diagnosis(keys).split(separator: "\n").filter { $0.hasPrefix("error") }.count == 200)
    }

    private func firstLine(_ text: String) -> String {
        text.split(separator: "\n").first.map(String.init) ?? ""
    }
}
