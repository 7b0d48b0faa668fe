import GatewayModel
import GatewayWire
import Simulation
import Testing

@Suite struct `The bars of a day` {
    private func answer(
        _ gateway: Gateway, conID: String = "265598", duration: String = "1 D",
        size: String = "1 hour", end: String, regular: String = "1"
    ) -> [Message] {
        // A copy, so that each question comes from a client of its own.
        var gateway = gateway
        let client = gateway.start()
        return gateway.reply(
            client, "reqHistoricalData",
            [
                "reqId": "3", "contract.conId": conID, "endDateTime": end,
                "barSizeSetting": size, "durationStr": duration, "useRTH": regular,
                "whatToShow": "TRADES", "formatDate": "1",
            ])
    }

    private func dates(_ answer: [Message]) -> [String] {
        answer[0].items(of: "bars").compactMap { $0["date"] }
    }

    @Test func `begin at full hours, the first with the session`() {
        let gateway = Gateway()
        // Daylight saving time: 16:00 in New York is 20:00 in UTC.
        let hours = dates(answer(gateway, end: "20250715-20:00:00"))
        #expect(
            hours
                == ["09:30", "10:00", "11:00", "12:00", "13:00", "14:00", "15:00"].map {
                    "20250715 \($0):00 US/Eastern"
                })
        for (size, starts) in [
            ("30 mins", ["09:30", "10:00", "10:30"]), ("2 hours", ["09:30", "10:00", "12:00"]),
            ("3 hours", ["09:30", "12:00", "15:00"]), ("4 hours", ["09:30", "12:00"]),
            ("8 hours", ["09:30"]), ("20 mins", ["09:30", "09:40", "10:00"]),
        ] {
            let told = dates(answer(gateway, size: size, end: "20250715-20:00:00"))
            #expect(
                told.prefix(3) == starts.map { "20250715 \($0):00 US/Eastern" }[...]
                    || told == starts.map { "20250715 \($0):00 US/Eastern" })
        }
        let running = dates(answer(gateway, end: "20250715-15:53:51"))
        #expect(
            running.map { $0.prefix(14) } == ["20250715 09:30", "20250715 10:00", "20250715 11:00"])
    }

    @Test func `of currencies and futures belong to the day on which they end`() {
        var gateway = Gateway()
        let client = gateway.start()
        func schedule(_ conID: String) -> [[String: String]] {
            gateway.reply(
                client, "reqHistoricalData",
                [
                    "reqId": "3", "contract.conId": conID, "endDateTime": "20260112-15:00:00",
                    "barSizeSetting": "1 day", "durationStr": "1 D", "useRTH": "0",
                    "whatToShow": "SCHEDULE",
                ])[0].items(of: "sessions")
        }
        #expect(schedule("12087792").map { $0["startDateTime"] } == ["20260111-17:15:00"])
        #expect(schedule("12087792").map { $0["endDateTime"] } == ["20260112-17:00:00"])
        #expect(schedule("12087792").map { $0["refDate"] } == ["20260112"])
        #expect(schedule("265598").map { $0["startDateTime"] } == ["20260112-04:00:00"])
    }

    @Test func `are not there on holidays`() {
        let gateway = Gateway()
        let year = Set(
            dates(answer(gateway, duration: "1 Y", size: "1 day", end: "20260102-23:00:00")))
        for holiday in [
            "20250101", "20250120", "20250217", "20250418", "20250526", "20250619", "20250704",
            "20250901", "20251127", "20251225", "20260101",
        ] {
            #expect(!year.contains(holiday))
        }
        #expect(year.isSuperset(of: ["20250417", "20250421", "20251224", "20260102"]))
        #expect(year.count == 251)
        // Recorded: a month up to 11 April 2026, without Good Friday.
        let later = Gateway { $0.epoch += 86_400_000_000_000 * 90 }
        let month = dates(answer(later, duration: "1 M", size: "1 day", end: "20260411-18:00:00"))
        #expect(month.count == 21 && month.first == "20260312" && month.last == "20260410")
    }

    @Test func `end with the moment asked for, and the duration before it`() {
        let gateway = Gateway()
        for (duration, start) in [
            ("1 D", "20260112 11:53:51"), ("1 W", "20260106 11:53:51"),
            ("1 M", "20251213 11:53:51"), ("2 Y", "20240113 11:53:51"),
            ("3600 S", "20260113 10:53:51"),
        ] {
            let told = answer(
                gateway, duration: duration, size: "1 hour", end: "20260113-16:53:51")
            #expect(told.last?.name == "historicalDataEnd")
            #expect(told.last?["startDateStr"] == "\(start) US/Eastern")
            #expect(told.last?["endDateStr"] == "20260113 11:53:51 US/Eastern")
        }
    }

    @Test func `are dated by the clocks that a setting names`() {
        for (zone, date) in [
            (InstrumentTimezone.instrument, "20260114 09:30:00 US/Eastern"),
            (.operator, "20260114 14:30:00 UTC"), (.utc, "20260114-14:30:00"),
        ] {
            let gateway = Gateway { $0.sendInstrumentTimezone = zone }
            let told = answer(gateway, end: "20260114-21:00:00")
            #expect(dates(told).first == date)
            #expect(
                told.last?["endDateStr"]?.hasSuffix(String(date.suffix(4))) == true || zone == .utc)
        }
    }

    @Test func `have two decimals in their prices, and three at most in the average`() {
        let gateway = Gateway()
        for bar in answer(gateway, size: "5 mins", end: "20260114-21:00:00")[0].items(of: "bars") {
            for name in ["open", "high", "low", "close"] {
                #expect(bar[name]?.split(separator: ".").last?.count == 2)
            }
            let places = bar["wap"]?.split(separator: ".").dropFirst().first?.count ?? 0
            #expect(places <= 3)
        }
    }
}

