"""Drives IB's own Python client, 10.51, 10.46 or 9.81, whichever this interpreter has."""

import enum
import inspect
import logging
import operator

import ibapi.client
import ibapi.decoder
from ibapi import order_condition
from ibapi.client import EClient
from ibapi.contract import ComboLeg, Contract, ContractDetails, DeltaNeutralContract
from ibapi.execution import ExecutionFilter
from ibapi.order import Order, OrderComboLeg
from ibapi.scanner import ScannerSubscription
from ibapi.server_versions import MAX_CLIENT_VER
from ibapi.softdollartier import SoftDollarTier
from ibapi.tag_value import TagValue
from ibapi.wrapper import EWrapper

import conformance
from conformance import Arguments, Driver, Received

IS_OLD = not hasattr(EWrapper, "currentTimeInMillis")
SIZE_TICKS = {1: 0, 2: 3, 4: 5, 66: 69, 67: 70, 68: 71}

# Callback parameters that the schema calls something else.
PARAMETERS = {
    "open_": "open",
    "requestId": "reqId",
    "start": "startDateStr",
    "end": "endDateStr",
    "smartComponentMap": "components",
}
PARAMETERS_OF = {
    "historicalNews": {"requestId": "requestId"},
    "orderBound": {"reqId": "permId", "apiClientId": "clientId", "apiOrderId": "orderId"},
    "openOrder": {"orderId": "order.orderId"},
    "commissionAndFeesReport": {"commissionAndFeesReport": ""},
    "commissionReport": {"commissionReport": ""},
}
ATTRIBUTES = {
    "commissionAndFees": "commission",
    "minCommissionAndFees": "minCommission",
    "maxCommissionAndFees": "maxCommission",
    "commissionAndFeesCurrency": "commissionCurrency",
    "yield_": "yield",
    "id_": "id",
    "average": "wap",
}
PREFIXES = {
    "Contract": "contract.",
    "ContractDetails": "details.",
    "Order": "order.",
    "OrderState": "orderState.",
    "Execution": "execution.",
}


# Protobuf fields of types that several messages share, which 10.46 and 10.51 do not read in responses.
NOT_READ = {
    "contract.secIdType", "contract.secId", "contract.includeExpired", "perLegPrice",
    "order.scaleTable", "order.algoId", "order.orderMiscOptions", "order.hedgeMaxSize",
    "order.mifid2DecisionMaker", "order.mifid2DecisionAlgo", "order.mifid2ExecutionTrader",
    "order.mifid2ExecutionAlgo", "order.advancedErrorOverride", "order.manualOrderTime",
    "order.overridePercentageConstraints",
}
NOT_READ_OF = {
    ("updateMktDepth", "marketMaker"),
    ("updateMktDepth", "isSmartDepth"),
    ("tickReqParams", "lastPricePrecision"),
    ("tickReqParams", "lastSizePrecision"),
    ("tickByTick", "historicalTickMidPoint.size"),
}
if not hasattr(ContractDetails(), "settlementMethod"):
    # Gateways send it at 225; 10.46, the first client of that version, does not know the field yet.
    NOT_READ.add("details.settlementMethod")


def no_log(*words):
    pass


class Quiet:
    """Instead of the library's logger, which formats nothing but takes its time."""

    debug = info = warning = staticmethod(no_log)

    def __init__(self):
        self.last = ""

    def error(self, text, *words):
        self.last = text % words if words else text

    exception = error

    def isEnabledFor(self, level):
        return False


quiet = Quiet()


class Recorder(EWrapper):
    """Keeps the callbacks instead of reacting."""


def recording(name, parameters):
    def callback(self, *arguments):
        self.calls.append((name, parameters, arguments))

    return callback


for name, method in inspect.getmembers(EWrapper, inspect.isfunction):
    if not name.startswith("_") and not name.endswith("ProtoBuf"):
        parameters = list(inspect.signature(method).parameters)[1:]
        setattr(Recorder, name, recording(name, parameters))
