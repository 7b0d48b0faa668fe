#!/usr/bin/env python3
"""Checks the schema's protobuf against the official client's own classes.

    protobuf_ibapi.py WIRE_LINES [--count N] [--seed N]

Run in the ibapi-10.46 environment. WIRE_LINES is the program of that name, built from
Tests/Conformance/WireLines. Three checks, each with its own count:

  descriptors  what our encoder writes parses to the same fields in the vendor's classes, and what
               they write, with every field filled at random, our decoder reads and gives back
  responses    a message as text at 200 and as protobuf reaches the application as the same callback
  requests     a request made at 200 and at each version from 201 reads as the same named fields
"""
import argparse
import collections
import enum
import importlib
import inspect
import json
import logging
import math
import random
import re
import subprocess
import sys
from decimal import Decimal

from google.protobuf.descriptor import FieldDescriptor as F

from ibapi import client as ibclient, common, contract, execution, order, order_cancel, \
    order_condition, scanner, tag_value
from ibapi.decoder import Decoder
from ibapi.wrapper import EWrapper

logging.disable(logging.CRITICAL)
UNSET = {"", "2147483647", "9223372036854775807", "1.7976931348623157E308",
         "1.7976931348623157e+308", "170141183460469231731687303715884105727"}
mismatches = []
counts = collections.Counter()


def mismatch(text):
    mismatches.append(text)
    if len(mismatches) <= 40:
        print("MISMATCH", text, file=sys.stderr)


def message_class(name):
    return getattr(importlib.import_module(f"ibapi.protobuf.{name}_pb2"), name)


def is_map(field):
    return field.message_type is not None and field.message_type.GetOptions().map_entry


def is_repeated(field):
    return field.is_repeated if hasattr(field, "is_repeated") else field.label == F.LABEL_REPEATED


def tree(message):
    """The fields present, by the vendor's names; empty messages within are left out."""
    result = {}
    for field, value in message.ListFields():
        if is_map(field):
            result[field.name] = sorted(value.items())
        elif is_repeated(field):
            result[field.name] = [tree(v) if field.message_type else scalar(v) for v in value]
        elif field.message_type:
            if inner := tree(value):
                result[field.name] = inner
        else:
            result[field.name] = scalar(value)
    return result


def scalar(value):
    if isinstance(value, float):
        return ("double", repr(value))
    return value


def ours(message_tree, descriptor):
    """Our tree in the same form."""
    result = {}
    for name, value in message_tree.items():
        field = descriptor.fields_by_name[name]
        if is_map(field):
            result[name] = sorted((e.get("key", ""), e.get("value", "")) for e in value)
        elif is_repeated(field):
            result[name] = [ours(v, field.message_type) if field.message_type
                            else our_scalar(v, field) for v in value]
        elif field.message_type:
            if inner := ours(value, field.message_type):
                result[name] = inner
        else:
            result[name] = our_scalar(value, field)
    return result


def our_scalar(value, field):
    if field.type == F.TYPE_DOUBLE:
        return ("double", repr(float(value)))
    return value


def leaf_count(value):
    if isinstance(value, dict):
        return sum(map(leaf_count, value.values()))
    if isinstance(value, list):
        return sum(map(leaf_count, value))
    return 1


def compare_trees(what, one, other):
    counts["descriptors"] += max(leaf_count(one), 1)
    if one != other:
        for path, a, b in tree_differences(one, other):
            mismatch(f"{what}{path}: {a!r}, {b!r}")


def tree_differences(one, other, path=""):
    if isinstance(one, dict) and isinstance(other, dict):
        for key in sorted(set(one) | set(other)):
            yield from tree_differences(one.get(key), other.get(key), f"{path}.{key}")
    elif one != other:
        yield path, one, other


def read(wire_lines, lines):
    text = "".join(f"{direction} {version} {body.hex()}\n" for direction, version, body in lines)
    output = subprocess.run([wire_lines, "read"], input=text, capture_output=True, text=True,
                            check=True).stdout
    return [json.loads(line) for line in output.splitlines()]


def protobuf_body(message_id, payload):
    return (message_id + 200).to_bytes(4, "big") + payload


# --- descriptors