@Suite struct `A day's volume` {
    @Test func `is one number in ticks, bars and counts`() throws {
        // Four hours into the regular session.
        var gateway = Gateway { $0.epoch += 4 * 3_600_000_000_000 }
        let client = gateway.start()
        func bars(_ size: String, regular: String) -> [[String: String]] {
            gateway.reply(
                client, "reqHistoricalData",
                [
                    "reqId": "3", "contract.conId": "265598", "barSizeSetting": size,
                    "durationStr": "2 D", "useRTH": regular, "whatToShow": "TRADES",
                    "formatDate": "1",
                ])[0].items(of: "bars")
        }
        func sum(_ bars: [[String: String]], _ name: String) -> Int {
            bars.reduce(0) { $0 + (Int($1[name] ?? "") ?? 0) }
        }
        let ticks = gateway.reply(
            client, "reqMktData",
            ["reqId": "2", "contract.conId": "265598", "genericTickList": "293"])
        func tick(_ type: String, _ name: String) -> String? {
            ticks.first { $0["tickType"] == type }?[name]
        }
        let day = try #require(bars("1 day", regular: "0").last)
        let volume = try #require(Int(tick("8", "size") ?? ""))
        #expect(day["volume"] == String(volume))
        #expect(day["barCount"] == tick("54", "value"))
        let fine = bars("5 mins", regular: "0").filter { ($0["date"] ?? "") > "20260115" }
        #expect(sum(fine, "volume") == volume)
        let regular = bars("1 day", regular: "1")
        let now = try #require(regular.last)
        let inHours = try #require(Int(now["volume"] ?? ""))
        #expect(inHours <= volume && inHours * 10 > volume * 9)
        let units = try #require(Int(now["barCount"] ?? "").map { inHours / $0 })
        #expect((10...1_000).contains(units))
        // The day's prices are those of the regular session's bar.
        for (type, name) in [("6", "high"), ("7", "low"), ("14", "open"), ("4", "close")] {
            #expect(tick(type, "price").flatMap { Amount($0) } == now[name].flatMap { Amount($0) })
        }
        #expect(
            tick("9", "price").flatMap { Amount($0) }
                == regular.first?["close"].flatMap { Amount($0) })
    }

    @Test func `begins and ends busily`() throws {
        var gateway = Gateway()
        let client = gateway.start()
        let volumes = gateway.reply(
            client, "reqHistoricalData",
            [
                "reqId": "3", "contract.conId": "265598", "barSizeSetting": "30 mins",
                "durationStr": "1 D", "useRTH": "1", "whatToShow": "TRADES",
                "endDateTime": "20260114-21:00:00",
            ])[0].items(of: "bars").compactMap { $0["volume"].flatMap { Int($0) } }
        try #require(volumes.count == 13)
        #expect(volumes[0] > 2 * volumes[6] && volumes[12] > volumes[6])
    }
}

@Suite struct `A market depth` {
    @Test func `names every exchange of its rows in the notice`() throws {
        var gateway = Gateway()
        let client = gateway.start()
        let answer = gateway.reply(
            client, "reqMktDepth",
            [
                "reqId": "4", "contract.conId": "265598", "numRows": "40", "isSmartDepth": "1",
            ])
        #expect(answer.first?["errorCode"] == "2152")
        let notice = try #require(answer.first?["errorString"])
        let named = notice.split(separator: "Top:")[0]
        let makers = Set(answer.compactMap { $0["marketMaker"] })
        #expect(makers.count > 3)
        #expect(makers.allSatisfy { named.contains("\($0);") })
    }

    @Test func `of one exchange says neither maker nor kind`() throws {
        var gateway = Gateway { $0.newestVersion = 225 }
        let client = gateway.start(version: 225)
        let rows = gateway.reply(
            client, "reqMktDepth", ["reqId": "4", "contract.conId": "12087792", "numRows": "3"])
        #expect(rows.count == 6)
        for row in rows {
            #expect(row["marketMaker"] == nil && row["isSmartDepth"] == nil)
        }
    }
}
