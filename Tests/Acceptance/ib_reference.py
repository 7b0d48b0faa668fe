"""Cases of ib_async and ib_insync: contracts, scanners, news, calendars, display groups."""

import json

from cells import case, require
from checks import AAPL, SPY, check_chain, check_xml
from ib_session import IS_INSYNC, library


@case
def reqContractDetails(s):
    """details of the very contract, a whole chain, a bond; of an unknown one error 200 and none"""
    one, = s.ib.reqContractDetails(library.Stock("AAPL", "SMART", "USD"))
    require(one.contract.conId == AAPL and one.longName == "APPLE INC" and one.minTick == 0.01
            and one.tradingHours, f"{one}")
    require(len(one.validExchanges.split(",")) == len(one.marketRuleIds.split(",")),
            "exchanges and market rules differ in number")
    spy, = s.ib.reqContractDetails(library.Contract(conId=SPY, exchange="SMART"))
    require(spy.contract.symbol == "SPY", "another con id's contract")
    chain = s.ib.reqContractDetails(library.Option("AAPL", "", 260, "C", "SMART"))
    require(len(chain) >= 6 and {d.contract.right for d in chain} == {"C"}, f"{len(chain)}")
    bond, = s.ib.reqContractDetails(library.Bond(symbol="US-T"))
    require(bond.descAppend == "US-T 4 11/15/34" and bond.cusip.startswith("IBCID"), f"{bond}")
    none = []
    s.refused(200, lambda: none.append(
        s.ib.reqContractDetails(library.Stock("NOSUCH", "SMART", "USD"))))
    require(none == [[]], f"{none}")


@case
def qualifyContracts(s):
    """the contract itself, filled in; of an unknown one nothing"""
    contract = library.Stock("IBM", "SMART", "USD")
    require(s.ib.qualifyContracts(contract) == [contract] and contract.conId == 8314, f"{contract}")
    none = []
    s.refused(200, lambda: none.append(
        s.ib.qualifyContracts(library.Stock("NOSUCH", "SMART", "USD"))))
    s.log.claim("Unknown contract")
    require(none == [[] if IS_INSYNC else [None]], f"{none}")


@case
def reqMatchingSymbols(s):
    """what begins with the pattern or bears it in its name"""
    rows = s.ib.reqMatchingSymbols("APPLE")
    require(AAPL in {row.contract.conId for row in rows}, f"{rows}")
    require(s.ib.reqMatchingSymbols("QQQQQQ") == [], "rows for no match")


@case
def reqSecDefOptParams(s):
    """one chain an exchange with expirations and strikes around the price"""
    chains = s.ib.reqSecDefOptParams("AAPL", "", "STK", AAPL)
    check_chain([(c.exchange, int(c.underlyingConId), c.multiplier, c.expirations, c.strikes)
                 for c in chains])


@case
def reqMarketRule(s):
    """increments from a lower edge of 0 upwards"""
    one, = s.ib.reqContractDetails(s.apple)
    steps = s.ib.reqMarketRule(int(one.marketRuleIds.split(",")[0]))
    require(steps[0].lowEdge == 0 and steps[0].increment == 0.01, f"{steps}")


def scan(code="TOP_PERC_GAIN", rows=5):
    return library.ScannerSubscription(instrument="STK", locationCode="STK.US.MAJOR",
                                       scanCode=code, numberOfRows=rows)


@case
def reqScannerParameters(s):
    """an XML document that lists scan codes and locations"""
    document = check_xml(s.ib.reqScannerParameters(), "ScanParameterResponse")
    codes = {element.text for element in document.iter("scanCode")}
    require({"TOP_PERC_GAIN", "MOST_ACTIVE"} <= codes, f"codes {codes}")


def check_rows(rows):
    require([row.rank for row in rows] == list(range(5)), f"{rows}")
    contracts = [row.contractDetails.contract for row in rows]
    require(len({c.conId for c in contracts}) == 5 and {c.secType for c in contracts} == {"STK"},
            f"{contracts}")


