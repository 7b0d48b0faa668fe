"""Tries every public method of ib_async's or ib_insync's IB that talks to the gateway.

The methods with "Async" in their names are the sync ones' insides and have to have run with them.
Requests of the low-level Client that IB offers no method for have cases of their own, such as
"client.reqIds". What sends nothing is named here with the reason, and called while sending is
recorded.
"""


import ib_account
import ib_history
import ib_market
import ib_orders
import ib_reference
from cells import Report, arguments, watch_over
from ib_session import CALLED, CLIENT_METHODS, IB_METHODS, Client, Session, library

KEPT = "gives what has arrived"
LOOP = "the event loop"

# Methods that talk to no gateway, each with a call that shows it (`None` for those not called).
LOCAL = {
    "accountValues": (KEPT, lambda ib: ib.accountValues()),
    "bracketOrder": ("makes orders", lambda ib: ib.bracketOrder("BUY", 1, 1, 2, 0.5)),
    "disconnect": ("closes the socket without a message", None),
    "executions": (KEPT, lambda ib: ib.executions()),
    "fills": (KEPT, lambda ib: ib.fills()),
    "isConnected": ("tells the connection's state", lambda ib: ib.isConnected()),
    "loopUntil": (LOOP, lambda ib: list(ib.loopUntil(lambda: True))),
    "managedAccounts": (KEPT, lambda ib: ib.managedAccounts()),
    "newsBulletins": (KEPT, lambda ib: ib.newsBulletins()),
    "newsTicks": (KEPT, lambda ib: ib.newsTicks()),
    "oneCancelsAll": ("marks orders", lambda ib: ib.oneCancelsAll([], "group", 1)),
    "openOrders": (KEPT, lambda ib: ib.openOrders()),
    "openTrades": (KEPT, lambda ib: ib.openTrades()),
    "orders": (KEPT, lambda ib: ib.orders()),
    "pendingTickers": (KEPT, lambda ib: ib.pendingTickers()),
    "pnl": (KEPT, lambda ib: ib.pnl()),
    "pnlSingle": (KEPT, lambda ib: ib.pnlSingle()),
    "portfolio": (KEPT, lambda ib: ib.portfolio()),
    "positions": (KEPT, lambda ib: ib.positions()),
    "realtimeBars": (KEPT, lambda ib: ib.realtimeBars()),
    "run": (LOOP, None),
    "schedule": (LOOP, None),
    "setTimeout": ("watches for silence", lambda ib: ib.setTimeout(0)),
    "sleep": (LOOP, lambda ib: ib.sleep(0)),
    "ticker": (KEPT, lambda ib: ib.ticker(library.Stock(conId=1))),
    "tickers": (KEPT, lambda ib: ib.tickers()),
    "timeRange": (LOOP, None),
    "timeRangeAsync": (LOOP, None),
    "trades": (KEPT, lambda ib: ib.trades()),
    "waitOnUpdate": (LOOP, lambda ib: ib.waitOnUpdate(timeout=0.001)),
    "waitUntil": (LOOP, None),
    "client.connect": ("opens the socket; connectAsync() is what IB calls", None),
    "client.connectAsync": ("what connect() calls", None),
    "client.connectionStats": ("counts", lambda ib: ib.client.connectionStats()),
    "client.disconnect": ("closes the socket without a message", None),
    "client.getAccounts": (KEPT, lambda ib: ib.client.getAccounts()),
    "client.getReqId": ("counts", lambda ib: ib.client.getReqId()),
    "client.isConnected": ("tells the connection's state", lambda ib: ib.client.isConnected()),
    "client.isReady": ("tells the connection's state", lambda ib: ib.client.isReady()),
    "client.reset": ("forgets the connection", None),
    "client.run": (LOOP, None),
    "client.send": ("what every request is sent with", None),
    "client.sendMsg": ("what every request is sent with", None),
    "client.serverVersion": ("tells the version", lambda ib: ib.client.serverVersion()),
    "client.setConnectOptions": (
        "keeps options for connect()", lambda ib: ib.client.setConnectOptions("")),
    "client.updateReqId": ("counts", lambda ib: ib.client.updateReqId(1)),
}

# Cases whose turn matters: those that need the worlds as they were made come before others, and the
# first summary of all before further ones.
FIRST = ["connect", "accountSummary", "reqAllOpenOrders", "reqCompletedOrders", "requestFA"]

# What the libraries log at warning level in a session where all is well, and why.
EXPLAINED = [
    # Every error is an event too, and one that no case expected fails that case.
    r"\.wrapper: (Error|Warning) \d+, reqId ",
    # Follows an error about an order.
    r"\.wrapper: Canceled order: ", r"\.wrapper: IBKR API validation warning: ",
]


def check_local(report, session, names):
    """Calls every local method on a connected IB; none may send."""
    sent = []
    send = Client.sendMsg
    Client.sendMsg = lambda self, message: sent.append(message)
    try:
        for name in names:
            reason, call = LOCAL[name]
            report.local[name] = reason
            if call is not None:
                call(session.ib)
            if sent:
                report.problems.append(f"{name}() is listed as local but sent {sent}")
                sent.clear()
    finally:
        Client.sendMsg = send


def main():
    options = arguments(__doc__)
    log = watch_over(EXPLAINED)

    report = Report("ib", options.library, log)
    inside = [name for name in IB_METHODS if name.endswith("Async") and name[:-5] in IB_METHODS]
    methods = [name for name in IB_METHODS if name not in LOCAL and name not in inside]
    low = ["client." + name for name in CLIENT_METHODS]
    methods += [name for name in low
                if name not in LOCAL and name.removeprefix("client.") not in IB_METHODS
                and name not in SENT_BY_IB]
    if options.only:
        methods = options.only.split(",")

    session = Session(options, 1).open()
    session.log = log
    report.run(session, methods, FIRST)
    if not options.only:
        for name in inside + low:
            if name not in LOCAL and name not in CALLED:
                report.problems.append(f"not covered: {name}")
    check_local(report, session, [n for n in IB_METHODS + low if n in LOCAL])
    session.leave()
    report.write(options.result, options.version)


# Requests IB sends as a part of another method; they count once that method has sent them.
SENT_BY_IB = {
    "client.cancelCalculateImpliedVolatility", "client.cancelCalculateOptionPrice",
    "client.cancelHeadTimeStamp",
}


if __name__ == "__main__":
    main()
