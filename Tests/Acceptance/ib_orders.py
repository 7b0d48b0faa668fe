"""Cases of ib_async and ib_insync: orders, executions, options."""

from cells import case, require
from checks import AAPL, ACCOUNT, MSFT, is_number, require_near
from ib_session import library


def check_conditions(s):
    """An order with a condition of every kind comes back with all of them."""
    made = [
        library.PriceCondition(conId=AAPL, exch="SMART", isMore=True, price=100_000),
        library.TimeCondition(isMore=True, time="20991231 23:59:59 UTC"),
        library.MarginCondition(isMore=False, percent=1),
        library.ExecutionCondition(secType="STK", exch="SMART", symbol="NOSUCH"),
        library.VolumeCondition(isMore=True, volume=2_000_000_000, conId=AAPL, exch="SMART"),
        library.PercentChangeCondition(
            isMore=True, changePercent=90, conId=AAPL, exch="SMART"),
    ]
    trade = s.place(
        library.Order(action="BUY", totalQuantity=1, orderType="MKT", conditions=made),
        "PreSubmitted")
    other = s.another(73)
    shown, = [t.order.conditions for t in other.ib.reqAllOpenOrders()
              if t.order.permId == trade.order.permId]
    require([c.condType for c in shown] == [1, 3, 4, 5, 6, 7], f"{shown}")
    require(shown[0].price == 100_000 and shown[0].conId == AAPL, f"{shown[0]}")
    other.leave()
    s.cancel(trade)


def check_combination(s):
    """Apple against Microsoft, there and back."""
    pair = library.Bag(symbol="AAPL", exchange="SMART", currency="USD", comboLegs=[
        library.ComboLeg(conId=AAPL, ratio=1, action="BUY", exchange="SMART"),
        library.ComboLeg(conId=MSFT, ratio=1, action="SELL", exchange="SMART")])
    for action, sides in (("BUY", ("BOT", "SLD")), ("SELL", ("SLD", "BOT"))):
        trade = s.place(library.MarketOrder(action, 2), "Filled", pair)
        s.until(lambda: len(trade.fills) >= 3, "executions")
        done = {(f.contract.secType, f.contract.symbol, f.execution.side) for f in trade.fills}
        require(done == {("BAG", "AAPL", sides[0]), ("STK", "AAPL", sides[0]),
                         ("STK", "MSFT", sides[1])}, f"{done}")
        # A commission may come later than the answers to the next requests.
        s.until(lambda: all(fill.commissionReport.execId for fill in trade.fills
                            if fill.contract.secType == "STK"), "commissions of the legs")


def check_bracket(s):
    """A parent with two children; cancelled, it takes them along."""
    bracket = s.ib.bracketOrder("BUY", 1, 1.0, 500.0, 0.5)
    trades = [s.ib.placeOrder(s.apple, order) for order in bracket]
    s.until(lambda: [t.orderStatus.status for t in trades]
            == ["Submitted", "PreSubmitted", "PreSubmitted"], "a bracket")
    s.ib.cancelOrder(bracket.parent)
    s.until(lambda: len(s.errors) == 3, "error 202 for each")
    require({(number, code) for number, code, _ in s.errors}
            == {(order.orderId, 202) for order in bracket}, f"{s.errors}")
    s.errors.clear()


@case
def placeOrder(s):
    """a trade that is Filled near the live price, with executions and commission; a resting limit
    order stays Submitted, a bracket's children wait, conditions of every kind come back, a
    combination has fills of its own and of its legs, a bad order gets error 201"""
    _, _, last = s.live_price()
    trade = s.fill("BUY", 10)
    status = trade.orderStatus
    require(status.filled == 10 and status.remaining == 0, f"{status}")
    price = sum(f.execution.shares * f.execution.price for f in trade.fills) / 10
    require_near(status.avgFillPrice, price, "average price", 0.001)
    require_near(price, last, "price", 0.01)
    cost = sum(fill.commissionReport.commission for fill in trade.fills)
    require(abs(cost - 1) < 0.01, f"commission {cost}")
    s.fill("SELL", 10)
    s.cancel(s.resting())
    check_bracket(s)
    check_conditions(s)
    check_combination(s)
    bad = library.Order(action="HOLD", totalQuantity=1, orderType="MKT")
    s.refused(201, lambda: s.ib.placeOrder(s.apple, bad))


