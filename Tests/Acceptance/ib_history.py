"""Cases of ib_async and ib_insync: bars, historical ticks, fundamental data."""

import datetime

from cells import case, require
from checks import REPORTS, check_bars, check_xml, require_near


def bars_of(s, contract, duration="2 D", size="1 hour", show="TRADES", **named):
    return s.ib.reqHistoricalData(contract, "", duration, size, show, False, **named)


@case
def reqHistoricalData(s):
    """ascending bars whose low and high enclose open and close, the last one at the live price;
    kept up to date, more of them"""
    last = s.live_price()[2]
    bars = bars_of(s, s.apple)
    check_bars(bars)
    require(len(bars) > 10, f"{len(bars)} bars")
    require_near(bars[-1].close, last, "the last bar")
    check_bars(bars_of(s, s.apple, "1 M", "1 day", "MIDPOINT"), least_volume=-1)
    kept = bars_of(s, s.bitcoin, "3600 S", "5 secs", keepUpToDate=True)
    before = len(kept)
    s.until(lambda: len(kept) > before, "another bar")
    check_bars(kept, least_volume=0)
    s.ib.cancelHistoricalData(kept)
    s.claim(162, kept.reqId)


@case
def cancelHistoricalData(s):
    """error 162 for bars kept up to date, which then stop; once more, error 366"""
    kept = bars_of(s, s.bitcoin, "7200 S", "5 secs", "MIDPOINT", keepUpToDate=True)
    s.refused(162, lambda: s.ib.cancelHistoricalData(kept),
              containing="API historical data query cancelled")
    s.refused(366, lambda: s.ib.cancelHistoricalData(kept))


@case
def reqHistoricalSchedule(s):
    """sessions of the days asked for, from version 165 on"""
    ask = lambda: s.ib.reqHistoricalSchedule(s.apple, 5)
    if s.options.version < 165:
        return s.refused(322, ask, containing="a schedule needs server version 165")
    schedule = ask()
    require(len(schedule.sessions) == 5 and schedule.timeZone, f"{schedule}")
    require(all(each.startDateTime < each.endDateTime
                and each.startDateTime.startswith(each.refDate) for each in schedule.sessions),
            "an odd session")


@case
def reqHeadTimeStamp(s):
    """the first moment there is data of, the same in both formats"""
    first = s.ib.reqHeadTimeStamp(s.apple, "TRADES", True)
    again = s.ib.reqHeadTimeStamp(s.apple, "TRADES", True, 2)
    require(first.replace(tzinfo=datetime.timezone.utc) == again, f"{first} and {again}")


@case
def reqHistogramData(s):
    """rising prices, each with a count, around the live price"""
    last = s.live_price()[2]
    items = s.ib.reqHistogramData(s.apple, False, "3 days")
    levels = [item.price for item in items]
    require(len(levels) > 5 and levels == sorted(set(levels)), f"prices {levels}")
    require(min(item.count for item in items) > 0, "a count of zero")
    require(levels[0] * 0.9 < last < levels[-1] * 1.1, f"{levels[0]} {last} {levels[-1]}")


@case
def client_cancelHistogramData(s):
    """nothing; once more, error 300"""
    request = s.new_id()
    s.answer(lambda: s.client.reqHistogramData(request, s.apple, False, "1 day"), 89)
    s.silent(lambda: s.client.cancelHistogramData(request))
    s.refused(300, lambda: s.client.cancelHistogramData(request))


@case
def reqHistoricalTicks(s):
    """ticks of each kind: as many as asked for, ascending"""
    now = s.ib.reqCurrentTime()
    for show in ("MIDPOINT", "BID_ASK", "TRADES"):
        ticks = s.ib.reqHistoricalTicks(s.bitcoin, "", now, 20, show, False)
        times = [tick.time for tick in ticks]
        require(len(times) == 20 and times == sorted(times) and times[-1] <= now, f"{times}")
        for tick in ticks:
            if show == "BID_ASK":
                require(tick.priceBid < tick.priceAsk and tick.sizeBid > 0, f"{tick}")
            else:
                require(tick.price > 0 and (show != "TRADES" or tick.size > 0), f"{tick}")


@case
def reqFundamentalData(s):
    """an XML document of each report's root element; for no stock, error 430"""
    for report, root in REPORTS.items():
        check_xml(s.ib.reqFundamentalData(s.apple, report), root)
    s.refused(430, lambda: s.ib.reqFundamentalData(s.bitcoin, "RESC"))


@case
def client_cancelFundamentalData(s):
    """nothing; once more, error 300"""
    request = s.new_id()
    s.answer(lambda: s.client.reqFundamentalData(request, s.apple, "RESC", []), 51)
    s.silent(lambda: s.client.cancelFundamentalData(request))
    s.refused(300, lambda: s.client.cancelFundamentalData(request))
