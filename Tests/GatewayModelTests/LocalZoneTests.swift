import GatewayModel
import Testing

@Suite struct `Zones of exchanges and machines` {
    private func utc(_ text: String) throws -> Int64 { try #require(WallClock.seconds(from: text)) }

    @Test(arguments: [
        ("US/Eastern", "20260308-06:59:59", "20260308 01:59:59 US/Eastern"),
        ("US/Eastern", "20260308-07:00:00", "20260308 03:00:00 US/Eastern"),
        ("US/Eastern", "20261101-05:59:59", "20261101 01:59:59 US/Eastern"),
        ("US/Eastern", "20261101-06:00:00", "20261101 01:00:00 US/Eastern"),
        ("US/Central", "20260115-14:30:00", "20260115 08:30:00 US/Central"),
        ("MET", "20260329-00:59:59", "20260329 01:59:59 MET"),
        ("MET", "20260329-01:00:00", "20260329 03:00:00 MET"),
        ("MET", "20261025-00:59:59", "20261025 02:59:59 MET"),
        ("MET", "20261025-01:00:00", "20261025 02:00:00 MET"),
        ("GB-Eire", "20260715-12:00:00", "20260715 13:00:00 GB-Eire"),
        ("Australia/NSW", "20260115-00:00:00", "20260115 11:00:00 Australia/NSW"),
        ("Australia/NSW", "20260715-00:00:00", "20260715 10:00:00 Australia/NSW"),
        ("Japan", "20260115-00:00:00", "20260115 09:00:00 Japan"),
        ("Asia/Calcutta", "20260115-00:00:00", "20260115 05:30:00 Asia/Calcutta"),
    ])
    func `show the local time`(name: String, moment: String, shown: String) throws {
        let zone = try #require(LocalZone(named: name))
        #expect(zone.dateTime(try utc(moment)) == shown)
    }

    @Test(arguments: ["UTC", "US/Eastern", "CET", "Australia/Sydney", "Hongkong"])
    func `tell the moment from the local time in every hour of a year`(name: String) throws {
        let zone = try #require(LocalZone(named: name))
        let start = try utc("20260101")
        for hour in 0..<8760 as Range<Int64> {
            let moment = start + hour * 3600
            // Only the hour that comes twice means another moment, the first one.
            let back = zone.seconds(ofLocal: zone.local(moment))
            #expect(
                back == moment || (back == moment - 3600 && zone.local(back) == zone.local(moment)))
        }
    }

    @Test func `count an hour that is left out from the last moment of winter`() throws {
        #expect(try utc("20260308 02:30:00 US/Eastern") == utc("20260308-07:30:00"))
    }

    @Test func `are read behind a time, dashes included`() throws {
        #expect(try utc("20260715 09:30:00 GB-Eire") == utc("20260715-08:30:00"))
        #expect(try utc("20260715-09:30:00 Europe/Amsterdam") == utc("20260715-07:30:00"))
    }

    @Test func `never trap at the ends of time`() {
        for moment in [Int64.min, .max] {
            let zones = ["US/Eastern", "CET", "Australia/NSW"].compactMap(LocalZone.init(named:))
            #expect(zones.map { $0.local(moment) &- moment }.count == 3)
        }
    }

    @Test func `are the exchange's`() {
        func zone(_ exchange: String, _ primary: String = "") -> String {
            var contract = Contract(
                conID: 1, symbol: "X", secType: "STK", longName: "X", referencePrice: 1)
            contract.exchange = exchange
            contract.primaryExchange = primary
            return contract.zone.name
        }
        #expect(zone("SMART", "NASDAQ") == "US/Eastern")
        #expect(zone("SMART") == "US/Eastern")
        #expect(zone("CME") == "US/Central")
        #expect(zone("SMART", "IBIS") == "MET")
        #expect(zone("CBOE", "NASDAQ") == "US/Central")
    }
}
