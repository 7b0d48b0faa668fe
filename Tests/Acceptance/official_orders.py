"""Cases of the official package: orders, executions, options."""

from ibapi import order_condition
from ibapi.contract import ComboLeg
from ibapi.execution import ExecutionFilter

from cells import case, require
from checks import AAPL, ACCOUNT, MSFT, is_number, require_near
from official_market import LAST, open_line, prices
from official_session import OrderCancel, contract, option, order


SIDES = {"BUY": "BOT", "SELL": "SLD"}


def statuses(s, order_id, since):
    return [call.status for call in s.all("orderStatus", since, order_id)]


def place(s, new, wanted, what=None):
    """Places an order; returns its id and where its story starts once it has the status."""
    since, order_id = s.mark(), s.new_id()
    s.placeOrder(order_id, what or contract(), new)
    s.until(lambda: wanted in statuses(s, order_id, since), wanted, order_id, since)
    return order_id, since


def fill(s, action, quantity, what=None):
    """Fills a market order; returns its id, its story's start, executions and commissions."""
    order_id, since = place(s, order(action, quantity, "MKT"), "Filled", what)
    executions = s.until(
        lambda: sum(float(call.execution.shares) for call in s.all("execDetails", since)
                    if call.execution.orderId == order_id) == quantity
        and [call for call in s.all("execDetails", since)
             if call.execution.orderId == order_id], "execDetails")
    ids = {call.execution.execId for call in executions}
    reports = s.until(
        lambda: (found := commissions(s, since, ids)) and set(found) == ids and found,
        "commission report")
    return order_id, since, executions, reports


def commissions(s, since, ids):
    """What each execution cost: the callback was renamed with 10.46."""
    reports = {}
    for call in s.all("commissionReport", since):
        reports[call.commissionReport.execId] = call.commissionReport.commission
    for call in s.all("commissionAndFeesReport", since):
        report = call.commissionAndFeesReport
        reports[report.execId] = report.commissionAndFees
    return {name: cost for name, cost in reports.items() if name in ids}


def cancel(s, order_id):
    if OrderCancel is None:
        s.cancelOrder(order_id)
    else:
        s.cancelOrder(order_id, OrderCancel())


def end(s, order_id, since):
    """Cancels an order; it has to be Cancelled, with error 202."""
    cancel(s, order_id)
    s.until(lambda: "Cancelled" in statuses(s, order_id, since), "Cancelled")
    s.claim(202, order_id, since)


def check_fill(s):
    line, since = open_line(s)
    last = prices(s, line, since)[LAST]
    s.cancelMktData(line)
    order_id, since, executions, reports = fill(s, "BUY", 10)
    opened = s.all("openOrder", since, order_id)
    require(opened and opened[0].contract.conId == AAPL, "no openOrder")
    final = s.all("orderStatus", since, order_id)[-1]
    require(final.status == "Filled" and float(final.filled) == 10 and float(final.remaining) == 0,
            f"{final}")
    price = sum(float(c.execution.shares) * c.execution.price for c in executions) / 10
    require_near(final.avgFillPrice, price, "average price", 0.001)
    require_near(price, last, "price", 0.01)
    require(abs(sum(reports.values()) - 1) < 0.01, f"commission {reports}")
    fill(s, "SELL", 10)


def check_what_if(s):
    what_if = s.new_id()
    state = s.first("openOrder", lambda: s.placeOrder(
        what_if, contract(), order("BUY", 100, "MKT", whatIf=True)), what_if).orderState
    before, change, after = (float(getattr(state, "initMargin" + part))
                             for part in ("Before", "Change", "After"))
    require(is_number(after) and change > 0 and abs(before + change - after) < 0.02,
            f"margins {before} {change} {after}")


