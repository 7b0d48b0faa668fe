"""A small strategy from end to end: buys AAPL with a bracket, waits for the fill, reads what it did to the account.

Prints only what the gateway's world and seed decide, no times: two runs against gateways with one seed
print the same. Fails when positions, portfolio, account summary, profit and loss and executions do not agree.
"""

import sys
import time

from _common import (
    EXIT_FAILED, EXIT_NOT_CONNECTED, EXIT_OK, Stock, connect, library, log_to_stderr, parser_for,
    say)


class Disagreement(Exception):
    """Two views of the account that differ, or one that never came."""


def wait_for(ib, what, is_true, bound=10.0):
    end = time.monotonic() + bound
    while not is_true():
        if time.monotonic() > end or not ib.isConnected():
            raise Disagreement(f"never saw {what}")
        ib.waitOnUpdate(timeout=0.2)


def expect_equal(what, one, other, tolerance=0.011):
    if abs(one - other) > tolerance:
        raise Disagreement(f"{what}: {one} and {other}")


def cash_of(ib):
    values = {value.tag: value.value for value in ib.accountSummary()}
    return float(values["TotalCashValue"])


def trade(ib, quantity):
    account = ib.managedAccounts()[0]
    say(f"account {account} with {len(ib.positions())} positions, {len(ib.openTrades())} open orders")
    cash_before = cash_of(ib)
    held_before = sum(p.position for p in ib.portfolio() if p.contract.symbol == "AAPL"
                      and p.contract.secType == "STK")

    (aapl,) = ib.qualifyContracts(Stock("AAPL", "SMART", "USD"))
    profit = ib.reqPnL(account)
    ticker = ib.reqMktData(aapl)
    wait_for(ib, "a quote and today's profit", lambda: ticker.ask > 0 and ticker.low > 0
             and profit.dailyPnL == profit.dailyPnL)
    say(f"quote {ticker.bid:.2f} {ticker.ask:.2f}, today {ticker.low:.2f} to {ticker.high:.2f}, "
        f"profit today {profit.dailyPnL:.2f}")

    middle = round((ticker.bid + ticker.ask) / 2)
    parent, target, stop = ib.bracketOrder("BUY", quantity, 0, middle + 20, middle - 20)
    parent.orderType = "MKT"
    trades = [ib.placeOrder(aapl, order) for order in (parent, target, stop)]
    bought = trades[0]
    wait_for(ib, "the fill and its commission", lambda: bought.isDone() and bought.fills
             and all(fill.commissionReport.execId for fill in bought.fills))
    status = bought.orderStatus
    commission = sum(fill.commissionReport.commission for fill in bought.fills)
    say(f"{status.status} {status.filled:g} AAPL at {status.avgFillPrice:.4f} "
        f"in {len(bought.fills)} executions, commission {commission:.2f}")
    wait_for(ib, "the children at work",
             lambda: [t.orderStatus.status for t in trades[1:]] == ["Submitted", "PreSubmitted"])

    position = next(p for p in ib.positions() if p.contract.conId == aapl.conId)
    wait_for(ib, "the position in the portfolio",
             lambda: any(p.contract.conId == aapl.conId and p.position == position.position
                         for p in ib.portfolio()))
    line = next(p for p in ib.portfolio() if p.contract.conId == aapl.conId)
    executions = [fill.execution for fill in ib.reqExecutions()
                  if fill.execution.orderId == parent.orderId and fill.contract.conId == aapl.conId]
    cost = sum(execution.shares * execution.price for execution in executions)
    expect_equal("shares held", position.position, held_before + quantity)
    expect_equal("shares executed", sum(e.shares for e in executions), quantity)
    expect_equal("average price", status.avgFillPrice, cost / quantity, 0.0001)
    expect_equal("average cost", position.avgCost, line.averageCost)
    expect_equal("cash", cash_of(ib), cash_before - cost - commission)
    expect_equal("realized profit", profit.realizedPnL, sum(p.realizedPNL for p in ib.portfolio()))
    # Prices move between two views; by far less than a hundredth.
    total = sum(p.unrealizedPNL for p in ib.portfolio())
    expect_equal("unrealized profit", profit.unrealizedPnL, total, abs(total) / 100)
    say(f"position {position.position:g} at {position.avgCost:.4f}, cash {cash_of(ib):.2f}, "
        f"realized {profit.realizedPnL:.2f}")

    for child in trades[1:]:
        ib.cancelOrder(child.order)
    wait_for(ib, "the children cancelled", lambda: all(t.isDone() for t in trades))
    say("every view agrees")


def main():
    parser = parser_for(__doc__, client_id=5)
    parser.add_argument("--quantity", type=float, default=100)
    options = parser.parse_args()
    log_to_stderr()
    ib = connect(options)
    if ib is None:
        return EXIT_NOT_CONNECTED
    try:
        trade(ib, options.quantity)
    except Disagreement as reason:
        say(f"failed: {reason}")
        return EXIT_FAILED
    finally:
        ib.disconnect()
    return EXIT_OK


if __name__ == "__main__":
    sys.exit(main())