for name in dir(EWrapper):
    if name.endswith("ProtoBuf"):
        setattr(Recorder, name, no_log)


class Fields(list):
    """A frame's fields, which remember how far they were read."""

    reader = None

    def __iter__(self):
        self.reader = super().__iter__()
        return self.reader


class Connection:
    """Takes what the client sends."""

    def __init__(self):
        self.sent = []

    def isConnected(self):
        return True

    def sendMsg(self, message):
        self.sent.append(message)
        return len(message)


class Official(Driver):
    first = 100
    last = 157 if IS_OLD else MAX_CLIENT_VER

    def discards(self, case, name):
        if IS_OLD:
            return False
        if self.is_protobuf:
            return name in NOT_READ or (case.message, name) in NOT_READ_OF
        return case.message in ("openOrder", "completedOrder") and name in (
            "order.eTradeOnly", "order.firmQuoteOnly", "order.nbboPriceCap", "order.faProfile")

    def __init__(self):
        ibapi.decoder.logger = ibapi.utils.logger = ibapi.client.logger = quiet
        ibapi.wrapper.logger = quiet
        self.wrapper = Recorder()
        self.received = Received(PREFIXES, ATTRIBUTES)
        self.is_protobuf = False
        self.decoders = {}
        self.connection = Connection()
        self.client = EClient(self.wrapper)
        self.client.conn = self.connection
        self.client.setConnState(EClient.CONNECTED)
        self.client.isConnected = lambda: True
        self.client.extraAuth = True

    # Responses

    def decoder(self, version):
        if version not in self.decoders:
            decoder = ibapi.decoder.Decoder(self.wrapper, version)
            decoder.discoverParams()
            self.decoders[version] = decoder
        return self.decoders[version]

    def decode(self, case):
        self.received.clear()
        self.received.sorts_tags = case.version > 200
        self.wrapper.calls = calls = []
        quiet.last = ""
        fields = Fields()
        try:
            decoder = self.decoder(case.version)
            message_id = int.from_bytes(case.body[:4], "big") if case.version > 200 else 0
            self.is_protobuf = message_id > 200
            if message_id > 200:
                decoder.processProtoBuf(case.body[4:], message_id - 200)
            else:
                text = case.body[4:] if message_id else case.body
                fields = Fields(text.split(b"\0")[:-1])
                if IS_OLD:
                    decoder.interpret(fields)
                else:
                    decoder.interpret(fields, message_id or int(fields.pop(0)))
        except Exception as error:
            return None, f"{type(error).__name__}: {error}"
        if fields.reader is not None:
            left = operator.length_hint(fields.reader)
            if left:
                return None, f"{left} fields left over"
        if not calls:
            return None, f"no callback ({quiet.last})"
        getattr(self, "on_" + case.message, self.on_any)(case, calls)
        return self.received, None

    def add_call(self, call, prefix=""):
        name, parameters, arguments = call
        names = PARAMETERS_OF.get(name, {})
        for parameter, argument in zip(parameters, arguments):
            parameter = names.get(parameter, PARAMETERS.get(parameter, parameter))
            self.received.add(prefix + parameter if parameter else "", argument)

    def on_any(self, case, calls):
        for call in calls:
            self.add_call(call)

    def on_tickPrice(self, case, calls):
        values = self.received.values
        _, _, (request, tick_type, price, attributes) = calls[0]
        values.update(reqId=request, tickType=tick_type, price=price)
        if len(calls) > 1:
            name, _, (request, size_type, size) = calls[1]
            if (name, request, size_type) == ("tickSize", values["reqId"], SIZE_TICKS[tick_type]):
                values["size"] = size
        elif tick_type not in SIZE_TICKS:
            # The decoder reads a size and uses it only with the ticks that have one.
            case.fields["_size"] = case.fields.pop("size")
        mask = attributes.canAutoExecute + 2 * attributes.pastLimit + 4 * attributes.preOpen
        kind, text = case.fields["attrMask"]
        if case.version < 109:
            text = str(int(int(text) == 1))
        elif case.version < 132:
            text = str(int(text) & 3)
        case.fields["attrMask"] = kind, text
        values["attrMask"] = mask

    def on_historicalData(self, case, calls):
        for index, call in enumerate(calls):
            if call[0] == "historicalData":
                self.received.values["reqId"] = call[2][0]
                self.received.add_attributes(f"bars[{index}].", call[2][1], vars(call[2][1]))
            else:
                self.add_call(call)

    def on_historicalDataUpdate(self, case, calls):
        _, _, (request, bar) = calls[0]
        self.received.values["reqId"] = request
        self.received.add_attributes("bar.", bar, vars(bar))

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
        self.add_call(calls[0])
        self.join_date("_lastTradeDate", "contract.lastTradeDateOrContractMonth")
        self.take_multiplier()
        self.name_enums(case)

    def on_bondContractDetails(self, case, calls):
        self.add_call(calls[0])
        self.join_date("_maturity", "details.maturity")
        self.take_multiplier()
        self.name_enums(case)
        if case.version > 200:
            # As a whole in the contract too.
            self.received.values.pop("contract.lastTradeDateOrContractMonth")

    def on_execDetails(self, case, calls):
        self.on_any(case, calls)
        self.name_enums(case)

    def on_smartComponents(self, case, calls):
        self.on_any(case, calls)
        components = calls[0][2][1]
        if isinstance(components, dict):
            # Protobuf sessions get a map, text sessions a list.
            values = self.received.values
            for index, (bit, (exchange, letter)) in enumerate(components.items()):
                row = f"components[{index}]."
                values[row + "bitNumber"] = bit
                values[row + "exchange"] = exchange
                values[row + "exchangeLetter"] = letter

    def name_enums(self, case):
        """Enumerations, by what stands for them on the wire."""
        values = self.received.values
        for path, got in list(values.items()):
            if isinstance(got, enum.Enum):
                if path in case.fields:
                    values[path] = got.value[0]
                else:
                    del values[path]

    def take_multiplier(self):
        """9.81 still has an attribute for what 10.46 and 10.51 throw away."""
        values = self.received.values
        if "details.mdSizeMultiplier" in values:
            values["_mdSizeMultiplier"] = values.pop("details.mdSizeMultiplier")

    def join_date(self, path, date):
        values = self.received.values
        values[path] = values.pop(date) + " " + values.pop("details.lastTradeTime")

    def on_openOrder(self, case, calls):
        self.add_call(calls[0])
        values = self.received.values
        self.spread_conditions()
        values["deltaNeutralContractPresent"] = "contract.deltaNeutralContract.conId" in values
        if "_trailStopPrice2" in case.fields:
            # The second copy wins.
            values["_trailStopPrice2"] = values.pop("order.trailStopPrice")
            case.fields["_trailStopPrice"] = case.fields.pop("order.trailStopPrice")

    on_completedOrder = on_openOrder

    def spread_conditions(self):
        values = self.received.values
        for path in [path for path in values if path.endswith(".isConjunctionConnection")]:
            connection = values.pop(path)
            values[path.rpartition(".")[0] + ".conjunction"] = "a" if connection else "o"

    def on_histogramData(self, case, calls):
        self.on_any(case, calls)
        values = self.received.values
        for path in [path for path in values if path.endswith("].count")]:
            values[path[:-5] + "size"] = values.pop(path)

    def on_historicalTicksBidAsk(self, case, calls):
        self.masks(calls, "tickAttribBidAsk", "askPastHigh", "bidPastLow")

    def on_historicalTicksLast(self, case, calls):
        self.masks(calls, "tickAttribLast", "pastLimit", "unreported")

    def on_tickByTick(self, case, calls):
        name = calls[0][0]
        if name == "tickByTickAllLast":
            self.masks(calls, "tickAttribLast", "pastLimit", "unreported")
        else:
            self.masks(calls, "tickAttribBidAsk", "bidPastLow", "askPastHigh")
            self.received.values["tickType"] = 3 if name == "tickByTickBidAsk" else 4

    def masks(self, calls, attribute, low, high):
        """Turns the two flags of every tick back into the mask."""
        self.on_any(None, calls)
        values = self.received.values
        for path in [path for path in values if path.endswith(f"{attribute}.{low}")]:
            front = path[: -len(f"{attribute}.{low}")]
            bits = values.pop(path) + 2 * values.pop(f"{front}{attribute}.{high}")
            values[front + "mask"] = bits

    def equal(self, case, path, kind, text, got):
        name = path.rpartition("].")[2]
        if kind == "e":
            return got == conformance.unescaped(text)
        if case.version > 200:
            # Texts made of numbers, numbers made of texts, whole numbers instead of flags.
            if kind in "fd" and isinstance(got, str):
                return float(got) == float(text)
            if kind in "ib" and isinstance(got, (int, float)):
                return got == int(text)
            if name == "isSuccessful":
                return got == (text == "true")
        if text in ("1.7976931348623157E308", "-9223372036854775808"):
            return got in conformance.UNSET
        if path == "execution.evMultiplier" and text == "":
            return got == 0  # Recorded as empty; the clients have no unset form for it.
        if IS_OLD and path == "order.displaySize" and text == "":
            return got == 0  # Of the unset numbers, the one that 9.81 reads as zero.
        if kind == "f" and isinstance(got, int) and not isinstance(got, bool):
            return got == float(text)
        if name == "percent":
            return got == float(text)
        return False

    # Requests

    def skips(self, case):
        if case.message in ("configResponse", "updateConfigResponse"):
            return True  # Handed on as they are.
        if case.message == "fundamentalData" and not hasattr(EWrapper, case.message):
            return True  # 10.51 knows it no more.
        if case.message == "historicalData" and case.version >= 196:
            # Bars alone: without any there is no callback.
            if not any(path.startswith("bars[") for path in case.fields):
                return True
        # Refused before 140, whatever the arguments.
        if case.message == "reqTickByTickData" and case.version < 140:
            return True
        # 9.81 knows the spaced spellings only.
        kind = case.fields.get("order.orderType", "  ")[1]
        return IS_OLD and kind in ("PEGBENCH", "PEGBEST", "PEGMID")

    # Sent at any version, whether the gateway knows them or not.
    unchecked = {"reqSoftDollarTiers", "reqCompletedOrders"}

    def knows(self, case):
        return hasattr(EClient, case.message)

    def call(self, case):
        self.wrapper.calls = []
        self.connection.sent = []
        self.client.serverVersion_ = case.version
        arguments = Arguments(case)
        if case.message == "startApi":
            self.client.clientId = arguments.fields["clientId"]
            self.client.optCapab = arguments.fields["optionalCapabilities"]
        method = getattr(self.client, case.message)
        parameters = inspect.signature(method).parameters
        self.annotations = {name: one.annotation for name, one in parameters.items()}
        method(*(self.argument(parameter, arguments) for parameter in parameters))
        if len(self.connection.sent) != 1:
            errors = [call[2] for call in self.wrapper.calls]
            return f"{len(self.connection.sent)} frames sent; errors: {errors}"
        return self.connection.sent[0]

    def argument(self, parameter, arguments):
        fields = arguments.fields
        if parameter == "contract":
            return self.contract(arguments)
        if parameter == "order":
            return self.order(arguments)
        if parameter == "orderCancel":
            from ibapi.order_cancel import OrderCancel

            return arguments.fill(OrderCancel(), "")
        if parameter == "execFilter":
            return self.filter(arguments)
        if parameter == "subscription":
            return arguments.fill(ScannerSubscription(), "sub.")
        if parameter == "wshEventData":
            from ibapi.common import WshEventData

            return arguments.fill(WshEventData(), "")
        if parameter.endswith("Options"):
            if parameter in REFUSED_OPTIONS:
                return []
            text = fields.get(parameter, fields.get("miscOptions"))
            return None if text is None else tags(text)
        if parameter in fields:
            return fields[parameter]
        annotation = self.annotations[parameter]
        return DEFAULTS.get(parameter, annotation() if annotation in (bool, int, str) else None)

    def filter(self, arguments):
        filter = arguments.fill(ExecutionFilter(), "filter.")
        dates = [
            argument for path, argument in arguments.fields.items()
            if path.startswith("filter.specificDates[")
        ]
        if dates:
            filter.specificDates = dates
        return filter

    def contract(self, arguments):
        contract = Contract()
        strike = contract.strike
        arguments.fill(contract, "contract.")
        if contract.strike in conformance.UNSET:
            contract.strike = strike
        contract.comboLegs = [
            arguments.fill(ComboLeg(), f"contract.comboLegs[{index}].")
            for index in range(arguments.items("contract.comboLegs"))
        ]
        if arguments.fields.get(
            "deltaNeutralContractPresent",
            "contract.deltaNeutralContract.conId" in arguments.fields,
        ):
            contract.deltaNeutralContract = arguments.fill(
                DeltaNeutralContract(), "contract.deltaNeutralContract.")
        return contract

    def order(self, arguments):
        order = arguments.fill(Order(), "order.")
        fields = arguments.fields
        order.usePriceMgmtAlgo = {0: False, 1: True}.get(order.usePriceMgmtAlgo)
        order.orderMiscOptions = tags(fields.get("order.orderMiscOptions", ""))
        order.softDollarTier = SoftDollarTier(
            fields.get("order.softDollarTier.name", ""),
            fields.get("order.softDollarTier.val", ""), "")
        order.orderComboLegs = [
            arguments.fill(OrderComboLeg(), f"order.orderComboLegs[{index}].")
            for index in range(arguments.items("order.orderComboLegs"))
        ]
        for name in ("smartComboRoutingParams", "algoParams"):
            setattr(order, name, [
                arguments.fill(TagValue(), f"order.{name}[{index}].")
                for index in range(arguments.items(f"order.{name}"))
            ])
        for index in range(arguments.items("order.conditions")):
            path = f"order.conditions[{index}]."
            condition = order_condition.Create(fields[path + "condType"])
            arguments.fill(condition, path)
            if getattr(condition, "isMore", False) is None:
                condition.isMore = False
            if arguments.version > 200 and hasattr(condition, "percent"):
                condition.percent = int(condition.percent)  # Protobuf takes nothing else.
            condition.isConjunctionConnection = fields[path + "conjunction"] == "a"
            order.conditions.append(condition)
        if arguments.version < 111:
            order.cashQty = 0  # The default counts as a value and is refused.
        if arguments.version > 200:
            arguments.fill(order, "attachedOrders.")
            order.transmit = fields.get("order.transmit", False)
            if "order.displaySize" not in fields:
                order.displaySize = conformance.UNSET_INTEGER
        if arguments.version < 218:
            order.routeMarketableToBbo = None
        return order


# Arguments of newer server versions, at a version that does not carry them.
DEFAULTS = {
    "customerAccount": "",
    "ignoreSize": False,
    "isSmartDepth": False,
    "keepUpToDate": False,
    "manualOrderTime": "",
    "numberOfTicks": 0,
    "professionalCustomer": False,
    "regulatorySnapshot": False,
}
# "Internal use only": anything but an empty list is refused.
REFUSED_OPTIONS = {"mktDataOptions", "mktDepthOptions"}
if not IS_OLD:
    REFUSED_OPTIONS |= {"implVolOptions", "optPrcOptions"}


def tags(text):
    return [TagValue(*pair.split("=")) for pair in text.split(";") if pair]


if __name__ == "__main__":
    logging.disable(logging.CRITICAL)
    Official().run()
