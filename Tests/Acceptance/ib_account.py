"""Cases of ib_async and ib_insync: the connection, accounts, positions, profit, advisors."""

import datetime
import re

from cells import case, require
from checks import (
    AAPL, ACCOUNT, ADVISED, check_groups, check_money, check_xml, groups_xml, require_near)
from ib_session import library


@case
def connect(s):
    """positions, orders, account values, portfolio and executions, all there when it returns"""
    other = s.another(71)
    require(other.client.serverVersion() == s.options.version, "another version")
    require(other.ib.managedAccounts() == [ACCOUNT], f"{other.ib.managedAccounts()}")
    require(len(other.ib.positions()) > 20 and len(other.ib.portfolio()) > 20, "no positions")
    require(other.ib.openTrades() and other.ib.fills() and other.ib.accountValues(), "no orders")
    other.leave()


@case
def reqCurrentTime(s):
    """the gateway's time, never going back"""
    times = [s.ib.reqCurrentTime() for _ in range(2)]
    require(datetime.datetime(2020, 1, 1, tzinfo=datetime.timezone.utc) < times[0] <= times[1],
            f"times {times}")


def values_of(s):
    return {(v.tag, v.currency): v.value for v in s.ib.accountValues(ACCOUNT) if not v.modelCode}


@case
def reqAccountUpdates(s):
    """values and portfolio that add up: cash and positions to net liquidation and gross value"""
    since = s.mark()
    s.ib.reqAccountUpdates(ACCOUNT)
    # What came before the end is of one moment.
    end = s.frames.index(s.arrived(54, since)[0], since)
    values = {(f[2], f[4]): f[3] for f in s.frames[since:end] if f[0] == "6"}
    lines = [f for f in s.frames[since:end] if f[0] == "7"]
    check_money(values, [float(f[15]) for f in lines])
    for item in s.ib.portfolio(ACCOUNT):
        worth = item.position * item.marketPrice * float(item.contract.multiplier or 1)
        require_near(item.marketValue, worth, f"{item.contract.symbol} value", 0.001)
        profit = item.marketValue - item.position * item.averageCost
        require(abs(item.unrealizedPNL - profit) < 0.1, f"{item.contract.symbol} profit")
    require(len(s.ib.portfolio(ACCOUNT)) == len(lines), "the portfolio lacks lines")


@case
def reqAccountUpdatesMulti(s):
    """the values of reqAccountUpdates, of every account"""
    since = s.mark()
    s.ib.reqAccountUpdatesMulti(ACCOUNT)
    found = {(f[5], f[7]): f[6] for f in s.arrived(73, since)}
    held = values_of(s)
    require(set(found) <= set(held) and ("NetLiquidation", "USD") in found, f"{found.keys()}")
    require_near(found["NetLiquidation", "USD"], held["NetLiquidation", "USD"], "worth", 0.02)
    s.client.cancelAccountUpdatesMulti(int(s.arrived(74, since)[0][2]))
    s.fence()


@case
def client_cancelAccountUpdatesMulti(s):
    """nothing; the request's id is free again"""
    for _ in range(2):
        request = s.new_id()
        s.answer(lambda: s.client.reqAccountUpdatesMulti(request, ACCOUNT, "", False), 74)
        s.silent(lambda: s.client.cancelAccountUpdatesMulti(request))


@case
def accountSummary(s):
    """the tags of a summary, in accordance with the account's values"""
    rows = {(v.tag, v.currency): v.value for v in s.ib.accountSummary(ACCOUNT)}
    held = values_of(s)
    require(rows["TotalCashValue", "USD"] == held["TotalCashValue", "USD"], "other cash")
    require_near(rows["NetLiquidation", "USD"], held["NetLiquidation", "USD"], "worth", 0.02)
    require(("BuyingPower", "USD") in rows and ("CashBalance", "USD") in rows, f"{rows.keys()}")


@case
def reqAccountSummary(s):
    """accountSummaryEnd after every tag the library asks for"""
    since = s.mark()
    s.ib.reqAccountSummary()
    tags = {frame[4] for frame in s.arrived(63, since)}
    require({"NetLiquidation", "Leverage", "CashBalance"} <= tags, f"{tags}")
    s.client.cancelAccountSummary(int(s.arrived(64, since)[0][2]))
    s.fence()


@case
def client_cancelAccountSummary(s):
    """nothing; the cancelled summary no longer counts among the two a client may have"""
    for _ in range(3):
        request = s.new_id()
        s.answer(lambda: s.client.reqAccountSummary(request, "All", "NetLiquidation"), 64)
        s.silent(lambda: s.client.cancelAccountSummary(request))


@case
def reqPositions(s):
    """every position, with the quantities and costs of the portfolio"""
    rows = s.ib.reqPositions()
    held = {row.contract.conId: (row.position, row.avgCost) for row in rows}
    shown = {item.contract.conId: (item.position, item.averageCost)
             for item in s.ib.portfolio(ACCOUNT)}
    require(held == shown and len(held) > 20, f"{held} is not the portfolio {shown}")