@case
def reqScannerData(s):
    """rows by rank, as many as asked for; its cancel is told with error 162"""
    rows = s.ib.reqScannerData(scan())
    check_rows(rows)
    s.claim(162, rows.reqId)


@case
def reqScannerSubscription(s):
    """rows by rank, as many as asked for; of an unknown code error 162"""
    rows = s.ib.reqScannerSubscription(scan())
    s.until(lambda: len(rows) == 5, "five rows")
    check_rows(rows)
    s.refused(162, lambda: s.ib.cancelScannerSubscription(rows))
    s.refused(162, lambda: s.ib.reqScannerSubscription(scan("NOSUCH")))


@case
def cancelScannerSubscription(s):
    """error 162, that it is cancelled; once more, error 365"""
    rows = s.ib.reqScannerSubscription(scan())
    s.until(lambda: rows, "rows")
    s.refused(162, lambda: s.ib.cancelScannerSubscription(rows),
              containing="API scanner subscription cancelled")
    s.refused(365, lambda: s.ib.cancelScannerSubscription(rows))


@case
def reqNewsProviders(s):
    """codes and names"""
    rows = s.ib.reqNewsProviders()
    require(len(rows) >= 3 and all(row.code and row.name for row in rows), f"{rows}")


@case
def reqHistoricalNews(s):
    """headlines, the newest first and no more than asked for"""
    rows = s.ib.reqHistoricalNews(AAPL, "BRFG+DJNL", "", "", 5)
    times = [row.time for row in rows]
    require(len(rows) == 5 and times == sorted(times, reverse=True), f"{times}")
    require({row.providerCode for row in rows} <= {"BRFG", "DJNL"}, "another provider")
    require(all(row.articleId and row.headline for row in rows), "no headline")


@case
def reqNewsArticle(s):
    """the text of a headline; of an unknown one error 10172"""
    one, = s.ib.reqHistoricalNews(AAPL, "BRFG+DJNL", "", "", 1)
    article = s.ib.reqNewsArticle(one.providerCode, one.articleId)
    require(article.articleType == 0 and one.headline.split("}")[-1] in article.articleText,
            f"{article}")
    s.refused(10172, lambda: s.ib.reqNewsArticle("BRFG", "BRFG$nothing"))


@case
def reqNewsBulletins(s):
    """the day's bulletins so far"""
    s.silent(lambda: s.ib.reqNewsBulletins(True))
    rows = s.ib.newsBulletins()
    require(rows and all(row.msgType == 1 and row.message for row in rows), f"{rows}")
    s.silent(s.ib.cancelNewsBulletins)


@case
def cancelNewsBulletins(s):
    """nothing, whether there was a subscription or not"""
    s.silent(lambda: s.ib.reqNewsBulletins(False))
    s.silent(s.ib.cancelNewsBulletins)
    s.silent(s.ib.cancelNewsBulletins)


def check_meta(text):
    kinds = {kind["tag"] for kind in json.loads(text)["meta_data"]["event_types"]}
    require("wshe_ed" in kinds, f"{kinds}")


def check_events(text):
    rows = json.loads(text)
    require(rows and all(row["conids"] == [str(AAPL)] and row["event_type"] for row in rows), text)


def is_old(s):
    return s.options.version < 161


def old(s, send, is_active=False):
    """Sends what the version lacks: the library sends it all the same, and its cancel."""
    s.ib.wrapper.wshMetaReqId = s.ib.wrapper.wshEventReqId = s.new_id() if is_active else 0
    send()
    s.fence()
    require(s.errors and all(code == 322 and "needs server version 161" in text
                             for _, code, text in s.errors), f"{s.errors}")
    (_, _, text), *_ = s.errors
    s.errors.clear()
    return f"error 322: {text}"


