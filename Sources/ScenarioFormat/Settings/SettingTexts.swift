internal import Simulation
internal import GatewayModel

/// Reads and writes settings that are not plain numbers.
enum Farms {
    /// `market-data:usfarm+history:ushmds:broken`.
    @Sendable static func read(_ text: String) -> [Farm]? {
        var farms: [Farm] = []
        for part in text.split(separator: "+", omittingEmptySubsequences: false) {
            let words = part.split(separator: ":", omittingEmptySubsequences: false)
                .map(String.init)
            guard (2...3).contains(words.count), let kind = Farm.Kind(rawValue: words[0]),
                let state = words.count == 3 ? FarmState(rawValue: words[2]) : .ok,
                (1...40).contains(words[1].utf8.count), farms.count < mostFarms,
                words[1].utf8.allSatisfy({ $0 > 0x20 && $0 < 0x7F }),
                !farms.contains(where: { $0.name == words[1] })
            else { return nil }
            farms.append(Farm(name: words[1], kind: kind, firstState: state))
        }
        return farms
    }

    @Sendable static func text(_ farms: [Farm]) -> String {
        farms.map { farm in
            "\(farm.kind.rawValue):\(farm.name)"
                + (farm.firstState == .ok ? "" : ":\(farm.firstState.rawValue)")
        }
        .joined(separator: "+")
    }

    private static let mostFarms = 100
}

enum Fills {
    @Sendable static func readParts(_ text: String) -> PartialFills? {
        switch text {
        case "by-quoted-size": .byQuotedSize
        case "never": .never
        default: Int(text).flatMap { (1...20).contains($0) ? .parts($0) : nil }
        }
    }

    @Sendable static func text(_ fills: PartialFills) -> String {
        switch fills {
        case .byQuotedSize: "by-quoted-size"
        case .never: "never"
        case .parts(let count): "\(count)"
        }
    }

    @Sendable static func readReports(_ text: String) -> FillReports? {
        if text == "by-seed" { return .bySeed }
        let words = text.split(separator: "+", omittingEmptySubsequences: false)
        let parts = words.compactMap { FillPart(rawValue: String($0)) }
        return parts.count == words.count && parts.count <= 16 ? .fixed(parts) : nil
    }

    @Sendable static func text(_ reports: FillReports) -> String {
        switch reports {
        case .bySeed: "by-seed"
        case .fixed(let parts): parts.map(\.rawValue).joined(separator: "+")
        }
    }

    @Sendable static func readPercent(_ text: String) -> Amount? {
        Amount(text).flatMap { $0 >= Amount(cents: 1) && $0 <= 100 ? $0 : nil }
    }

    /// One to sixteen ASCII letters and digits.
    @Sendable static func readName(_ text: String) -> String? {
        (1...16).contains(text.utf8.count)
            && text.utf8.allSatisfy { byte in
                let letter = byte | 0x20
                return (0x30...0x39).contains(byte) || (0x61...0x7A).contains(letter)
            } ? text : nil
    }
}

enum Times {
    @Sendable static func readDaily(_ text: String) -> Int? {
        Reading.secondOfDay(text).flatMap { $0 < UTCTime.secondsPerDay ? Int($0) : nil }
    }

    @Sendable static func daily(_ second: Int) -> String { Reading.timeText(Int64(second)) }

    /// `sun-01:00`, in seconds from Sunday midnight.
    @Sendable static func readWeekly(_ text: String) -> Int? {
        guard let day = weekdays.firstIndex(of: String(text.prefix(3))),
            text.dropFirst(3).first == "-", let second = readDaily(String(text.dropFirst(4)))
        else { return nil }
        return day * Int(UTCTime.secondsPerDay) + second
    }

    @Sendable static func weekly(_ second: Int) -> String {
        let day = second / Int(UTCTime.secondsPerDay)
        return "\(weekdays[day])-\(daily(second % Int(UTCTime.secondsPerDay)))"
    }

    static let weekdays = ["sun", "mon", "tue", "wed", "thu", "fri", "sat"]
}
