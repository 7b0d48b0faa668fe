/// When a file that is being written gives way to the next one, and how many stay.
///
/// A file is ended at a moment without open connections, so that what is in it is whole. A file that
/// has reached the bound twice over waits no longer.
struct Rotation {
    enum Bound: Equatable {
        case bytes(Int)
        case seconds(Double)
    }

    let bound: Bound
    /// Files that stay, the current one included; `nil` for all.
    let keptCount: Int?

    /// - Throws: What is wrong with `--rotate` or `--keep`.
    init?(_ arguments: ParsedArguments) throws(CommandFailure) {
        let kept = try arguments.integer("keep", in: 1...1_000_000)
        guard let text = arguments.last("rotate") else {
            guard kept == nil else {
                throw CommandFailure(
                    text: "--keep counts the files of --rotate, and there is none",
                    hint: "--rotate 100MiB --keep 10")
            }
            return nil
        }
        guard let bound = Self.bound(text) else {
            throw CommandFailure(
                text: "--rotate takes a size or a duration, not '\(text)'",
                hint: "--rotate 100MiB or --rotate 1h")
        }
        self.bound = bound
        keptCount = kept
    }

    func isDue(bytes: Int, seconds: Double, isIdle: Bool) -> Bool {
        let part =
            switch bound {
            case .bytes(let most): Double(bytes) / Double(most)
            case .seconds(let most): seconds / most
            }
        return part >= (isIdle ? 1 : 2)
    }

    /// `night.pcapng` with 3 is `night-000003.pcapng`.
    static func path(_ path: String, _ number: Int) -> String {
        let digits = String(number)
        let text = String(repeating: "0", count: max(0, 6 - digits.count)) + digits
        let name = path.split(separator: "/").last ?? ""
        guard let point = name.lastIndex(of: "."), point > name.startIndex else {
            return "\(path)-\(text)"
        }
        let ending = name[point...]
        return path.dropLast(ending.count) + "-\(text)" + ending
    }

    // Helpers, in the order they are called.

    private static let units: [(String, Bound)] = [
        ("KiB", .bytes(1 << 10)), ("MiB", .bytes(1 << 20)), ("GiB", .bytes(1 << 30)),
        ("s", .seconds(1)), ("m", .seconds(60)), ("h", .seconds(3600)),
    ]

    private static func bound(_ text: String) -> Bound? {
        for (unit, bound) in units where text.hasSuffix(unit) {
            guard let number = Int(text.dropLast(unit.count)), (1...1_000_000).contains(number)
            else { return nil }
            return switch bound {
            case .bytes(let size): .bytes(number * size)
            case .seconds(let length): .seconds(Double(number) * length)
            }
        }
        return nil
    }
}