@case
def getWshMetaData(s):
    """JSON that lists event types"""
    if is_old(s):
        return old(s, s.ib.getWshMetaData)
    check_meta(s.ib.getWshMetaData())
    s.silent(s.ib.cancelWshMetaData)


@case
def reqWshMetaData(s):
    """wshMetaEvent: JSON that lists event types"""
    if is_old(s):
        return old(s, s.ib.reqWshMetaData)
    seen = []
    s.ib.wshMetaEvent += seen.append
    s.ib.reqWshMetaData()
    s.until(lambda: seen, "wshMetaEvent")
    s.ib.wshMetaEvent -= seen.append
    check_meta(seen[0])
    s.silent(s.ib.cancelWshMetaData)


@case
def cancelWshMetaData(s):
    """nothing; the library says by itself when there is nothing to cancel"""
    if is_old(s):
        return old(s, s.ib.cancelWshMetaData, is_active=True)
    s.ib.getWshMetaData()
    s.silent(s.ib.cancelWshMetaData)
    s.ib.cancelWshMetaData()
    s.log.claim("reqWshMetaData not active")


def about_apple(s):
    s.ib.getWshMetaData()
    s.ib.cancelWshMetaData()
    return library.WshEventData(conId=AAPL)


@case
def getWshEventData(s):
    """JSON with events of that contract"""
    if is_old(s):
        return old(s, lambda: s.ib.getWshEventData(library.WshEventData()))
    check_events(s.ib.getWshEventData(about_apple(s)))


@case
def reqWshEventData(s):
    """wshEvent: JSON with events of that contract"""
    if is_old(s):
        return old(s, lambda: s.ib.reqWshEventData(library.WshEventData()))
    seen = []
    s.ib.wshEvent += seen.append
    s.ib.reqWshEventData(about_apple(s))
    s.until(lambda: seen, "wshEvent")
    s.ib.wshEvent -= seen.append
    check_events(seen[0])
    s.silent(s.ib.cancelWshEventData)


@case
def cancelWshEventData(s):
    """nothing; the library says by itself when there is nothing to cancel"""
    if is_old(s):
        return old(s, s.ib.cancelWshEventData, is_active=True)
    s.ib.reqWshEventData(about_apple(s))
    s.silent(s.ib.cancelWshEventData)
    s.ib.cancelWshEventData()
    s.log.claim("reqWshEventData not active")


@case
def client_queryDisplayGroups(s):
    """displayGroupList with the numbers of the groups; the library passes it over"""
    request = s.new_id()
    frame = s.answer(lambda: s.client.queryDisplayGroups(request), 67)
    require(frame[3] == "1|2|3|4|5|6|7", f"{frame}")


def shown(s, request, group):
    return s.answer(lambda: s.client.subscribeToGroupEvents(request, group), 68)


@case
def client_subscribeToGroupEvents(s):
    """displayGroupUpdated with what the group shows, which the library passes over; of no group,
    error 322"""
    request = s.new_id()
    require(shown(s, request, 2)[2:][0] == str(request), "another request")
    s.silent(lambda: s.client.unsubscribeFromGroupEvents(request))
    s.refused(322, lambda: s.client.subscribeToGroupEvents(s.new_id(), 99))


@case
def client_updateDisplayGroup(s):
    """displayGroupUpdated with what the group shows now; the library passes it over"""
    request = s.new_id()
    shown(s, request, 3)
    frame = s.answer(lambda: s.client.updateDisplayGroup(request, f"{AAPL}@SMART"), 68)
    require(frame[3] == f"{AAPL}@SMART", f"{frame}")
    s.silent(lambda: s.client.unsubscribeFromGroupEvents(request))


@case
def client_unsubscribeFromGroupEvents(s):
    """nothing; once more, error 300"""
    request = s.new_id()
    shown(s, request, 1)
    s.silent(lambda: s.client.unsubscribeFromGroupEvents(request))
    s.refused(300, lambda: s.client.unsubscribeFromGroupEvents(request))
