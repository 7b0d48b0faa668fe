"""Drives ib_insync or ib_async, whichever this interpreter has."""

import importlib
import importlib.util
import inspect
import logging
import operator
import sys
from datetime import datetime, timezone
from types import SimpleNamespace

import conformance
from conformance import Arguments, Driver, Received

NAME = "ib_async" if importlib.util.find_spec("ib_async") else "ib_insync"
library = importlib.import_module(NAME)
IS_ASYNC = NAME == "ib_async"

# Callbacks whose parameters are missing in the Wrapper, or named unlike the schema's fields.
PARAMETERS = {
    "accountDownloadEnd": "accountName",
    "accountSummary": "reqId account tag value currency",
    "accountUpdateMulti": "reqId account modelCode key value currency",
    "contractDetails": "reqId details",
    "bondContractDetails": "reqId details",
    "deltaNeutralValidation": "reqId deltaNeutralContract",
    "displayGroupList": "reqId groups",
    "displayGroupUpdated": "reqId contractInfo",
    "historicalDataEnd": "reqId startDateStr endDateStr",
    "historicalNews": "requestId time providerCode articleId headline",
    "historicalNewsEnd": "reqId hasMore",
    "managedAccounts": "accountsList",
    "marketDataType": "reqId marketDataType",
    "nextValidId": "orderId",
    "openOrder": "order.orderId contract order orderState",
    "orderBound": "permId clientId orderId",
    "position": "account contract position avgCost",
    "positionMulti": "reqId account modelCode contract pos avgCost",
    "priceSizeTick": "reqId tickType price size",
    "receiveFA": "faData cxml",
    "replaceFAEnd": "reqId text",
    "rerouteMktDataReq": "reqId conId exchange",
    "rerouteMktDepthReq": "reqId conId exchange",
    "smartComponents": "reqId components",
    "softDollarTiers": "reqId tiers",
    "tickByTickAllLast": "reqId tickType time price size tickAttribLast exchange specialConditions",
    "tickByTickBidAsk": "reqId time bidPrice askPrice bidSize askSize tickAttribBidAsk",
    "updateMktDepthL2": "reqId position marketMaker operation side price size isSmartDepth",
    "updateNewsBulletin": "msgId msgType newsMessage originExch",
    "updatePortfolio": "contract position marketPrice marketValue averageCost unrealizedPNL"
    " realizedPNL accountName",
    "updateAccountTime": "timeStamp",
    "updateAccountValue": "key val currency accountName",
    "userInfo": "reqId whiteBrandingId",
    "verifyAndAuthCompleted": "isSuccessful errorText",
    "verifyAndAuthMessageAPI": "apiData xyzChallange",
    "verifyCompleted": "isSuccessful errorText",
    "verifyMessageAPI": "apiData",
    "wshEventData": "reqId dataJson",
    "wshMetaData": "reqId dataJson",
    "tickReqParams": "tickerId minTick bboExchange snapshotPermissions",
    "tickNews": "tickerId timeStamp providerCode articleId headline extraData",
    "pnlSingle": "reqId pos dailyPnL unrealizedPnL realizedPnL value",
    "scannerParameters": "xml",
    "realtimeBar": "reqId time open high low close volume wap count",
    "tickEFP": "reqId tickType basisPoints formattedBasisPoints totalDividends holdDays"
    " futureLastTradeDate dividendImpact dividendsToLastTradeDate",
    "tickOptionComputation": "reqId tickType tickAttrib impliedVol delta optPrice pvDividend"
    " gamma vega theta undPrice",
    "orderStatus": "orderId status filled remaining avgFillPrice permId parentId lastFillPrice"
    " clientId whyHeld mktCapPrice",
}
PREFIXES = {
    "Contract": "contract.",
    "ContractDetails": "details.",
    "Order": "order.",
    "OrderState": "orderState.",
    "Execution": "execution.",
    "CommissionReport": "",
}
ATTRIBUTES = {"yield_": "yield", "average": "wap", "exch": "exchange"}