def fill(message, rng, names):
    for field in message.DESCRIPTOR.fields:
        if rng.random() < 0.3:
            continue
        if field.containing_oneof and any(
                message.HasField(f.name) for f in field.containing_oneof.fields
                if f is not field and len(field.containing_oneof.fields) > 1):
            continue
        if is_map(field):
            for _ in range(rng.randrange(3)):
                getattr(message, field.name)[rng.choice("abcdef") * 3] = value_of(
                    rng, F.TYPE_STRING, field.name)
        elif is_repeated(field):
            for _ in range(rng.randrange(4)):
                if field.message_type:
                    fill(getattr(message, field.name).add(), rng, names)
                else:
                    getattr(message, field.name).append(value_of(rng, field.type, field.name))
        elif field.message_type:
            inner = getattr(message, field.name)
            inner.SetInParent()
            fill(inner, rng, names)
        else:
            setattr(message, field.name, value_of(rng, field.type, field.name))
    return message


def value_of(rng, kind, name):
    if kind == F.TYPE_BOOL:
        return rng.random() < 0.5
    if kind == F.TYPE_INT32:
        return rng.choice([0, 1, -1, 7, 2**31 - 1, -2**31, rng.randrange(10**6)])
    if kind == F.TYPE_INT64:
        return rng.choice([0, 1, -1, 2**63 - 1, -2**63, rng.randrange(10**15)])
    if kind == F.TYPE_DOUBLE:
        return rng.choice([0.0, -0.0, 1.5, 0.1, 1e300, 5e-324, math.inf, -math.inf, 1e15, 1e16,
                           sys.float_info.max, rng.random() * 1000, 12345678.0])
    return rng.choice(["", "0", "12.5", "text", "Zürich 日本", "a|b\\c}", "x" * 300])


def check_descriptors(wire_lines, made, rng, count):
    types = {(m["direction"], m["id"]): m for m in made}
    for m in made:
        message = message_class(m["type"])()
        message.ParseFromString(bytes.fromhex(m["payload"]))
        compare_trees(f"{m['name']} encoded", ours(m["tree"], message.DESCRIPTOR), tree(message))
        again = message_class(m["type"])()
        again.ParseFromString(message.SerializeToString())
        if again != message:
            mismatch(f"{m['name']} is not stable")
        if not has_unknown(message):
            counts["without unknown fields"] += 1
        else:
            mismatch(f"{m['name']} has fields unknown to the vendor's classes")
    sent = []
    for (direction, identity), m in types.items():
        for _ in range(count):
            message = fill(message_class(m["type"])(), rng, m)
            sent.append((direction, identity, m, message, message.SerializeToString()))
    lines = [(d, 225, protobuf_body(i, payload)) for d, i, _, _, payload in sent]
    for (direction, identity, m, message, payload), answer in zip(sent, read(wire_lines, lines)):
        if "tree" not in answer:
            mismatch(f"{m['name']} not decoded: {answer}")
            continue
        if not answer["isOriginal"]:
            compare_trees(f"{m['name']} decoded", ours(answer["tree"], message.DESCRIPTOR),
                          tree(message))
        else:
            counts["kept as original bytes"] += 1
        if answer["again"] != protobuf_body(identity, payload).hex():
            mismatch(f"{m['name']} comes back with other bytes")
        counts["byte-exact"] += 1


def has_unknown(message):
    try:
        from google.protobuf import unknown_fields
    except ImportError:
        return False
    return len(unknown_fields.UnknownFieldSet(message)) > 0


# --- responses


class Recorder(EWrapper):
    def __init__(self):
        super().__init__()
        self.calls = []


def record(name):
    def call(self, *arguments):
        if not name.endswith("ProtoBuf"):
            self.calls.append((name, [plain(a) for a in arguments]))
    return call


for _name, _method in inspect.getmembers(EWrapper, inspect.isfunction):
    if not _name.startswith("_") and _name not in ("logAnswer",):
        setattr(Recorder, _name, record(_name))


def plain(value):
    if isinstance(value, (list, tuple)):
        if value and all(isinstance(v, tag_value.TagValue) for v in value):
            return sorted((str(v.tag), str(v.value)) for v in value)
        return [plain(v) for v in value]
    if isinstance(value, dict):
        return {str(k): plain(v) for k, v in value.items()}
    if isinstance(value, enum.Enum):
        return value.name
    if isinstance(value, (str, bytes, type(None), bool)):
        return value
    if isinstance(value, (int, float, Decimal)):
        return value
    if hasattr(value, "__dict__"):
        return {k: plain(v) for k, v in vars(value).items()}
    if hasattr(value, "__slots__"):
        return {k: plain(getattr(value, k, None)) for k in value.__slots__}
    return str(value)


