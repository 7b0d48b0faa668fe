"""Cases of the official package: contracts, scanners, news, calendars, display groups, settings."""

import json

from ibapi.scanner import ScannerSubscription

from cells import case, require
from checks import AAPL, SPY, check_chain, check_xml
from official_session import contract

try:
    from ibapi.common import WshEventData
    from ibapi.protobuf.ConfigRequest_pb2 import ConfigRequest
    from ibapi.protobuf.UpdateConfigRequest_pb2 import UpdateConfigRequest
except ImportError:
    pass  # 9.81 has none of their requests


def details(s, what):
    request = s.new_id()
    return s.gather(lambda: s.reqContractDetails(request, what), "contractDetailsEnd",
                    "contractDetails", "bondContractDetails", request=request)


@case
def reqContractDetails(s):
    """contractDetails of the very contract, a whole chain, a bond, then the end; an unknown one
    error 200"""
    found, _ = details(s, contract())
    require(len(found) == 1 and found[0].contractDetails.contract.conId == AAPL, f"{found}")
    one = found[0].contractDetails
    require(one.longName == "APPLE INC" and "SMART" in one.validExchanges.split(",")
            and one.minTick == 0.01 and one.marketRuleIds and one.tradingHours, f"{one}")
    require(len(one.validExchanges.split(",")) == len(one.marketRuleIds.split(",")),
            "exchanges and market rules differ in number")
    found, _ = details(s, contract(conId=SPY, symbol="", kind="", exchange="SMART"))
    require(found[0].contractDetails.contract.symbol == "SPY", "another con id's contract")
    chain, _ = details(s, contract(kind="OPT", strike=260.0, right="C"))
    require(len(chain) >= 6 and {c.contractDetails.contract.right for c in chain} == {"C"}
            and {c.contractDetails.contract.strike for c in chain} == {260.0}, f"{len(chain)}")
    _, bonds = details(s, contract("US-T", "BOND"))
    require(len(bonds) == 1 and bonds[0].contractDetails.descAppend == "US-T 4 11/15/34"
            and bonds[0].contractDetails.cusip.startswith("IBCID"), f"{bonds}")
    unknown = s.new_id()
    s.refused(200, lambda: s.reqContractDetails(unknown, contract("NOSUCH")), unknown)


@case
def cancelContractData(s):
    """nothing: the answer came at once"""
    request = s.new_id()
    if s.serverVersion() < 215:
        return s.refused(503, lambda: s.cancelContractData(request), request)
    s.gather(lambda: s.reqContractDetails(request, contract()), "contractDetailsEnd",
             request=request)
    s.silent(lambda: s.cancelContractData(request))


@case
def cancelHistoricalTicks(s):
    """nothing: the answer came at once"""
    request = s.new_id()
    if s.serverVersion() < 215:
        return s.refused(503, lambda: s.cancelHistoricalTicks(request), request)
    s.first("historicalTicks", lambda: s.reqHistoricalTicks(
        request, contract(), "", "20260102 18:00:00 UTC", 5, "MIDPOINT", 0, False, []), request)
    s.silent(lambda: s.cancelHistoricalTicks(request))


@case
def reqMatchingSymbols(s):
    """symbolSamples: what begins with the pattern or bears it in its name"""
    request = s.new_id()
    rows = s.first("symbolSamples", lambda: s.reqMatchingSymbols(request, "APPLE"),
                   request).contractDescriptions
    require(AAPL in {row.contract.conId for row in rows}, f"{len(rows)} rows without AAPL")
    none = s.new_id()
    rows = s.first("symbolSamples", lambda: s.reqMatchingSymbols(none, "QQQQQQ"),
                   none).contractDescriptions
    require(not rows, f"{len(rows)} rows for no match")


@case
def reqSecDefOptParams(s):
    """one chain an exchange with expirations and strikes around the price, then the end"""
    request = s.new_id()
    rows = s.gather(lambda: s.reqSecDefOptParams(request, "AAPL", "", "STK", AAPL),
                    "securityDefinitionOptionParameterEnd", "securityDefinitionOptionParameter",
                    request=request)
    check_chain([(row.exchange, row.underlyingConId, row.multiplier, row.expirations, row.strikes)
                 for row in rows])


@case
def reqMarketRule(s):
    """marketRule: increments from a lower edge of 0 upwards; an unknown one error 321"""
    found, _ = details(s, contract())
    number = int(found[0].contractDetails.marketRuleIds.split(",")[0])
    rule = s.first("marketRule", lambda: s.reqMarketRule(number))
    require(rule.marketRuleId == number and rule.priceIncrements[0].lowEdge == 0
            and rule.priceIncrements[0].increment == 0.01, f"{rule}")
    s.refused(321, lambda: s.reqMarketRule(999_999))


