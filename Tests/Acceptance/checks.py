"""Whether what was delivered makes sense, whichever library delivered it."""

import math
import xml.etree.ElementTree

from cells import Failure, require

ACCOUNT = "DU0000001"
# The accounts in advisor.yaml that the advisor trades for.
ADVISED = ["DU0000002", "DU0000003"]
AAPL = 265598
MSFT = 272093
SPY = 756733
OPTION = 990000101  # AAPL 20271217 250 C, held in the default world

# Fundamental reports, with the root element of their documents.
REPORTS = {"ReportSnapshot": "ReportSnapshot", "ReportsFinSummary": "FinancialSummary",
           "ReportRatios": "Ratios", "ReportsFinStatements": "ReportFinancialStatements",
           "RESC": "REarnEstCons", "CalendarReport": "CalendarReport",
           "ReportsOwnership": "OwnershipDetails"}


def is_number(value):
    return value is not None and math.isfinite(float(value)) and abs(float(value)) < 1e300


def near(one, other, part=0.05):
    """Whether two numbers differ by no more than a part of the second."""
    return is_number(one) and is_number(other) \
        and abs(float(one) - float(other)) <= part * abs(float(other)) + 1e-9


def require_near(one, other, what, part=0.05):
    require(near(one, other, part), f"{what}: {one} is not near {other}")


def check_bars(bars, least_volume=1):
    """Bars ascend, and each one's low and high enclose its open and close.

    Bars of a few seconds may have no volume: from its start until the first look at its prices
    the gateway's market stands still.
    """
    require(bars, "no bars")
    dates = [str(bar.date) for bar in bars]
    require(dates == sorted(set(dates)), f"bars do not ascend: {dates[:5]}")
    for bar in bars:
        require(0 < bar.low <= min(bar.open, bar.close) and max(bar.open, bar.close) <= bar.high,
                f"bar {bar.date}: {bar.open} {bar.high} {bar.low} {bar.close}")
        require(float(bar.volume) >= least_volume, f"bar {bar.date} has volume {bar.volume}")


def check_xml(text, root):
    """The text is a document with that root element; returns it."""
    try:
        document = xml.etree.ElementTree.fromstring(text)
    except xml.etree.ElementTree.ParseError as error:
        raise Failure(f"no XML: {error}: {text[:80]!r}") from error
    require(document.tag == root, f"root element {document.tag}, not {root}")
    return document


def groups_xml(name, accounts):
    """An advisor's groups, as programs write them."""
    members = "".join(f"<Account><acct>{account}</acct><amount>1</amount></Account>"
                      for account in accounts)
    return ('<?xml version="1.0" encoding="UTF-8"?><ListOfGroups><Group>'
            f"<name>{name}</name><defaultMethod>Equal</defaultMethod>"
            f'<ListOfAccts varName="list">{members}</ListOfAccts></Group></ListOfGroups>')


def check_groups(text, wanted):
    """The document lists these groups: by name, the accounts."""
    groups = check_xml(text, "ListOfGroups").findall("Group")
    found = {group.findtext("name"): [account.text for account in group.iter("acct")]
             for group in groups}
    require(found == wanted, f"groups {found}")


def check_money(values, portfolio):
    """An account's values add up with its portfolio, all of one moment.

    - values: by (key, currency); portfolio: the market values.
    """
    def money(key, currency="USD"):
        require((key, currency) in values, f"no {key} in {currency}")
        return float(values[key, currency])
    gross = sum(abs(value) for value in portfolio)
    require(abs(money("GrossPositionValue") - gross) < 1,
            f"GrossPositionValue {money('GrossPositionValue')}, portfolio {gross}")
    net = money("TotalCashValue") + sum(portfolio)
    require(abs(money("NetLiquidation") - net) < 1,
            f"NetLiquidation {money('NetLiquidation')}, cash and portfolio {net}")
    require(abs(money("AvailableFunds") + money("InitMarginReq") - net) < 1,
            "AvailableFunds and InitMarginReq do not add up to NetLiquidation")
    return net


def check_chain(chains):
    """Option chains: each with expirations and strikes around the price. (exchange, …) rows."""
    require(chains, "no chain")
    for exchange, underlying, multiplier, expirations, strikes in chains:
        require(underlying == AAPL and str(multiplier) == "100", f"{exchange}: {underlying}")
        require(len(expirations) >= 6 and all(len(day) == 8 for day in expirations),
                f"{exchange}: expirations {sorted(expirations)}")
        require(len(strikes) >= 20 and min(strikes) < 259 < max(strikes),
                f"{exchange}: strikes {sorted(strikes)}")
    require("SMART" in {chain[0] for chain in chains}, "no chain on SMART")


def check_book(bids, asks, rows):
    """A market depth: rows on both sides, best first, bids below asks. (price, size) rows."""
    require(len(bids) == rows and len(asks) == rows, f"{len(bids)} bids, {len(asks)} asks")
    require(all(size > 0 for _, size in bids + asks), "a row without size")
    prices = [price for price, _ in bids], [price for price, _ in asks]
    require(prices[0] == sorted(prices[0], reverse=True) and prices[1] == sorted(prices[1]),
            f"rows out of order: {prices}")
    require(prices[0][0] < prices[1][0], f"bid {prices[0][0]} at or above ask {prices[1][0]}")
