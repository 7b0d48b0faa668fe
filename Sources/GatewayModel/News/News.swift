import GatewayWire
import Simulation

/// Headlines, articles, providers and bulletins.
extension Reference {
    private static let mostHeadlines = 300
    private static let bulletinPeriod = Duration.seconds(3600)

    func reqNewsProviders(_ request: Request, _ context: inout GatewayContext) {
        var message = Message("newsProviders")
        message.setItems(
            of: "newsProviders",
            to: NewsItem.providers.map { ["code": $0.code, "name": $0.name] })
        context.send(message, to: request.connection)
    }

    /// Newest first between two dates; the end says whether older ones are left.
    ///
    /// Reported: a date without tenths of a second (`.0`) brings no headlines, and where both dates
    /// are given, the first is ignored.
    func reqHistoricalNews(_ request: Request, _ context: inout GatewayContext) {
        guard let contract = context.market.contracts[Int64(request.int("conId") ?? 0)] else {
            context.fail(request, 200, "No security definition has been found for the request")
            return
        }
        let codes = request.text("providerCodes").split(separator: "+").map(String.init)
        let known = NewsItem.providers.map(\.code)
        if let stranger = codes.first(where: { !known.contains($0) }) {
            context.invalidate(
                request, "Incorrect news provider code '\(quoted(stranger))'")
            return
        }
        let texts = [request.text("startDateTime"), request.text("endDateTime")]
        let times = texts.map { $0.isEmpty ? nil : WallClock.seconds(from: $0.droppingFraction) }
        guard zip(texts, times).allSatisfy({ $0.isEmpty || $1 != nil }) else {
            context.failDate(request)
            return
        }
        let asked = request.int("totalResults") ?? 0
        let limit = min(asked < 1 ? 10 : asked, Self.mostHeadlines)
        let now = context.market.clock.seconds(at: request.now)
        let isPrecise = texts.allSatisfy { $0.isEmpty || $0.contains(".") }
        let start = times[1] == nil ? times[0] : nil
        let items =
            isPrecise
            ? NewsItem.items(
                of: contract, in: context.market.contracts,
                after: max(start ?? Market.earliestData, Market.earliestData),
                through: min(times[1] ?? now, now), providers: codes, limit: limit + 1) : []
        for item in items.prefix(limit) {
            let date = WallClock.day(of: item.seconds)
            let year = date.prefix(4)
            let month = date.dropFirst(4).prefix(2)
            let time = WallClock.timeOfDay(of: item.seconds)
            context.send(
                Message(
                    "historicalNews",
                    [
                        "requestId": String(request.id),
                        "time": "\(year)-\(month)-\(date.suffix(2)) \(time).0",
                        "providerCode": item.provider, "articleId": item.articleID,
                        "headline": item.headline,
                    ]), to: request.connection)
        }
        context.send(
            Message(
                "historicalNewsEnd",
                ["reqId": String(request.id), "hasMore": items.count > limit ? "1" : "0"]),
            to: request.connection)
    }

    /// The article's id says which headline it belongs to.
    func reqNewsArticle(_ request: Request, _ context: inout GatewayContext) {
        let id = request.text("articleId")
        guard let item = NewsItem(articleID: id, in: context.market.contracts),
            item.provider == request.text("providerCode")
        else {
            context.fail(request, 10172, "Failed to request news article: no such article")
            return
        }
        context.send(
            Message(
                "newsArticle",
                ["reqId": String(request.id), "articleType": "0", "articleText": item.article]),
            to: request.connection)
    }

    /// With `allMsgs` the day's bulletins come at once; then one every full hour.
    ///
    /// Asked again, the subscription simply goes on.
    mutating func reqNewsBulletins(_ request: Request, _ context: inout GatewayContext) {
        let hour = context.market.clock.seconds(at: request.now) / 3600
        if request.flag("allMsgs") {
            let first = context.market.clock.day(at: request.now) * 24
            for number in first...max(first, hour) {
                sendBulletin(number, request.connection, &context)
            }
        }
        _ = subscriptions.stop(.bulletins, request, &context)
        subscriptions.start(
            .bulletins, request, .bulletins, at: nextHour(after: request.now, context.market.clock),
            &context)
    }

    /// Nothing is answered.
    mutating func cancelNewsBulletins(_ request: Request, _ context: inout GatewayContext) {
        _ = subscriptions.stop(.bulletins, request, &context)
    }

    func advanceBulletins(
        _ connection: ConnectionID, at now: SimInstant, _ context: inout GatewayContext
    ) -> SimInstant? {
        if context.serverIsConnected {
            sendBulletin(context.market.clock.seconds(at: now) / 3600, connection, &context)
        }
        return nextHour(after: now, context.market.clock)
    }

    private func nextHour(after now: SimInstant, _ clock: WallClock) -> SimInstant {
        let period = Self.bulletinPeriod.nanoseconds / 1_000_000
        return now + .milliseconds(period - clock.milliseconds(at: now) % period)
    }

    /// Recorded at 200: type 1 whatever it says, an id that looks like seconds since 1970, a text that
    /// begins with a rule, those it is for and when, and the exchanges once more.
    ///
    /// - Parameter number: The hour, counted from 1970.
    private func sendBulletin(
        _ number: Int64, _ connection: ConnectionID, _ context: inout GatewayContext
    ) {
        let kinds: [(exchanges: String, text: String)] = [
            ("NYSE", "A bulletin made up by fakegw."),
            ("ARCA", "The exchange is no longer available for trading."),
            ("NASDAQ,ARCA", "The exchanges are available for trading again."),
        ]
        let kind = kinds[Int(mixed(UInt64(bitPattern: number), 9) % 3)]
        let seconds = number * 3600
        let text =
            String(repeating: "=", count: 54) + "\nTo \(kind.exchanges) traders:\n"
            + Self.longDate(seconds) + "\n" + kind.text
        context.send(
            Message(
                "updateNewsBulletin",
                [
                    "msgId": String(seconds), "msgType": "1", "newsMessage": text,
                    "originExch": kind.exchanges,
                ]), to: connection)
    }

    /// `Thu 09 Jul 2026 10:38:19 PM EDT`, on New York's clocks.
    private static func longDate(_ seconds: Int64) -> String {
        let zone = LocalZone.eastern
        let local = zone.local(seconds)
        let time = UTCTime(secondsSince1970: local)
        let weekday = UTCTime.weekday(days: floorDivide(local, UTCTime.secondsPerDay))
        let day = ["Sun", "Mon", "Tue", "Wed", "Thu", "Fri", "Sat"][Int(weekday)]
        let month = [
            "Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec",
        ][Int(time.month) - 1]
        let hour = (time.hour + 11) % 12 + 1
        let clock = "\(padded(hour, to: 2)):\(time.clockText.dropFirst(3))"
        return "\(day) \(padded(time.day, to: 2)) \(month) \(time.year) \(clock) "
            + (time.hour < 12 ? "AM" : "PM")
            + (zone.offset(at: seconds) == -14_400 ? " EDT" : " EST")
    }
}

extension String {
    /// News dates are written with dashes and tenths of a second: `2026-01-15 14:30:00.0`.
    fileprivate var droppingFraction: String {
        let whole = split(separator: ".").first.map(String.init) ?? ""
        let parts = whole.split(separator: " ")
        guard let date = parts.first, date.utf8.count == 10 else { return whole }
        return ([date.filter { $0 != "-" }] + parts.dropFirst().map(String.init))
            .joined(separator: " ")
    }
}
