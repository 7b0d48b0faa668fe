/// When an exchange trades, as a world says it; every time is UTC.
package struct TradingCalendar: Hashable, Sendable {
    package let name: String
    /// Contracts listed or routed there keep these hours without saying so.
    package var exchanges: [String] = []
    /// Seconds into the day.
    package var regular: Range<Int64> = 52_200..<75_600
    /// Trading before and after regular hours too.
    package var extended: Range<Int64> = 32_400..<WallClock.secondsPerDay
    /// 0 Sunday to 6 Saturday.
    package var weekdays: Set<Int64> = [1, 2, 3, 4, 5]
    /// Days since 1970 without any session.
    package var holidays: Set<Int64> = []

    package init(name: String) {
        self.name = name
    }
}

extension World {
    /// The contracts written down and those listed on a day, each with its calendar; the first of
    /// equals stays.
    package func allContracts(today: Int64) -> [Contract] {
        let known = Set(contracts.map { [$0.symbol, $0.secType, $0.localSymbol] })
        let listed = listedContracts(today: today)
            .filter { !known.contains([$0.symbol, $0.secType, $0.localSymbol]) }
        let all = contracts + listed
        guard !calendars.isEmpty else { return all }
        let byName = Dictionary(
            calendars.map { ($0.name, $0) }, uniquingKeysWith: { first, _ in first })
        let byExchange = Dictionary(
            calendars.flatMap { calendar in calendar.exchanges.map { ($0, calendar) } },
            uniquingKeysWith: { first, _ in first })
        return all.map { contract in
            var contract = contract
            contract.sessions =
                byName[contract.calendar] ?? byExchange[contract.primaryExchange]
                ?? byExchange[contract.exchange]
            return contract
        }
    }

    /// What chains and series list on a day.
    private func listedContracts(today: Int64) -> [Contract] {
        chains.enumerated().flatMap { $1.contracts(number: Int64($0), today: today) }
            + futures.enumerated().flatMap { $1.contracts(number: Int64($0), today: today) }
    }
}
