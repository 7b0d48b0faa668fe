"""Cases of the official package: bars, historical ticks, fundamental data."""

from datetime import datetime, timezone

from cells import case, require
from checks import REPORTS, check_bars, check_xml, require_near
from official_session import bitcoin, contract
from official_market import LAST, open_line, prices


def ask_bars(s, request, what, duration="2 D", size="1 hour", show="TRADES", kept=False):
    s.reqHistoricalData(request, what, "", duration, size, show, 0, 1, kept, [])


@case
def reqHistoricalData(s):
    """ascending bars whose low and high enclose open and close, the last one at the live price;
    kept up to date, historicalDataUpdate; a schedule from version 165 on"""
    request, since = open_line(s)
    last = prices(s, request, since)[LAST]
    s.cancelMktData(request)
    request = s.new_id()
    bars = s.gather(lambda: ask_bars(s, request, contract()), "historicalDataEnd",
                    "historicalData", request=request)
    check_bars([call.bar for call in bars])
    require(len(bars) > 10, f"{len(bars)} bars")
    require_near(bars[-1].bar.close, last, "the last bar")
    days = s.new_id()
    daily = s.gather(lambda: ask_bars(s, days, contract(), "1 M", "1 day", "MIDPOINT"),
                     "historicalDataEnd", "historicalData", request=days)
    check_bars([call.bar for call in daily], least_volume=-1)
    kept = s.new_id()
    update = s.first("historicalDataUpdate", lambda: ask_bars(
        s, kept, bitcoin(), "3600 S", "5 secs", "TRADES", True), kept).bar
    old = [call.bar for call in s.all("historicalData", 0, kept)]
    check_bars(old, least_volume=0)
    check_bars([update], least_volume=0)
    require(update.date >= old[-1].date, f"update {update.date} before {old[-1].date}")
    s.cancelHistoricalData(kept)
    s.claim(162, kept, 0)
    request = s.new_id()
    ask = lambda: s.reqHistoricalData(
        request, contract(), "", "5 D", "1 day", "SCHEDULE", 1, 1, False, [])
    if s.serverVersion() < 165:
        s.refused(322, ask, request, containing="a schedule needs server version 165")
        return
    schedule = s.first("historicalSchedule", ask, request)
    require(len(schedule.sessions) == 5, f"{len(schedule.sessions)} sessions")
    require(all(a.startDateTime < a.endDateTime and a.startDateTime.startswith(a.refDate)
                for a in schedule.sessions), "an odd session")


@case
def cancelHistoricalData(s):
    """error 162 for bars kept up to date, which then stop; once more, error 366"""
    request = s.new_id()
    s.gather(lambda: ask_bars(s, request, bitcoin(), "7200 S", "5 secs", "MIDPOINT", True),
             "historicalDataEnd", request=request)
    s.refused(162, lambda: s.cancelHistoricalData(request), request,
              containing="API historical data query cancelled")
    s.refused(366, lambda: s.cancelHistoricalData(request), request)


@case
def reqHeadTimeStamp(s):
    """headTimestamp, as a date or in seconds; both the same moment"""
    texts = []
    for form in (1, 2):
        request = s.new_id()
        texts.append(s.first("headTimestamp", lambda: s.reqHeadTimeStamp(
            request, contract(), "TRADES", 1, form), request).headTimestamp)
        s.cancelHeadTimeStamp(request)
    s.fence()
    moment = datetime.strptime(texts[0], "%Y%m%d-%H:%M:%S").replace(tzinfo=timezone.utc)
    require(moment.timestamp() == int(texts[1]), f"{texts}")


@case
def cancelHeadTimeStamp(s):
    """nothing; once more, error 300"""
    request = s.new_id()
    s.first("headTimestamp", lambda: s.reqHeadTimeStamp(request, contract(), "TRADES", 1, 1),
            request)
    s.silent(lambda: s.cancelHeadTimeStamp(request))
    s.refused(300, lambda: s.cancelHeadTimeStamp(request), request)


@case
def reqHistogramData(s):
    """histogramData: rising prices, each with a size, around the live price"""
    request, since = open_line(s)
    last = prices(s, request, since)[LAST]
    s.cancelMktData(request)
    request = s.new_id()
    items = s.first("histogramData", lambda: s.reqHistogramData(
        request, contract(), 0, "3 days"), request).items
    levels = [item.price for item in items]
    require(len(levels) > 5 and levels == sorted(set(levels)), f"prices {levels}")
    sizes = [float(item.size if hasattr(item, "size") else item.count) for item in items]
    require(min(sizes) > 0, f"sizes {sizes}")
    require(levels[0] * 0.9 < last < levels[-1] * 1.1, f"{levels[0]} {last} {levels[-1]}")
    s.silent(lambda: s.cancelHistogramData(request))


@case
def cancelHistogramData(s):
    """nothing; once more, error 300"""
    request = s.new_id()
    s.first("histogramData", lambda: s.reqHistogramData(request, contract(), 0, "1 day"), request)
    s.silent(lambda: s.cancelHistogramData(request))
    s.refused(300, lambda: s.cancelHistogramData(request), request)


@case
def reqHistoricalTicks(s):
    """historicalTicks, historicalTicksBidAsk or historicalTicksLast: as many as asked for,
    ascending"""
    now = s.first("currentTime", s.reqCurrentTime).time
    end = datetime.fromtimestamp(now, timezone.utc).strftime("%Y%m%d %H:%M:%S UTC")
    for show, name in (("MIDPOINT", "historicalTicks"), ("BID_ASK", "historicalTicksBidAsk"),
                       ("TRADES", "historicalTicksLast")):
        request = s.new_id()
        answer = s.first(name, lambda: s.reqHistoricalTicks(
            request, bitcoin(), "", end, 20, show, 0, False, []), request)
        times = [tick.time for tick in answer.ticks]
        require(len(times) == 20 and times == sorted(times) and times[-1] <= now,
                f"{show}: times {times}")
        for tick in answer.ticks:
            if show == "BID_ASK":
                require(tick.priceBid < tick.priceAsk and tick.sizeBid > 0, f"{show}: {tick}")
            else:
                require(tick.price > 0, f"{show}: {tick}")
                require(show != "TRADES" or tick.size > 0 and tick.exchange, f"{show}: {tick}")


@case
def reqFundamentalData(s):
    """fundamentalData: an XML document of each report's root element; for no stock, error 430"""
    for report, root in REPORTS.items():
        request = s.new_id()
        answer = s.first("fundamentalData", lambda: s.reqFundamentalData(
            request, contract(), report, []), request)
        check_xml(answer.data, root)
        s.cancelFundamentalData(request)
    s.fence()
    other = s.new_id()
    s.refused(430, lambda: s.reqFundamentalData(other, bitcoin(), "RESC", []), other)


@case
def cancelFundamentalData(s):
    """nothing; once more, error 300"""
    request = s.new_id()
    s.first("fundamentalData", lambda: s.reqFundamentalData(request, contract(), "RESC", []),
            request)
    s.silent(lambda: s.cancelFundamentalData(request))
    s.refused(300, lambda: s.cancelFundamentalData(request), request)
