import Glibc

/// `Benchmarks NAME [--check FILE]`: prints a table, and compares its ratios with thresholds.
@main struct Benchmarks {
    static func main() {
        let arguments = Array(CommandLine.arguments.dropFirst())
        let table: Table
        switch arguments.first {
        case "codec": table = CodecBenchmark.run()
        case "stream":
            guard let streamed = StreamBenchmark.run() else { exit(1) }
            table = streamed
        case "start":
            StartBenchmark.run()
            return
        case "day":
            guard DayBenchmark.run(Array(arguments.dropFirst())) else {
                print("day [--lines 1...100 | --days 1...365]")
                exit(2)
            }
            return
        case "capture":
            guard CaptureBenchmark.run(Array(arguments.dropFirst())) else {
                print("capture make MEGABYTES VERSION FILE")
                exit(2)
            }
            return
        case "stream-server":
            StreamServer.run()
            return
        default:
            print("benchmarks: capture codec day start stream")
            exit(2)
        }
        print(table)
        if arguments.count == 3, arguments[1] == "--check" {
            exit(table.holds(thresholds: read(arguments[2])) ? 0 : 1)
        }
    }

    private static func read(_ path: String) -> String {
        guard let file = fopen(path, "r") else {
            print("cannot read \(path)")
            exit(2)
        }
        defer { fclose(file) }
        var bytes = [UInt8](repeating: 0, count: 1 << 16)
        return String(decoding: bytes[..<fread(&bytes, 1, bytes.count, file)], as: UTF8.self)
    }
}

/// Something measured: how many of what it does in a second, round by round.
struct Measurement {
    let name: String
    /// What it is compared with: the measurement of that name.
    let baseline: String?
    private(set) var rates: [Double] = []

    init(_ name: String, against baseline: String? = nil) {
        self.name = name
        self.baseline = baseline
    }

    /// The same measurement, compared with something else.
    init(_ name: String, against baseline: String, like other: Measurement) {
        self.init(name, against: baseline)
        rates = other.rates
    }

    var median: Double { rates.isEmpty ? 0 : rates.sorted()[rates.count / 2] }

    mutating func add(count: Int, seconds: Double) { rates.append(Double(count) / seconds) }

    /// Times one round of `count` things, in processor time: others may be busy on this machine.
    mutating func time(_ count: Int, _ work: () -> Int) {
        let start = Self.processorSeconds
        let done = work()
        let elapsed = Self.processorSeconds - start
        precondition(done == count, "\(name) did \(done) of \(count)")
        add(count: count, seconds: elapsed)
    }

    static var processorSeconds: Double {
        var time = timespec()
        clock_gettime(CLOCK_PROCESS_CPUTIME_ID, &time)
        return Double(time.tv_sec) + Double(time.tv_nsec) * 1e-9
    }
}

/// Measurements taken side by side in one run, medians and ratios.
struct Table: CustomStringConvertible {
    var title: String
    var rows: [Measurement]
    /// More about a row, by its name.
    var notes: [String: String] = [:]

    func ratio(of row: Measurement) -> Double? {
        guard let base = rows.first(where: { $0.name == row.baseline }), base.median > 0 else {
            return nil
        }
        return row.median / base.median
    }

    var description: String {
        let lines = rows.map { row in
            let million = Int(row.median / 10_000)
            let rate = "\(million / 100).\(million % 100 < 10 ? "0" : "")\(million % 100) M/s"
            let spread = row.rates.max().map { $0 / max(1, row.rates.min() ?? 1) } ?? 1
            let ratio = ratio(of: row).map { "\(Self.short($0)) × \(row.baseline ?? "")" } ?? ""
            let line = pad(row.name, 42) + pad(rate, 12) + pad("±\(Self.short(spread))", 8) + ratio
            return notes[row.name].map { pad(line, 92) + $0 } ?? line
        }
        return ([title] + lines).joined(separator: "\n")
    }

    static func short(_ number: Double) -> String {
        if number < 10 {
            let hundredths = Int((number * 100).rounded())
            return "\(hundredths / 100).\(hundredths % 100 < 10 ? "0" : "")\(hundredths % 100)"
        }
        let tenths = Int((number * 10).rounded())
        return "\(tenths / 10).\(tenths % 10)"
    }

    private func pad(_ text: String, _ width: Int) -> String {
        text + String(repeating: " ", count: max(1, width - text.count))
    }

    /// Lines of `MEASUREMENT >= RATIO`; a line about another table's measurement is passed over.
    func holds(thresholds: String) -> Bool {
        var isGood = true
        for line in thresholds.split(separator: "\n") where !line.hasPrefix("#") {
            let parts = line.split(separator: ">")
            guard parts.count == 2, let wanted = Double(String(parts[1].dropFirst(2))) else {
                print("not a threshold: \(line)")
                return false
            }
            let name = String(parts[0].dropLast())
            guard let row = rows.first(where: { $0.name == name }) else { continue }
            guard let found = ratio(of: row), found >= wanted else {
                let found = ratio(of: row).map(Self.short) ?? "nothing"
                print("error: \(name): \(found), at least \(wanted) is wanted")
                isGood = false
                continue
            }
        }
        return isGood
    }
}