def same(one, other):
    if one == other:
        return True
    if isinstance(one, list) and isinstance(other, list):
        return len(one) == len(other) and all(map(same, one, other))
    if isinstance(one, dict) and isinstance(other, dict):
        return one.keys() == other.keys() and all(same(one[k], other[k]) for k in one)
    if one in (None, [], "", "None") and other in (None, [], "", "None"):
        return True
    if isinstance(one, str) and isinstance(other, str):
        try:
            # The client reads a text body's UTF-8 as Latin-1 from version 153 on.
            return one.encode("latin-1").decode() == other
        except UnicodeError:
            return False
    if isinstance(one, str) and isinstance(other, bool):
        return one == str(other).lower()
    try:
        a, b = Decimal(str(one)), Decimal(str(other))
        return a == b or str(one) in UNSET and str(other) in UNSET
    except Exception:
        return str(one) in UNSET and str(other) in UNSET


def differences(one, other, path=""):
    if isinstance(one, dict) and isinstance(other, dict):
        for key in sorted(set(one) | set(other)):
            yield from differences(one.get(key), other.get(key), f"{path}.{key}")
    elif isinstance(one, list) and isinstance(other, list) and len(one) == len(other):
        for index, (a, b) in enumerate(zip(one, other)):
            yield from differences(a, b, f"{path}[{index}]")
    else:
        counts["responses"] += 1
        if not same(one, other):
            yield path, one, other


# Said in one of the forms only.
KNOWN = re.compile(
    # Its shape differs: a list, a dictionary.
    r"smartComponents\[1\]"
    # The text form has one date, for the bond; the client puts it in two places.
    r"|bondContractDetails\[1\]\.contract\.lastTradeDateOrContractMonth"
    r"|(openOrder|completedOrder)\[.\]\.("
    # The text form has it twice, and the client keeps the second.
    r"trailStopPrice"
    # No protobuf field.
    r"|auctionStrategy|basisPoints|basisPointsType|eTradeOnly|firmQuoteOnly|nbboPriceCap)$")


def check_responses(made):
    for m in made:
        if m["direction"] != "toClient" or "textBody" not in m:
            continue
        as_text, as_protobuf = Recorder(), Recorder()
        body = bytes.fromhex(m["textBody"])
        fields = body.split(b"\0")[1:-1]
        try:
            Decoder(as_text, 200).interpret(fields, m["id"])
        except Exception as error:
            counts["text the client cannot read"] += 1
            counts["text unread " + m["name"] + " " + str(error)[:60]] += 1
            continue
        try:
            Decoder(as_protobuf, 225).processProtoBuf(bytes.fromhex(m["samePayload"]), m["id"])
        except Exception as error:
            mismatch(f"{m['name']} as protobuf: {error!r}")
            continue
        names = [[name for name, _ in calls.calls] for calls in (as_text, as_protobuf)]
        if names[0] != names[1]:
            mismatch(f"{m['name']}: callbacks {names[0]} as text, {names[1]} as protobuf")
            continue
        for (name, one), (_, other) in zip(as_text.calls, as_protobuf.calls):
            for path, a, b in differences(one, other):
                where = f"{m['name']}{path}"
                if KNOWN.match(where):
                    counts["in one form only"] += 1
                    continue
                mismatch(f"{where}: {a!r} as text, {b!r} as protobuf")


# --- requests


class Wire:
    """A connection that keeps what is sent."""

    def __init__(self):
        self.frames = []

    def isConnected(self):
        return True

    def sendMsg(self, message):
        self.frames.append(bytes(message))
        return len(message)

    def disconnect(self):
        pass


def client_at(version):
    class Silent(EWrapper):
        def error(self, *arguments):
            errors.append(arguments)

        def logAnswer(self, *arguments):
            pass

    errors = []
    client = ibclient.EClient(Silent())
    client.conn = Wire()
    client.serverVersion_ = version
    client.clientId = 1
    client.setConnState(ibclient.EClient.CONNECTED)
    client.isConnected = lambda: True
    client.errors = errors
    return client


def some_text(rng):
    return rng.choice(["", "abc", "DU1234567", "20261120 10:00:00 UTC", "1 day"])