@case
def client_cancelPositions(s):
    """nothing; a fill no longer brings a position"""
    s.silent(s.client.cancelPositions)
    since = s.mark()
    s.fill("BUY", 1)
    require(not s.arrived(61, since), "a position came after the cancel")
    s.fill("SELL", 1)
    s.ib.reqPositions()


@case
def client_reqPositionsMulti(s):
    """positionMulti of every position, which the library passes over, and the end"""
    request, since = s.new_id(), s.mark()
    s.answer(lambda: s.client.reqPositionsMulti(request, ACCOUNT, ""), 72)
    rows = {(int(f[4]), float(f[15])) for f in s.arrived(71, since)}
    require(rows == {(p.contract.conId, p.position) for p in s.ib.reqPositions()}, f"{rows}")
    s.silent(lambda: s.client.cancelPositionsMulti(request))


@case
def client_cancelPositionsMulti(s):
    """nothing; a fill no longer brings a position under that id"""
    request = s.new_id()
    s.answer(lambda: s.client.reqPositionsMulti(request, ACCOUNT, ""), 72)
    s.silent(lambda: s.client.cancelPositionsMulti(request))
    since = s.mark()
    s.fill("BUY", 1)
    require(not s.arrived(71, since), "a position came after the cancel")
    s.fill("SELL", 1)


def profits(s, since):
    return s.arrived(94, since)


@case
def reqPnL(s):
    """daily, unrealized and realized profit of the account, in accordance with its values"""
    since = s.mark()
    pnl = s.ib.reqPnL(ACCOUNT)
    s.until(lambda: len(profits(s, since)) >= 3, "three updates")
    s.ib.reqAccountUpdates(ACCOUNT)
    values = values_of(s)
    worth = float(values["NetLiquidation", "USD"])
    require(abs(pnl.unrealizedPnL - float(values["UnrealizedPnL", "USD"])) < 0.01 * worth,
            f"{pnl}, account {values['UnrealizedPnL', 'USD']}")
    require(abs(pnl.realizedPnL - float(values["RealizedPnL", "USD"])) < 0.01, f"{pnl}")
    require(s.ib.pnl(ACCOUNT) == [pnl], "pnl() has another")
    s.silent(lambda: s.ib.cancelPnL(ACCOUNT))


@case
def cancelPnL(s):
    """silence while another subscription goes on"""
    s.ib.reqPnL(ACCOUNT)
    request = s.ib.wrapper.pnlKey2ReqId[ACCOUNT, ""]
    other = s.new_id()
    s.client.reqPnL(other, ACCOUNT, "")
    s.ib.cancelPnL(ACCOUNT)
    s.fence()
    since = s.mark()
    s.until(lambda: len(profits(s, since)) >= 3, "profits of another request")
    require({frame[1] for frame in profits(s, since)} == {str(other)}, "pnl came after the cancel")
    require(request != other and not s.ib.pnl(), "pnl() still has it")
    s.silent(lambda: s.client.cancelPnL(other))


@case
def reqPnLSingle(s):
    """profit of each position; all of them sum up to reqPnL"""
    held = {p.contract.conId: p.position for p in s.ib.positions(ACCOUNT)}
    start = s.mark()
    pnl = s.ib.reqPnL(ACCOUNT)
    parts = [s.ib.reqPnLSingle(ACCOUNT, "", con_id) for con_id in held]
    # Not just as many: the library keeps a pace of its own, and the first go on meanwhile.
    s.until(lambda: len({f[1] for f in s.arrived(95, start)}) == len(held), "the first of each")
    since = s.mark()
    s.until(lambda: len(profits(s, since)) >= 3, "three updates")
    # Each round tells the account first; when the third begins, the second is whole.
    rounds = [n for n in range(since, len(s.frames)) if s.frames[n][0] == "94"]
    total = s.frames[rounds[1]]
    latest = {f[1]: f for f in s.frames[start:rounds[2]] if f[0] == "95"}
    for name, single, whole in (("daily", 3, 2), ("unrealized", 4, 3)):
        found = sum(float(f[single]) for f in latest.values())
        require(abs(found - float(total[whole])) < 1, f"{name}: {found}, whole {total[whole]}")
    for part in parts:
        require(part.position == held[part.conId], f"{part}")
    require(len(s.ib.pnlSingle()) == len(held) and pnl in s.ib.pnl(), "pnlSingle() lacks some")
    for con_id in held:
        s.ib.cancelPnLSingle(ACCOUNT, "", con_id)
    s.silent(lambda: s.ib.cancelPnL(ACCOUNT))


