"""Cases of the official package: the connection, accounts, positions, profit and loss, advisors."""

from cells import case, require
from checks import (
    AAPL, ACCOUNT, ADVISED, check_groups, check_money, check_xml, groups_xml, require_near)
from official_orders import fill, place
from official_session import order, said


@case
def connect(s):
    """connectAck, then nextValidId and managedAccounts"""
    other = s.another(71)
    require(other.all("connectAck"), "no connectAck")
    require(other.all("managedAccounts")[0].accountsList == ACCOUNT, "another account")
    require(other.serverVersion() == s.options.version, f"version {other.serverVersion()}")
    other.leave()


@case
def startApi(s):
    """nextValidId and managedAccounts, when connect() sends it; sent once more, error 321"""
    s.refused(321, s.startApi, containing="startApi was already sent")


@case
def setServerLogLevel(s):
    """nothing, as documented"""
    s.silent(lambda: s.setServerLogLevel(5))


@case
def reqCurrentTime(s):
    """the gateway's time, never going back"""
    times = [s.first("currentTime", s.reqCurrentTime).time for _ in range(2)]
    require(1_577_836_800 < times[0] <= times[1], f"times {times}")


@case
def reqCurrentTimeInMillis(s):
    """the gateway's time in milliseconds, in step with reqCurrentTime"""
    millis = s.first("currentTimeInMillis", s.reqCurrentTimeInMillis).timeInMillis
    seconds = s.first("currentTime", s.reqCurrentTime).time
    require(0 <= seconds - millis // 1000 <= 60, f"{millis} ms and {seconds} s")


@case
def reqIds(s):
    """nextValidId, above every order id this client used"""
    order_id, *_ = fill(s, "BUY", 1)
    fill(s, "SELL", 1)
    first = s.first("nextValidId", lambda: s.reqIds(1)).orderId
    require(first > order_id, f"next id {first} after order {order_id}")


@case
def reqManagedAccts(s):
    """managedAccounts with the account of the login"""
    accounts = s.first("managedAccounts", s.reqManagedAccts).accountsList
    require(accounts == ACCOUNT, f"accounts {accounts}")


def account_download(s):
    values, lines = s.gather(lambda: s.reqAccountUpdates(True, ACCOUNT), "accountDownloadEnd",
                             "updateAccountValue", "updatePortfolio")
    require(all(call.accountName == ACCOUNT for call in values + lines), "another account")
    return {(call.key, call.currency): call.val for call in values}, lines


@case
def reqAccountUpdates(s):
    """values and portfolio that add up: cash and positions to net liquidation and gross value"""
    values, lines = account_download(s)
    check_money(values, [float(line.marketValue) for line in lines])
    for line in lines:
        worth = float(line.position) * line.marketPrice * float(line.contract.multiplier or 1)
        require_near(line.marketValue, worth, f"{line.contract.symbol} value", 0.001)
        profit = line.marketValue - float(line.position) * line.averageCost
        require(abs(line.unrealizedPNL - profit) < 0.1, f"{line.contract.symbol} profit")
    require(s.all("updateAccountTime"), "no updateAccountTime")
    s.silent(lambda: s.reqAccountUpdates(False, ACCOUNT))


@case
def reqAccountUpdatesMulti(s):
    """the values of reqAccountUpdates under a request id, then the end"""
    request = s.new_id()
    values = s.gather(lambda: s.reqAccountUpdatesMulti(request, ACCOUNT, "", False),
                      "accountUpdateMultiEnd", "accountUpdateMulti", request=request)
    found = {(call.key, call.currency): call.value for call in values}
    single, _ = account_download(s)
    # What is settled is told for the account alone.
    apart = {("SettledCashByDate", "BASE"), ("SettledCashByDate-S", "BASE")}
    require(set(found) == set(single) - apart, f"other keys: {set(found) ^ set(single)}")
    require_near(found["NetLiquidation", "USD"], single["NetLiquidation", "USD"], "worth", 0.02)
    s.cancelAccountUpdatesMulti(request)
    s.silent(lambda: s.reqAccountUpdates(False, ACCOUNT))


@case
def cancelAccountUpdatesMulti(s):
    """nothing; the request's id is free again"""
    request = s.new_id()
    ask = lambda: s.gather(lambda: s.reqAccountUpdatesMulti(request, ACCOUNT, "", False),
                           "accountUpdateMultiEnd", "accountUpdateMulti", request=request)
    require(ask(), "no values")
    s.silent(lambda: s.cancelAccountUpdatesMulti(request))
    require(ask(), "no values the second time")
    s.silent(lambda: s.cancelAccountUpdatesMulti(request))


def summary(s, tags):
    request = s.new_id()
    rows = s.gather(lambda: s.reqAccountSummary(request, "All", tags), "accountSummaryEnd",
                    "accountSummary", request=request)
    return request, {(row.tag, row.currency): row.value for row in rows}


@case
def reqAccountSummary(s):
    """exactly the tags asked for, in accordance with reqAccountUpdates, then the end"""
    request, rows = summary(s, "NetLiquidation,TotalCashValue,$LEDGER:USD")
    values, _ = account_download(s)
    require(rows["TotalCashValue", "USD"] == values["TotalCashValue", "USD"], "other cash")
    require_near(rows["NetLiquidation", "USD"], values["NetLiquidation", "USD"], "worth", 0.02)
    require(rows["CashBalance", "USD"] == values["CashBalance", "USD"], "other ledger")
    require("BuyingPower" not in {tag for tag, _ in rows}, "a tag nobody asked for")
    s.cancelAccountSummary(request)
    s.silent(lambda: s.reqAccountUpdates(False, ACCOUNT))


@case
def cancelAccountSummary(s):
    """nothing; only two summaries may be open, and a cancelled one no longer counts"""
    open_ids = [summary(s, "BuyingPower")[0] for _ in range(2)]
    third = s.new_id()
    s.refused(322, lambda: s.reqAccountSummary(third, "All", "BuyingPower"), third)
    s.silent(lambda: s.cancelAccountSummary(open_ids[0]))
    open_ids[0] = summary(s, "BuyingPower")[0]
    for request in open_ids:
        s.silent(lambda: s.cancelAccountSummary(request))


@case
def reqPositions(s):
    """every position, with the quantities and costs of the portfolio, then the end"""
    rows = s.gather(s.reqPositions, "positionEnd", "position")
    _, lines = account_download(s)
    require({row.account for row in rows} == {ACCOUNT}, "another account")
    held = {row.contract.conId: (float(row.position), row.avgCost) for row in rows}
    shown = {row.contract.conId: (float(row.position), row.averageCost) for row in lines}
    require(held == shown and len(held) > 20, f"{held} is not the portfolio {shown}")
    s.cancelPositions()
    s.silent(lambda: s.reqAccountUpdates(False, ACCOUNT))


@case
def cancelPositions(s):
    """nothing; a fill no longer brings a position"""
    s.gather(s.reqPositions, "positionEnd", "position")
    s.silent(s.cancelPositions)
    since = s.mark()
    fill(s, "BUY", 1)
    require(not s.all("position", since), "a position came after the cancel")
    fill(s, "SELL", 1)


@case
def reqPositionsMulti(s):
    """the positions of reqPositions under a request id, then the end"""
    request = s.new_id()
    rows = s.gather(lambda: s.reqPositionsMulti(request, ACCOUNT, ""), "positionMultiEnd",
                    "positionMulti", request=request)
    singles = s.gather(s.reqPositions, "positionEnd", "position")
    require({(row.contract.conId, float(row.pos)) for row in rows}
            == {(row.contract.conId, float(row.position)) for row in singles} and rows,
            f"{len(rows)} and {len(singles)} positions")
    s.cancelPositions()
    s.silent(lambda: s.cancelPositionsMulti(request))


@case
def cancelPositionsMulti(s):
    """nothing; a fill no longer brings a position under that id"""
    request = s.new_id()
    s.gather(lambda: s.reqPositionsMulti(request, ACCOUNT, ""), "positionMultiEnd",
             request=request)
    s.silent(lambda: s.cancelPositionsMulti(request))
    since = s.mark()
    fill(s, "BUY", 1)
    require(not s.all("positionMulti", since), "a position came after the cancel")
    fill(s, "SELL", 1)


@case
def reqPnL(s):
    """daily, unrealized and realized profit of the account, in accordance with its values"""
    request = s.new_id()
    profits = s.first("pnl", lambda: s.reqPnL(request, ACCOUNT, ""), request, count=3)
    values, _ = account_download(s)
    unrealized = float(values["UnrealizedPnL", "USD"])
    worth = float(values["NetLiquidation", "USD"])
    require(abs(profits[-1].unrealizedPnL - unrealized) < 0.01 * worth,
            f"{profits[-1].unrealizedPnL}, account {unrealized}")
    require(abs(profits[-1].realizedPnL - float(values["RealizedPnL", "USD"])) < 0.01,
            f"{profits[-1].realizedPnL}")
    s.silent(lambda: s.reqAccountUpdates(False, ACCOUNT))
    s.silent(lambda: s.cancelPnL(request))


@case
def reqPnLSingle(s):
    """profit of each position; all of them sum up to reqPnL"""
    held = {row.contract.conId: float(row.position)
            for row in s.gather(s.reqPositions, "positionEnd", "position")}
    s.cancelPositions()
    since = s.mark()
    whole = s.new_id()
    s.reqPnL(whole, ACCOUNT, "")
    parts = {}
    for con_id in held:
        parts[s.new_id()] = con_id
        s.reqPnLSingle(max(parts), ACCOUNT, "", con_id)
    s.until(lambda: {call.reqId for call in s.all("pnlSingle", since)} == set(parts), "pnlSingle",
            since=since)
    start = s.mark()
    # Each round tells the account first; when the third begins, the second is whole.
    third = s.until(lambda: s.all("pnl", start, whole)[2:], "third pnl")[0]
    total = s.all("pnl", start, whole)[1]
    latest = {}
    for call in s.all("pnlSingle", since):
        if call.place < third.place:
            latest[call.reqId] = call
    for name in ("dailyPnL", "unrealizedPnL"):
        wanted, found = getattr(total, name), sum(getattr(c, name) for c in latest.values())
        require(abs(found - wanted) < 1, f"{name}: parts {found}, whole {wanted}")
    for call in latest.values():
        require(float(call.pos) == held[parts[call.reqId]], f"position {call.pos}")
    for request in [whole, *parts]:
        (s.cancelPnL if request == whole else s.cancelPnLSingle)(request)
    s.fence()


@case
def cancelPnL(s):
    """silence; once more, error 10185"""
    ended, other = s.new_id(), s.new_id()
    s.first("pnl", lambda: s.reqPnL(ended, ACCOUNT, ""), ended)
    s.first("pnl", lambda: s.reqPnL(other, ACCOUNT, ""), other)
    s.ends("pnl", ended, lambda: s.cancelPnL(ended), other)
    s.refused(10185, lambda: s.cancelPnL(ended), ended)
    s.silent(lambda: s.cancelPnL(other))


@case
def cancelPnLSingle(s):
    """silence; once more, error 10185"""
    ended, other = s.new_id(), s.new_id()
    s.first("pnlSingle", lambda: s.reqPnLSingle(ended, ACCOUNT, "", AAPL), ended)
    s.first("pnl", lambda: s.reqPnL(other, ACCOUNT, ""), other)
    s.ends("pnlSingle", ended, lambda: s.cancelPnLSingle(ended), other, "pnl")
    s.refused(10185, lambda: s.cancelPnLSingle(ended), ended)
    s.silent(lambda: s.cancelPnL(other))


@case
def reqFamilyCodes(s):
    """familyCodes: one line for no family, and one for each account of an advisor's family"""
    codes = s.first("familyCodes", s.reqFamilyCodes).familyCodes
    require([(code.accountID, code.familyCodeStr) for code in codes] == [("*", "")], f"{codes}")
    advisor = s.advisor()
    codes = advisor.first("familyCodes", advisor.reqFamilyCodes).familyCodes
    require([(code.accountID, code.familyCodeStr) for code in codes]
            == [(account, "FAM1") for account in ADVISED], f"{codes}")
    advisor.leave()


@case
def reqSoftDollarTiers(s):
    """softDollarTiers: none; for an advisor three, each with name, value and text"""
    request = s.new_id()
    tiers = s.first("softDollarTiers", lambda: s.reqSoftDollarTiers(request), request).tiers
    require(not tiers, f"{tiers}")
    advisor = s.advisor()
    tiers = advisor.first(
        "softDollarTiers", lambda: advisor.reqSoftDollarTiers(request), request).tiers
    require(len(tiers) == 3 and all(t.name and t.val and t.displayName for t in tiers), f"{tiers}")
    advisor.leave()


@case
def reqUserInfo(s):
    """userInfo: no white branding"""
    request = s.new_id()
    info = s.first("userInfo", lambda: s.reqUserInfo(request), request)
    require(info.whiteBrandingId == "", f"branding {info.whiteBrandingId!r}")


@case
def requestFA(s):
    """receiveFA: an advisor's groups and aliases as XML; for any other login, error 321"""
    s.refused(321, lambda: s.requestFA(1), containing="ignored for non FA customers")
    advisor = s.advisor()
    answer = advisor.first("receiveFA", lambda: advisor.requestFA(1))
    check_groups(answer.cxml, {"Everyone": ADVISED})
    answer = advisor.first("receiveFA", lambda: advisor.requestFA(3))
    aliases = check_xml(answer.cxml, "ListOfAccountAliases").findall("AccountAlias/alias")
    names = {alias.text for alias in aliases}
    require(answer.faData == 3 and {"Growth", "Income"} <= names, f"{answer}")
    advisor.leave()


@case
def replaceFA(s):
    """replaceFAEnd, where the version has it; orders are shared by the new groups from then on;
    for a login that is no advisor's, error 321"""
    request = s.new_id()
    about = request if s.serverVersion() >= 157 else -1
    s.refused(321, lambda: s.replaceFA(request, 1, groups_xml("One", ADVISED[:1])), about,
              containing="ignored for non FA customers")
    advisor = s.advisor()
    send = lambda: advisor.replaceFA(request, 1, groups_xml("Both", ADVISED))
    if hasattr(advisor, "replaceFAEnd"):
        require(advisor.first("replaceFAEnd", send, request).text, "no text")
    else:
        advisor.silent(send)
    check_groups(advisor.first("receiveFA", lambda: advisor.requestFA(1)).cxml, {"Both": ADVISED})
    shared = order("BUY", 4, "MKT", faGroup="Both", faMethod="Equal")
    _, since = place(advisor, shared, "Filled")
    parts = {(c.execution.acctNumber, float(c.execution.shares))
             for c in advisor.all("execDetails", since)}
    require(parts == {(account, 2.0) for account in ADVISED}, f"shares {parts}")
    advisor.leave()


REASON = "Verification of this program is not supported"


def verification(s, send, answer):
    """The library sends these only after its user has asked for authentication."""
    since = s.mark()
    send()
    own = s.until(lambda: s.errors(since), "the library's own error")[0]
    s.claimed.add(own.place)
    require("Intent to authenticate needs to be expressed" in own.errorString, f"{own}")
    s.extraAuth = True
    check_unverified(s.first(answer, send))
    s.extraAuth = False
    return f"{answer}: not successful; without extraAuth, {own.errorCode}: {said(own.errorString)}"


def check_unverified(answer):
    # The package hands the text of a boolean over as it came.
    require(answer.isSuccessful in (False, "false") and answer.errorText == REASON, f"{answer}")


@case
def verifyRequest(s):
    """verifyCompleted: not successful"""
    return verification(s, lambda: s.verifyRequest("Program", "1.0"), "verifyCompleted")


@case
def verifyMessage(s):
    """verifyCompleted: not successful"""
    check_unverified(s.first("verifyCompleted", lambda: s.verifyMessage("data")))


@case
def verifyAndAuthRequest(s):
    """verifyAndAuthCompleted: not successful"""
    return verification(s, lambda: s.verifyAndAuthRequest("Program", "1.0", "key"),
                 "verifyAndAuthCompleted")


@case
def verifyAndAuthMessage(s):
    """verifyAndAuthCompleted: not successful"""
    check_unverified(s.first(
        "verifyAndAuthCompleted", lambda: s.verifyAndAuthMessage("data", "answer")))