def fill_object(thing, rng, skip=()):
    for name, value in list(vars(thing).items()):
        if name in skip or name.startswith("_") or rng.random() < 0.4:
            continue
        if isinstance(value, bool):
            setattr(thing, name, rng.random() < 0.5)
        elif isinstance(value, int):
            setattr(thing, name, rng.randrange(1, 500))
        elif isinstance(value, float):
            setattr(thing, name, rng.randrange(1, 5000) / 4)
        elif isinstance(value, str):
            setattr(thing, name, some_text(rng))
    return thing


def a_contract(rng):
    c = fill_object(contract.Contract(), rng)
    c.multiplier = rng.choice(["", "100", "0.5"])
    c.secType = rng.choice(["STK", "OPT", "BAG"])
    c.deltaNeutralContract = None
    if rng.random() < 0.3:
        c.deltaNeutralContract = fill_object(contract.DeltaNeutralContract(), rng)
    if c.secType == "BAG":
        c.comboLegs = [fill_object(contract.ComboLeg(), rng) for _ in range(rng.randrange(1, 4))]
    return c


def tags(rng):
    return [tag_value.TagValue(t, rng.choice("xyz")) for t in "abc"[:rng.randrange(4)]]


def a_condition(rng):
    kind = rng.choice([1, 3, 4, 5, 6, 7])
    c = fill_object(order_condition.Create(kind), rng, skip=("condType",))
    for name in ("time", "exchange", "secType", "symbol"):
        if hasattr(c, name):
            setattr(c, name, rng.choice(["SMART", "20261120 10:00:00 UTC"]))
    if hasattr(c, "isMore"):
        c.isMore = rng.random() < 0.5
    for name in ("conId", "volume", "price", "percent", "changePercent", "triggerMethod"):
        if hasattr(c, name):
            setattr(c, name, rng.randrange(1, 9))
    return c


def an_order(rng, c):
    o = fill_object(order.Order(), rng, skip=(
        "softDollarTier", "conditions", "orderMiscOptions", "slOrderId", "ptOrderId", "slOrderType",
        "ptOrderType", "deactivate", "postOnly", "allowPreOpen", "ignoreOpenAuction",
        "routeMarketableToBbo", "seekPriceImprovement", "whatIfType", "hedgeMaxSize"))
    o.totalQuantity = Decimal(rng.randrange(1, 1000))
    o.orderType = rng.choice(["LMT", "MKT", "PEG BENCH", "PEG BEST", "PEG MID"])
    o.action = rng.choice(["BUY", "SELL"])
    o.algoStrategy = rng.choice(["", "Adaptive"])
    o.algoParams = tags(rng) if o.algoStrategy else []
    o.deltaNeutralOrderType = rng.choice(["", "MKT"])
    o.hedgeType = rng.choice(["", "D"])
    o.usePriceMgmtAlgo = rng.choice([None, True, False])
    o.orderMiscOptions = tags(rng)
    o.conditions = [a_condition(rng) for _ in range(rng.randrange(3))]
    if c.secType == "BAG":
        o.smartComboRoutingParams = tags(rng)
        o.orderComboLegs = []
        if rng.random() < 0.5:
            for _ in c.comboLegs:
                o.orderComboLegs.append(order.OrderComboLeg())
                o.orderComboLegs[-1].price = rng.randrange(1, 100) / 4
    return o


def an_argument(name, parameter, rng):
    kind = parameter.annotation
    text = kind if isinstance(kind, str) else getattr(kind, "__name__", str(kind))
    if name in ("tickType",):
        return rng.choice(["Last", "AllLast", "BidAsk", "MidPoint"])
    if kind is contract.Contract:
        return a_contract(rng)
    if kind is execution.ExecutionFilter:
        f = fill_object(execution.ExecutionFilter(), rng)
        f.specificDates = [20261119, 20261120] if rng.random() < 0.5 else None
        return f
    if kind is order_cancel.OrderCancel:
        return fill_object(order_cancel.OrderCancel(), rng)
    if kind is scanner.ScannerSubscription:
        return fill_object(scanner.ScannerSubscription(), rng)
    if kind is common.WshEventData:
        return fill_object(common.WshEventData(), rng)
    if "List" in text or "ptions" in name:
        return tags(rng)
    if kind is bool or name in ("useRTH", "useRth"):
        return rng.random() < 0.5
    if name == "override":
        return rng.randrange(2)
    if kind is int or text in ("OrderId", "TickerId", "FaDataType", "int"):
        return rng.randrange(1, 100)
    if kind is float:
        return rng.randrange(1, 400) / 4
    return some_text(rng)