@case
def cancelPnLSingle(s):
    """silence while another subscription goes on"""
    s.ib.reqPnLSingle(ACCOUNT, "", AAPL)
    s.ib.reqPnL(ACCOUNT)
    s.ib.cancelPnLSingle(ACCOUNT, "", AAPL)
    s.fence()
    since = s.mark()
    s.until(lambda: len(profits(s, since)) >= 3, "profits of another request")
    require(not s.arrived(95, since) and not s.ib.pnlSingle(), "it goes on")
    s.silent(lambda: s.ib.cancelPnL(ACCOUNT))


@case
def reqUserInfo(s):
    """userInfo without a branding; the library gives an empty list in its place"""
    if s.options.version < 167:
        return s.refused(322, s.ib.reqUserInfo, containing="needs server version 167")
    since = s.mark()
    result = s.ib.reqUserInfo()
    require(result == [] and s.arrived(107, since)[0][2] == "", f"{result!r}")


def advice_refused(s, send):
    return s.refused(321, send, containing="ignored for non FA customers")


@case
def requestFA(s):
    """an advisor's groups and aliases as XML; for any other login error 321, upon which the library
    waits 4 s for nothing and gives None"""
    result = []
    advice_refused(s, lambda: result.append(s.ib.requestFA(1)))
    require(result == [None], f"{result}")
    s.log.claim("requestFAAsync: Timeout")
    advisor = s.advisor()
    check_groups(advisor.ib.requestFA(1), {"Everyone": ADVISED})
    aliases = check_xml(advisor.ib.requestFA(3), "ListOfAccountAliases")
    names = {alias.text for alias in aliases.findall("AccountAlias/alias")}
    require({"Growth", "Income"} <= names, f"{names}")
    advisor.leave()


@case
def replaceFA(s):
    """nothing; orders are shared by the new groups from then on; for a login that is no advisor's,
    error 321"""
    advice_refused(s, lambda: s.ib.replaceFA(1, groups_xml("One", ADVISED[:1])))
    advisor = s.advisor()
    advisor.silent(lambda: advisor.ib.replaceFA(1, groups_xml("Both", ADVISED)))
    check_groups(advisor.ib.requestFA(1), {"Both": ADVISED})
    trade = advisor.place(
        library.MarketOrder("BUY", 4, faGroup="Both", faMethod="Equal"), "Filled")
    advisor.until(lambda: len(trade.fills) >= len(ADVISED), "executions")
    parts = {(fill.execution.acctNumber, fill.execution.shares) for fill in trade.fills}
    require(parts == {(account, 2.0) for account in ADVISED}, f"shares {parts}")
    advisor.leave()


@case
def client_reqIds(s):
    """nextValidId, above every order id this client used"""
    first = int(s.answer(lambda: s.client.reqIds(1), 9)[2])
    used = [t.order.orderId for t in s.ib.trades() if t.order.clientId == s.own_id]
    require(first > max(used, default=0), f"next id {first}, used {used}")


@case
def client_reqManagedAccts(s):
    """managedAccounts with the account of the login"""
    require(s.answer(s.client.reqManagedAccts, 15)[2] == ACCOUNT, "another account")


@case
def client_reqFamilyCodes(s):
    """familyCodes, one line for no family; the library passes it over"""
    require(s.answer(s.client.reqFamilyCodes, 78)[1:] == ["1", "*", ""], "other codes")


@case
def client_reqSoftDollarTiers(s):
    """softDollarTiers, none; the library passes it over"""
    request = s.new_id()
    frame = s.answer(lambda: s.client.reqSoftDollarTiers(request), 77)
    require(frame[1:3] == [str(request), "0"], f"{frame}")


@case
def client_setServerLogLevel(s):
    """nothing, as documented"""
    s.silent(lambda: s.client.setServerLogLevel(5))


@case
def client_startApi(s):
    """nextValidId and managedAccounts, when connect() sends it; sent once more, error 321"""
    s.refused(321, s.client.startApi, containing="startApi was already sent")


def unverified(s, send, message_id):
    frame = s.answer(send, message_id)
    require(frame[2] == "false" and re.search("not supported", frame[3]), f"{frame}")


@case
def client_verifyRequest(s):
    """verifyCompleted: not successful; the library passes it over"""
    unverified(s, lambda: s.client.verifyRequest("Program", "1.0"), 66)


@case
def client_verifyMessage(s):
    """verifyCompleted: not successful; the library passes it over"""
    unverified(s, lambda: s.client.verifyMessage("data"), 66)


@case
def client_verifyAndAuthRequest(s):
    """verifyAndAuthCompleted: not successful; the library passes it over"""
    unverified(s, lambda: s.client.verifyAndAuthRequest("Program", "1.0", "key"), 70)


@case
def client_verifyAndAuthMessage(s):
    """verifyAndAuthCompleted: not successful; the library passes it over"""
    unverified(s, lambda: s.client.verifyAndAuthMessage("data", "answer"), 70)