def check_conditions(s):
    """An order with a condition of every kind comes back with all of them."""
    made = [order_condition.Create(kind) for kind in (1, 3, 4, 5, 6, 7)]
    price, time, margin, execution, volume, change = made
    for condition in (price, volume, change):
        condition.conId, condition.exchange, condition.isMore = AAPL, "SMART", True
    price.price, price.triggerMethod = 100_000.0, 0
    volume.volume, change.changePercent = 2_000_000_000, 90.0
    time.isMore, time.time = True, "20991231 23:59:59 UTC"
    margin.isMore, margin.percent = False, 1
    execution.symbol, execution.secType, execution.exchange = "NOSUCH", "STK", "SMART"
    order_id, since = place(s, order("BUY", 1, "MKT", conditions=made), "PreSubmitted")
    shown = s.until(lambda: s.all("openOrder", since, order_id), "openOrder")[0].order.conditions
    require([condition.condType for condition in shown] == [1, 3, 4, 5, 6, 7], f"{shown}")
    require(shown[0].price == 100_000 and shown[0].conId == AAPL, f"{shown[0]}")
    end(s, order_id, since)


def check_combination(s):
    """Apple against Microsoft, there and back."""
    pair = contract("AAPL", "BAG")
    for con_id, action in ((AAPL, "BUY"), (MSFT, "SELL")):
        leg = ComboLeg()
        leg.conId, leg.ratio, leg.action, leg.exchange = con_id, 1, action, "SMART"
        pair.comboLegs = (pair.comboLegs or []) + [leg]
    for action in ("BUY", "SELL"):
        order_id, since = place(s, order(action, 2, "MKT"), "Filled", pair)
        legs = s.all("openOrder", since, order_id)[0].contract.comboLegs
        require([leg.conId for leg in legs] == [AAPL, MSFT], f"legs {legs}")
        done = s.until(
            lambda: (found := [call for call in s.all("execDetails", since)
                               if call.execution.orderId == order_id])[2:] and found,
            "execDetails of both legs")
        sides = {(c.contract.secType, c.contract.symbol, c.execution.side) for c in done}
        other = "SELL" if action == "BUY" else "BUY"
        require(sides == {("BAG", "AAPL", SIDES[action]), ("STK", "AAPL", SIDES[action]),
                          ("STK", "MSFT", SIDES[other])}, f"executions {sides}")
        ids = {c.execution.execId for c in done if c.contract.secType != "BAG"}
        # A commission may come later than the answers to the next requests.
        s.until(lambda: set(commissions(s, since, ids)) == ids, "commission of each leg")


@case
def placeOrder(s):
    """openOrder, orderStatus to Filled, execDetails near the live price, commission; a resting
    limit order stays Submitted, conditions of every kind come back, a combination has executions
    of its own and of its legs, a question "what if" brings margins, a bad order error 201"""
    check_fill(s)
    check_what_if(s)
    check_conditions(s)
    check_combination(s)
    end(s, *place(s, order("BUY", 1, "LMT", 1.0), "Submitted"))
    bad = s.new_id()
    s.refused(201, lambda: s.placeOrder(bad, contract(), order("HOLD", 1, "MKT")), bad)


@case
def cancelOrder(s):
    """orderStatus Cancelled and error 202; of an order nobody knows, error 10147"""
    order_id, since = place(s, order("BUY", 1, "LMT", 1.0), "Submitted")
    end(s, order_id, since)
    unknown = s.new_id()
    s.refused(10147, lambda: cancel(s, unknown), unknown)


@case
def reqGlobalCancel(s):
    """every open order of every client Cancelled; below server version 204, error 161 for each that
    is done already"""
    order_id, since = place(s, order("BUY", 1, "LMT", 1.0), "Submitted")
    if OrderCancel is None:
        s.reqGlobalCancel()
    else:
        s.reqGlobalCancel(OrderCancel())
    s.until(lambda: "Cancelled" in statuses(s, order_id, since), "Cancelled")
    s.until(lambda: not s.gather(s.reqAllOpenOrders, "openOrderEnd", "openOrder"),
            "end of all open orders")
    # A client hears 202 of its own orders alone; some of the world's bear this client's id.
    found = s.errors(since)
    done = {161} if s.options.version < 204 else set()
    require({call.errorCode for call in found} == {202} | done, f"{found}")
    s.claimed |= {call.place for call in found}


