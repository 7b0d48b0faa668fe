#!/usr/bin/env python3
"""Checks the schema's protobuf against the official client's own classes.

    protobuf_descriptors.py WIRE_LINES [--count N] [--seed N]

Run in the environments of the official clients that speak protobuf: ibapi-10.51 and ibapi-10.46.
WIRE_LINES is the program of that name, built from Tests/Conformance/WireLines. What our encoder
writes must parse to the same fields in the vendor's classes; what they write, with every field
filled at random, our decoder must read and give back.
What the client's methods and callbacks make of it is for Tests/ConformanceTests to check.
"""
import argparse
import collections
import importlib
import json
import logging
import math
import random
import re
import subprocess
import sys

from google.protobuf.descriptor import FieldDescriptor as F
from ibapi.server_versions import MAX_CLIENT_VER

# What one of the clients does not describe, and which one does.
GONE = {"FundamentalsDataRequest", "CancelFundamentalsData", "FundamentalsData"}  # 10.46 alone
LATER = {("ContractDetails", "settlementMethod"), ("Order", "conditionsIncludeOvernight")}  # 10.51

logging.disable(logging.CRITICAL)
mismatches = []
counts = collections.Counter()


def mismatch(text):
    mismatches.append(text)
    if len(mismatches) <= 40:
        print("MISMATCH", text, file=sys.stderr)


def message_class(name):
    return getattr(importlib.import_module(f"ibapi.protobuf.{name}_pb2"), name)


def is_described(name):
    """Whether the client has the type; only those it is known to lack may be missing."""
    try:
        message_class(name)
    except ModuleNotFoundError:
        if name not in GONE:
            raise
        counts["messages without a class"] += 1
        return False
    return True


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
        if (descriptor.name, name) in LATER and name not in descriptor.fields_by_name:
            counts["fields without a description"] += 1
            continue
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
    lines = [(d, MAX_CLIENT_VER, protobuf_body(i, payload)) for d, i, _, _, payload in sent]
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
    made = [message for message in made if is_described(message["type"])]
    check_descriptors(options.wire_lines, made, rng, options.count)
    kinds = collections.Counter(re.sub(r" at \d+|[\d.']+|\[.*", "", m)[:80] for m in mismatches)
    for kind, count in kinds.most_common(40):
        print(f"{count:9} times {kind}", file=sys.stderr)
    for name, count in sorted(counts.items()):
        print(f"{count:9} {name}")
    print(f"{len(mismatches):9} mismatches")
    return 1 if mismatches else 0


if __name__ == "__main__":
    sys.exit(main())