def scan(code="TOP_PERC_GAIN", rows=5):
    subscription = ScannerSubscription()
    subscription.instrument, subscription.locationCode = "STK", "STK.US.MAJOR"
    subscription.scanCode, subscription.numberOfRows = code, rows
    return subscription


@case
def reqScannerParameters(s):
    """scannerParameters: an XML document that lists scan codes and locations"""
    document = check_xml(s.first("scannerParameters", s.reqScannerParameters).xml,
                         "ScanParameterResponse")
    codes = {element.text for element in document.iter("scanCode")}
    require({"TOP_PERC_GAIN", "MOST_ACTIVE"} <= codes, f"codes {codes}")


@case
def reqScannerSubscription(s):
    """scannerData by rank, as many rows as asked for, then the end; an unknown code error 162"""
    request = s.new_id()
    rows = s.gather(lambda: s.reqScannerSubscription(request, scan(), [], []), "scannerDataEnd",
                    "scannerData", request=request)
    require([row.rank for row in rows] == list(range(5)), f"ranks {[row.rank for row in rows]}")
    contracts = [row.contractDetails.contract for row in rows]
    require(len({c.conId for c in contracts}) == 5 and {c.secType for c in contracts} == {"STK"},
            f"{contracts}")
    s.refused(162, lambda: s.cancelScannerSubscription(request), request)
    odd = s.new_id()
    s.refused(162, lambda: s.reqScannerSubscription(odd, scan("NOSUCH"), [], []), odd)


@case
def cancelScannerSubscription(s):
    """error 162, that it is cancelled; once more, error 365"""
    request = s.new_id()
    s.gather(lambda: s.reqScannerSubscription(request, scan(), [], []), "scannerDataEnd",
             request=request)
    s.refused(162, lambda: s.cancelScannerSubscription(request), request,
              containing="API scanner subscription cancelled")
    s.refused(365, lambda: s.cancelScannerSubscription(request), request)


@case
def reqNewsProviders(s):
    """newsProviders: codes and names"""
    rows = s.first("newsProviders", s.reqNewsProviders).newsProviders
    require(len(rows) >= 3 and all(row.code and row.name for row in rows), f"{rows}")


def headlines(s, count=5):
    request = s.new_id()
    since = s.mark()
    rows = s.gather(lambda: s.reqHistoricalNews(request, AAPL, "BRFG+DJNL", "", "", count, []),
                    "historicalNewsEnd", "historicalNews", request=request)
    return rows, s.all("historicalNewsEnd", since, request)[0].hasMore


@case
def reqHistoricalNews(s):
    """historicalNews, the newest first and no more than asked for, then the end"""
    rows, has_more = headlines(s)
    times = [row.time for row in rows]
    require(len(rows) == 5 and has_more and times == sorted(times, reverse=True), f"{times}")
    require({row.providerCode for row in rows} <= {"BRFG", "DJNL"}, "another provider")
    require(all(row.articleId and row.headline for row in rows), "no headline")


@case
def reqNewsArticle(s):
    """newsArticle: the text of a headline; an unknown one error 10172"""
    rows, _ = headlines(s)
    request = s.new_id()
    article = s.first("newsArticle", lambda: s.reqNewsArticle(
        request, rows[0].providerCode, rows[0].articleId, []), request)
    require(article.articleType == 0 and rows[0].headline.split("}")[-1] in article.articleText,
            f"{article}")
    odd = s.new_id()
    s.refused(10172, lambda: s.reqNewsArticle(odd, "BRFG", "BRFG$nothing", []), odd)


@case
def reqNewsBulletins(s):
    """updateNewsBulletin: the day's bulletins so far"""
    since = s.mark()
    s.first("updateNewsBulletin", lambda: s.reqNewsBulletins(True))
    s.fence()
    rows = s.all("updateNewsBulletin", since)
    ids = [row.msgId for row in rows]
    require(ids == sorted(set(ids)) and all(row.msgType == 1 for row in rows), f"{ids}")
    s.silent(s.cancelNewsBulletins)


@case
def cancelNewsBulletins(s):
    """nothing, whether there was a subscription or not"""
    s.silent(lambda: s.reqNewsBulletins(False))
    s.silent(s.cancelNewsBulletins)
    s.silent(s.cancelNewsBulletins)


@case
def reqWshMetaData(s):
    """wshMetaData: JSON that lists event types"""
    request = s.new_id()
    data = json.loads(s.first("wshMetaData", lambda: s.reqWshMetaData(request), request).dataJson)
    require("wshe_ed" in {kind["tag"] for kind in data["meta_data"]["event_types"]}, f"{data}")
    s.silent(lambda: s.cancelWshMetaData(request))