@case
def reqOpenOrders(s):
    """openOrder and orderStatus of each open order, own ones among them, then the end"""
    order_id, since = place(s, order("BUY", 1, "LMT", 1.0), "Submitted")
    opened, states = s.gather(s.reqOpenOrders, "openOrderEnd", "openOrder", "orderStatus")
    # A repetition of its messages may fall between the rows.
    mine = [call for call in opened if call.orderId == order_id]
    require(mine and all(call.order.lmtPrice == 1 and call.contract.conId == AAPL
                         and call.orderState.status == "Submitted" for call in mine),
            f"{len(mine)} openOrder of mine")
    require([call.order.permId for call in opened] == [call.permId for call in states],
            "openOrder and orderStatus of different orders")
    end(s, order_id, since)


@case
def reqAllOpenOrders(s):
    """openOrder and orderStatus of every client's open orders, then the end"""
    opened, states = s.gather(s.reqAllOpenOrders, "openOrderEnd", "openOrder", "orderStatus")
    require([call.order.permId for call in opened] == [call.permId for call in states],
            "openOrder and orderStatus of different orders")
    require({call.order.clientId for call in opened} >= {0, 5}, "clients are missing")
    require(all(call.order.account == ACCOUNT and call.order.action in ("BUY", "SELL")
                and float(call.order.totalQuantity) > 0 for call in opened), "an odd order")


@case
def reqAutoOpenOrders(s):
    """for client 0 nothing, and from then on other clients' orders; for others error 327"""
    s.refused(327, lambda: s.reqAutoOpenOrders(True))
    master = s.another(0)
    master.silent(lambda: master.reqAutoOpenOrders(True))
    order_id, since = place(s, order("BUY", 1, "LMT", 1.0), "Submitted")
    seen = master.until(lambda: master.all("openOrder", 0, order_id), "openOrder of another client")
    require(seen[0].order.clientId == s.own_id, f"client {seen[0].order.clientId}")
    end(s, order_id, since)
    master.leave()


@case
def reqCompletedOrders(s):
    """completedOrder, filled and cancelled ones, then the end"""
    done = s.gather(lambda: s.reqCompletedOrders(False), "completedOrdersEnd", "completedOrder")
    states = {call.orderState.status for call in done}
    require(states == {"Filled", "Cancelled"}, f"states {states}")
    require(all(call.orderState.completedTime and call.orderState.completedStatus
                for call in done), "no completed time or status")
    require({"JPM", "AMD", "BA"} <= {call.contract.symbol for call in done}, "orders are missing")


@case
def reqExecutions(s):
    """execDetails that pass the filter, each but a combination's own with its commission, then the
    end"""
    _, _, executions, _ = fill(s, "BUY", 3)
    request, since = s.new_id(), s.mark()
    wanted = ExecutionFilter()
    wanted.symbol, wanted.clientId = "AAPL", s.own_id
    found = s.gather(lambda: s.reqExecutions(request, wanted), "execDetailsEnd", "execDetails",
                     request=request)
    ids = {call.execution.execId for call in found}
    require({call.execution.execId for call in executions} <= ids, "the last fill is missing")
    require({call.contract.symbol for call in found} == {"AAPL"}, "the filter let others pass")
    paid = {call.execution.execId for call in found if call.contract.secType != "BAG"}
    require(set(commissions(s, since, ids)) == paid, "commissions are missing")
    fill(s, "SELL", 3)


@case
def exerciseOptions(s):
    """warning 10349, openOrder and orderStatus PreSubmitted; cancelled, error 322 and Cancelled; of
    more than is held, error 201"""
    request = s.new_id()
    extra = ("", "", False) if OrderCancel is not None else ()
    since = s.mark()
    s.exerciseOptions(request, option(), 1, 1, ACCOUNT, 0, *extra)
    s.claim(10349, request, since)
    status = s.until(lambda: s.all("orderStatus", since, request), "orderStatus")[0]
    require(status.status == "PreSubmitted" and float(status.remaining) == 1, f"{status}")
    opened = s.all("openOrder", since, request)
    require(opened and opened[0].contract.secType == "OPT", "no openOrder")
    end(s, request, since)
    s.claim(322, request, since)
    many = s.new_id()
    s.refused(201, lambda: s.exerciseOptions(many, option(), 1, 500, ACCOUNT, 0, *extra), many)