class Recorder:
    """Keeps the callbacks instead of reacting, and notes fields the decoder left unread."""

    defaultTimezone = timezone.utc
    ib = SimpleNamespace(TimezoneTWS=None)

    def __init__(self):
        self.calls = []
        self.left = 0
        self.known = {}

    def __getattr__(self, name):
        if name not in self.known:
            if name in PARAMETERS:
                parameters = PARAMETERS[name].split()
            else:
                parameters = list(inspect.signature(getattr(library.Wrapper, name)).parameters)[1:]
            self.known[name] = parameters

        def callback(*arguments):
            self.calls.append((name, self.known[name], arguments))
            self.left = unread(sys._getframe(1))

        return callback


def unread(frame):
    """How many of a message's fields the decoding function has not taken."""
    variables = frame.f_locals
    if "get" in variables:
        return operator.length_hint(variables["get"].__self__)
    if "types" in variables:
        return len(variables["fields"]) - variables["skip"] - len(variables["types"])
    if frame.f_code.co_name in TAKES_FIELD_BY_FIELD:
        return len(variables["fields"])
    return 0  # It unpacks all fields at once, which fails when there are more.


# The functions that go on with what is left after each step.
TAKES_FIELD_BY_FIELD = {
    "openOrder", "completedOrder", "contractDetails", "bondContractDetails", "errorMsg",
    "scannerData", "symbolSamples",
}


class Complaints(logging.Handler):
    """Keeps what the decoder logs."""

    last = ""

    def emit(self, record):
        self.last = record.getMessage()
        if record.exc_info:
            self.last = f"{record.exc_info[0].__name__}: {record.exc_info[1]}"


class Connection:
    def __init__(self):
        self.sent = []

    def isConnected(self):
        return True

    def sendMsg(self, message):
        self.sent.append(message)