@case
def cancelWshMetaData(s):
    """nothing; once more, error 10280"""
    request = s.new_id()
    s.first("wshMetaData", lambda: s.reqWshMetaData(request), request)
    s.silent(lambda: s.cancelWshMetaData(request))
    s.refused(10280, lambda: s.cancelWshMetaData(request), request)


def about_apple():
    data = WshEventData()
    data.conId = AAPL
    return data


def events(s):
    meta, request = s.new_id(), s.new_id()
    s.first("wshMetaData", lambda: s.reqWshMetaData(meta), meta)
    s.silent(lambda: s.cancelWshMetaData(meta))
    data = s.first("wshEventData", lambda: s.reqWshEventData(
        request, about_apple()), request).dataJson
    return request, json.loads(data)


@case
def reqWshEventData(s):
    """wshEventData: JSON with events of that contract; before the metadata, error 10282"""
    early = s.another(72)
    number = early.new_id()
    early.refused(10282, lambda: early.reqWshEventData(number, about_apple()), number)
    early.leave()
    request, data = events(s)
    require(data and all(row["conids"] == [str(AAPL)] and row["event_type"] for row in data),
            f"{data}")
    s.silent(lambda: s.cancelWshEventData(request))


@case
def cancelWshEventData(s):
    """nothing; once more, error 10284"""
    request, _ = events(s)
    s.silent(lambda: s.cancelWshEventData(request))
    s.refused(10284, lambda: s.cancelWshEventData(request), request)


@case
def queryDisplayGroups(s):
    """displayGroupList: the numbers of the groups"""
    request = s.new_id()
    groups = s.first("displayGroupList", lambda: s.queryDisplayGroups(request), request).groups
    require(groups.split("|") == [str(number) for number in range(1, 8)], groups)


@case
def subscribeToGroupEvents(s):
    """displayGroupUpdated with what the group shows; of no group, error 322"""
    request = s.new_id()
    shown = s.first("displayGroupUpdated", lambda: s.subscribeToGroupEvents(request, 2), request)
    require(shown.contractInfo, "nothing shown")
    s.silent(lambda: s.unsubscribeFromGroupEvents(request))
    odd = s.new_id()
    s.refused(322, lambda: s.subscribeToGroupEvents(odd, 99), odd)


@case
def updateDisplayGroup(s):
    """displayGroupUpdated for every subscriber of the group"""
    first, second = s.new_id(), s.new_id()
    for request in (first, second):
        s.first("displayGroupUpdated", lambda: s.subscribeToGroupEvents(request, 3), request)
    since = s.mark()
    s.updateDisplayGroup(first, f"{AAPL}@SMART")
    for request in (first, second):
        shown = s.until(lambda: s.all("displayGroupUpdated", since, request), "displayGroupUpdated")
        require(shown[0].contractInfo == f"{AAPL}@SMART", shown[0].contractInfo)
        s.silent(lambda: s.unsubscribeFromGroupEvents(request))


@case
def unsubscribeFromGroupEvents(s):
    """nothing; once more, error 300"""
    request = s.new_id()
    s.first("displayGroupUpdated", lambda: s.subscribeToGroupEvents(request, 1), request)
    s.silent(lambda: s.unsubscribeFromGroupEvents(request))
    s.refused(300, lambda: s.unsubscribeFromGroupEvents(request), request)


def change_config(s, change):
    request = UpdateConfigRequest(reqId=s.new_id())
    change(request.api.settings)
    ask = lambda: s.updateConfigProtoBuf(request)
    if s.serverVersion() < 221:
        return s.refused(503, ask, request.reqId)
    return s.first("updateConfigResponseProtoBuf", ask, request.reqId).proto


@case
def reqConfigProtoBuf(s):
    """configResponseProtoBuf with the settings this gateway acts on, as they stand"""
    number = s.new_id()
    ask = lambda: s.reqConfigProtoBuf(ConfigRequest(reqId=number))
    if s.serverVersion() < 219:
        return s.refused(503, ask, number)
    for wanted in (True, False):
        change_config(s, lambda settings: setattr(settings, "useNegativeAutoRange", wanted))
        settings = s.first("configResponseProtoBuf", ask, number).proto.api.settings
        require(settings.useNegativeAutoRange is wanted, f"{settings}")


@case
def updateConfigProtoBuf(s):
    """updateConfigResponseProtoBuf with the names of what has changed; of what cannot be changed,
    with errors"""
    answer = change_config(s, lambda settings: setattr(settings, "masterClientId", 9))
    if s.serverVersion() < 221:
        return answer
    require(answer.status == "Success", f"{answer}")
    require(list(answer.changedFields) == ["api.settings.masterClientId"], f"{answer}")
    answer = change_config(s, lambda settings: setattr(settings, "socketPort", 4001))
    require(answer.status == "Failure" and "socketPort" in answer.errors[0], f"{answer}")