SKIPPED = {"connect", "disconnect", "run", "reset", "startApi", "isConnected", "keyboardInterrupt",
           "keyboardInterruptHard", "setConnState", "setConnectOptions", "setOptionalCapabilities",
           "sendMsg", "sendMsgProtoBuf", "serverVersion", "twsConnectionTime", "logRequest",
           "msgLoopRec", "msgLoopTmo", "checkConnected", "useProtoBuf", "validateInvalidSymbols",
           "validateOrderParameters", "validateAttachedOrdersParameters"}


def requests():
    for name, method in inspect.getmembers(ibclient.EClient, inspect.isfunction):
        if not name.startswith("_") and not name.endswith("ProtoBuf") and name not in SKIPPED:
            yield name, method


def check_requests(wire_lines, rng, count):
    lines, notes = [], []
    call = 0
    for name, method in requests():
        for _ in range(count):
            call += 1
            parameters = list(inspect.signature(method).parameters.items())[1:]
            arguments = [an_argument(n, p, rng) for n, p in parameters]
            if name == "placeOrder":
                arguments[2] = an_order(rng, arguments[1])
            for version in [200, *range(201, 226)]:
                client = client_at(version)
                client.extraAuth = True
                try:
                    getattr(client, name)(*arguments)
                except Exception as error:
                    mismatch(f"{name} at {version} cannot be called: {error!r}")
                    continue
                for frame in client.conn.frames:
                    lines.append(("toGateway", version, frame[4:]))
                    notes.append((name, version, call, client.errors))
                if not client.conn.frames:
                    counts["refused by the client"] += 1
    answers = read(wire_lines, lines)
    text, text_call = {}, 0
    for (name, version, key, _), (_, _, body), answer in zip(notes, lines, answers):
        if "said" not in answer:
            mismatch(f"{name} at {version} not decoded: {answer}")
            continue
        counts["requests decoded"] += 1
        if answer.get("surplus") or answer.get("isOriginal"):
            mismatch(f"{name} at {version}: fields left over, or bytes kept: {answer}")
        if answer["again"] != body.hex():
            mismatch(f"{name} at {version} comes back with other bytes")
        if version == 200:
            text, text_call = answer["said"], key
            continue
        if text_call != key:
            counts["requests unknown at 200"] += 1
            continue
        counts[f"requests as {answer['encoding']}"] += 1
        compare_said(name, version, text, answer["said"])


NO_PROTOBUF = ("order.eTradeOnly", "order.firmQuoteOnly", "order.nbboPriceCap",
               "order.auctionStrategy", "fundamentalDataOptionsCount", "miscOptionsCount")


def compare_said(name, version, text, said, path=""):
    for field, value in text.items():
        if isinstance(value, list):
            other = said.get(field, [])
            if len(value) != len(other):
                mismatch(f"{name} at {version}: {len(value)} {field} as text, {len(other)} now")
            for one, two in zip(value, other):
                compare_said(name, version, one, two, field + ".")
            continue
        counts["requests"] += 1
        other = said.get(field)
        if field in NO_PROTOBUF or sorted(value.split(";")) == sorted((other or "").split(";")):
            continue
        if other == value or field.startswith("_") or value in UNSET and (other or "") in UNSET:
            continue
        try:
            if Decimal(other) == Decimal(value):
                continue
        except Exception:
            pass
        mismatch(f"{name} at {version}: {path}{field} {value!r} as text, {other!r} now")


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument("wire_lines")
    parser.add_argument("--count", type=int, default=20)
    parser.add_argument("--seed", type=int, default=1)
    options = parser.parse_args()
    rng = random.Random(options.seed)
    output = subprocess.run(
        [options.wire_lines, "make", str(options.seed), str(options.count)], capture_output=True,
        text=True, check=True).stdout
    made = [json.loads(line) for line in output.splitlines()]
    check_descriptors(options.wire_lines, made, rng, options.count)
    check_responses(made)
    check_requests(options.wire_lines, rng, max(1, options.count // 4))
    kinds = collections.Counter(re.sub(r" at \d+|[\d.']+|\[.*", "", m)[:80] for m in mismatches)
    for kind, count in kinds.most_common(40):
        print(f"{count:9} times {kind}", file=sys.stderr)
    for name, count in sorted(counts.items()):
        print(f"{count:9} {name}")
    print(f"{len(mismatches):9} mismatches")
    return 1 if mismatches else 0


if __name__ == "__main__":
    sys.exit(main())