@case
def whatIfOrder(s):
    """margins before, after and changed, and the commission, without an order"""
    before = len(s.ib.openTrades())
    state = s.ib.whatIfOrder(s.apple, library.MarketOrder("BUY", 100))
    margins = [float(getattr(state, "initMargin" + part)) for part in ("Before", "Change", "After")]
    require(all(map(is_number, margins)) and margins[1] > 0
            and abs(margins[0] + margins[1] - margins[2]) < 0.02, f"{margins}")
    require(state.commission >= 1, f"commission {state.commission}")
    require(len(s.ib.openTrades()) == before, "an order came of it")


@case
def cancelOrder(s):
    """Cancelled and error 202"""
    s.cancel(s.resting())


@case
def reqGlobalCancel(s):
    """every open order of every client Cancelled; below server version 204, error 161 for each that
    is done already"""
    trade = s.resting()
    s.ib.reqGlobalCancel()
    s.until(lambda: trade.orderStatus.status == "Cancelled", "Cancelled")
    s.until(lambda: not s.ib.reqAllOpenOrders(), "end of all open orders")
    # A client hears 202 of its own orders alone; some of the world's bear this client's id.
    done = {161} if s.options.version < 204 else set()
    require({code for _, code, _ in s.errors} == {202} | done, f"{s.errors}")
    s.errors.clear()


@case
def reqOpenOrders(s):
    """trades of the open orders, own ones among them"""
    trade = s.resting()
    found = s.ib.reqOpenOrders()
    # A repetition of its messages may fall between the rows; then the trade is there twice.
    mine = [t for t in found if t.order.permId == trade.order.permId]
    require(mine and all(t is mine[0] for t in mine) and mine[0].contract.conId == AAPL
            and mine[0].order.lmtPrice == 1 and mine[0].orderStatus.status == "Submitted",
            f"{mine}")
    s.cancel(trade)


@case
def reqAllOpenOrders(s):
    """trades of every client's open orders"""
    found = s.ib.reqAllOpenOrders()
    require({t.order.clientId for t in found} >= {0, 5}, f"{found}")
    require(all(t.order.account == ACCOUNT and t.order.action in ("BUY", "SELL")
                and t.order.totalQuantity > 0 and t.order.permId for t in found), "an odd order")


@case
def reqAutoOpenOrders(s):
    """for client 0 nothing, and from then on other clients' orders; for others error 327"""
    s.refused(327, lambda: s.ib.reqAutoOpenOrders(True))
    master = s.another(0)
    master.silent(lambda: master.ib.reqAutoOpenOrders(True))
    trade = s.resting()
    seen = lambda: [t for t in master.ib.openTrades()
                    if t.order.permId == trade.order.permId
                    and t.order.clientId == s.own_id]
    master.until(seen, "the order of another client")
    s.cancel(trade)
    master.leave()


@case
def reqCompletedOrders(s):
    """trades of filled and cancelled orders"""
    done = s.ib.reqCompletedOrders(False)
    require({t.orderStatus.status for t in done} == {"Filled", "Cancelled"}, f"{done}")
    require({"JPM", "AMD", "BA"} <= {t.contract.symbol for t in done}, "orders are missing")


@case
def reqExecutions(s):
    """fills that pass the filter, each but a combination's own with its commission"""
    trade = s.fill("BUY", 3)
    found = s.ib.reqExecutions(library.ExecutionFilter(clientId=s.own_id, symbol="AAPL"))
    ids = {fill.execution.execId for fill in found}
    require({fill.execution.execId for fill in trade.fills} <= ids, "the last fill is missing")
    require({fill.contract.symbol for fill in found} == {"AAPL"}, "the filter let others pass")
    reports = {fill.execution.execId for fill in s.ib.fills() if fill.commissionReport.execId}
    paid = {fill.execution.execId for fill in found if fill.contract.secType != "BAG"}
    require(paid <= reports, "commissions are missing")
    s.fill("SELL", 3)


@case
def exerciseOptions(s):
    """warning 10349, openOrder and orderStatus PreSubmitted; cancelled, error 322 and Cancelled; of
    more than is held, error 201"""
    frame = s.answer(lambda: s.ib.exerciseOptions(s.option, 1, 1, ACCOUNT, 0), 3)
    require(frame[2] == "PreSubmitted" and float(frame[4]) == 1, f"{frame}")
    s.claim(10349, int(frame[1]))
    opened = [trade for trade in s.ib.openTrades() if trade.order.orderId == int(frame[1])]
    require(opened and opened[0].contract.secType == "OPT", "no openOrder")
    s.cancel(opened[0])
    s.claim(322, int(frame[1]))
    s.refused(201, lambda: s.ib.exerciseOptions(s.option, 1, 500, ACCOUNT, 0))