class Insync(Driver):
    first = 157
    last = 178 if IS_ASYNC else 176

    def discards(self, case, name):
        return (case.message, name) == ("tickPrice", "attrMask")

    def __init__(self):
        self.complaints = Complaints()
        for name in (NAME, NAME + ".Decoder"):
            logger = logging.getLogger(name)
            logger.propagate = False
            logger.addHandler(self.complaints)
        self.wrapper = Recorder()
        self.received = Received(PREFIXES, ATTRIBUTES)
        self.decoders = {}
        decoder = importlib.import_module(NAME + ".decoder")
        self.Decoder = decoder.Decoder
        self.client = importlib.import_module(NAME + ".client").Client(self.wrapper)
        self.connection = self.client.conn = Connection()
        self.client.isConnected = lambda: True
        self.client.MaxRequests = 0
        self.order_class = library.order.OrderCondition

    # Responses

    def skips(self, case):
        # ib_insync knows the spaced spellings only.
        kind = case.fields.get("order.orderType", "  ")[1]
        return not IS_ASYNC and kind in ("PEGBENCH", "PEGBEST", "PEGMID")

    def decode(self, case):
        wrapper = self.wrapper
        wrapper.calls = calls = []
        wrapper.left = 0
        self.complaints.last = ""
        if case.version not in self.decoders:
            self.decoders[case.version] = self.Decoder(wrapper, case.version)
        fields = case.body.decode().split("\0")
        fields.pop()
        self.decoders[case.version].interpret(fields)
        if self.complaints.last:
            return None, self.complaints.last
        if not calls:
            return None, "no callback"
        # At 158 ib_* stop before the last field of openOrder.
        if wrapper.left != (case.message == "openOrder" and case.version == 158):
            return None, f"{wrapper.left} fields left over"
        self.received.clear()
        getattr(self, "on_" + case.message, self.on_any)(case, calls)
        return self.received, None

    def on_any(self, case, calls):
        for name, parameters, arguments in calls:
            for parameter, argument in zip(parameters, arguments):
                self.received.add(parameter, argument)

    def on_commissionReport(self, case, calls):
        report = calls[0][2][0]
        self.received.add_attributes("", report, vars(report))

    def on_historicalData(self, case, calls):
        for index, call in enumerate(calls):
            if call[0] == "historicalData":
                self.received.add_attributes(f"bars[{index}].", call[2][1], vars(call[2][1]))
            else:
                self.on_any(case, [call])

    def on_historicalDataUpdate(self, case, calls):
        request, bar = calls[0][2]
        self.received.values["reqId"] = request
        self.received.add_attributes("bar.", bar, vars(bar))

    def on_histogramData(self, case, calls):
        self.on_any(case, calls)
        values = self.received.values
        for path in [path for path in values if path.endswith(".count")]:
            values[path[:-5] + "size"] = values.pop(path)

    def on_scannerData(self, case, calls):
        values = self.received.values
        for index, (name, _, arguments) in enumerate(calls):
            if name == "scannerDataEnd":
                values["reqId"] = arguments[0]
                continue
            details = arguments[2]
            row = f"items[{index}]."
            values[row + "details.marketName"] = details.marketName
            self.received.add_attributes(
                row + "contract.", details.contract, vars(details.contract))
            values[row + "rank"] = arguments[1]
            for name, argument in zip(
                ("distance", "benchmark", "projection", "legsStr"), arguments[3:]
            ):
                values[row + name] = argument

    def on_contractDetails(self, case, calls):
        self.on_any(case, calls)
        self.join_date("_lastTradeDate", "contract.lastTradeDateOrContractMonth")
        if case.version == 163:
            values = self.received.values
            values["_sizeMinTick"] = values.pop("details.suggestedSizeIncrement")

    def on_bondContractDetails(self, case, calls):
        self.on_any(case, calls)
        self.join_date("_maturity", "details.maturity")

    def join_date(self, path, date):
        values = self.received.values
        values[path] = values.pop(date) + " " + values.pop("details.lastTradeTime")

    def on_execDetails(self, case, calls):
        self.on_any(case, calls)
        time = self.received.values["execution.time"]
        self.received.values["execution.time"] = time.strftime("%Y%m%d %H:%M:%S UTC")

    def on_openOrder(self, case, calls):
        self.on_any(case, calls)
        values = self.received.values
        values["deltaNeutralContractPresent"] = "contract.deltaNeutralContract.conId" in values
        if case.version == 158 and "order.duration" in case.fields:
            case.fields["_duration"] = case.fields.pop("order.duration")
        if "_trailStopPrice2" in case.fields:
            # The second copy wins.
            values["_trailStopPrice2"] = values.pop("order.trailStopPrice")
            case.fields["_trailStopPrice"] = case.fields.pop("order.trailStopPrice")

    on_completedOrder = on_openOrder

    def on_historicalTicks(self, case, calls):
        self.on_any(case, calls)
        values = self.received.values
        for path, got in values.items():
            if isinstance(got, datetime):
                values[path] = int(got.timestamp())

    def on_historicalTicksBidAsk(self, case, calls):
        self.on_historicalTicks(case, calls)
        self.masks("tickAttribBidAsk", "askPastHigh", "bidPastLow")

    def on_historicalTicksLast(self, case, calls):
        self.on_historicalTicks(case, calls)
        self.masks("tickAttribLast", "pastLimit", "unreported")

    def on_tickByTick(self, case, calls):
        self.on_any(case, calls)
        name = calls[0][0]
        if name == "tickByTickAllLast":
            self.masks("tickAttribLast", "pastLimit", "unreported")
        else:
            self.masks("tickAttribBidAsk", "bidPastLow", "askPastHigh")
            self.received.values["tickType"] = 3 if name == "tickByTickBidAsk" else 4

    def masks(self, attribute, low, high):
        """Turns the two flags of every tick back into the mask."""
        values = self.received.values
        for path in [path for path in values if path.endswith(f"{attribute}.{low}")]:
            front = path[: -len(f"{attribute}.{low}")]
            values[front + "mask"] = values.pop(path) + 2 * values.pop(f"{front}{attribute}.{high}")

    def equal(self, case, path, kind, text, got):
        name = path.rpartition("].")[2]
        if kind == "e":
            return got == (conformance.unescaped(text) if path == "details.longName" else text)
        if text == "" and kind in "ifd":
            # What is not sent keeps the value of a new object.
            return got == self.received.defaults.get(path)
        if name == "underlyingConId":
            return got == text
        if name == "isSuccessful":
            return got == (text == "1")
        if kind == "f" and isinstance(got, (int, str)) and not isinstance(got, bool):
            return float(got) == float(text)
        return False

    # Requests

    def knows(self, case):
        # ib_* send at any version what they are told to.
        return case.label != "early" and hasattr(type(self.client), case.message)

    def call(self, case):
        self.connection.sent = []
        self.client._serverVersion = case.version
        arguments = Arguments(case)
        if case.message == "startApi":
            self.client.clientId = arguments.fields["clientId"]
            self.client.optCapab = arguments.fields["optionalCapabilities"]
        method = getattr(self.client, case.message)
        method(*(
            self.argument(parameter, arguments)
            for parameter in inspect.signature(method).parameters
        ))
        if len(self.connection.sent) != 1:
            return f"{len(self.connection.sent)} frames sent"
        return self.connection.sent[0]

    def argument(self, parameter, arguments):
        fields = arguments.fields
        if parameter == "contract":
            return self.contract(arguments)
        if parameter == "order":
            return self.order(arguments)
        if parameter == "execFilter":
            return arguments.fill(library.ExecutionFilter(), "filter.")
        if parameter == "subscription":
            return arguments.fill(library.ScannerSubscription(), "sub.")
        if parameter == "data" and "apiData" not in fields:
            return arguments.fill(library.WshEventData(), "")
        if parameter == "manualCancelOrderTime":
            return fields.get("manualOrderCancelTime", "")
        if parameter.endswith("Options"):
            return tags(fields.get(parameter) or fields.get("miscOptions") or "")
        return fields.get(parameter)

    def contract(self, arguments):
        contract = library.Contract()
        arguments.fill(contract, "contract.")
        if contract.strike in conformance.UNSET:
            contract.strike = 0.0
        contract.comboLegs = [
            arguments.fill(library.ComboLeg(), f"contract.comboLegs[{index}].")
            for index in range(arguments.items("contract.comboLegs"))
        ]
        if arguments.fields.get("deltaNeutralContractPresent"):
            contract.deltaNeutralContract = arguments.fill(
                library.DeltaNeutralContract(), "contract.deltaNeutralContract.")
        return contract

    def order(self, arguments):
        fields = arguments.fields
        order = arguments.fill(library.Order(), "order.")
        order.orderMiscOptions = tags(fields["order.orderMiscOptions"])
        order.softDollarTier = library.SoftDollarTier(
            fields["order.softDollarTier.name"], fields["order.softDollarTier.val"], "")
        order.orderComboLegs = [
            arguments.fill(library.OrderComboLeg(), f"order.orderComboLegs[{index}].")
            for index in range(arguments.items("order.orderComboLegs"))
        ]
        for name in ("smartComboRoutingParams", "algoParams"):
            setattr(order, name, [
                library.TagValue(
                    fields[f"order.{name}[{index}].tag"], fields[f"order.{name}[{index}].value"])
                for index in range(arguments.items(f"order.{name}"))
            ])
        order.conditions = []
        for index in range(arguments.items("order.conditions")):
            path = f"order.conditions[{index}]."
            condition = self.order_class.createClass(fields[path + "condType"])()
            arguments.fill(condition, path)
            if hasattr(condition, "exch"):
                condition.exch = fields[path + "exchange"]
            order.conditions.append(condition)
        return order


def tags(text):
    return [library.TagValue(*pair.split("=")) for pair in text.split(";") if pair]


if __name__ == "__main__":
    Insync().run()
