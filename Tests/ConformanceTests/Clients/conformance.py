"""What the drivers of all client libraries share.

A driver is run as `driver.py REQUESTS RESPONSES FRAMES`. It calls the library's request methods
with the arguments in the file REQUESTS and writes the frames they produce to FRAMES; then it feeds
the frames in RESPONSES to the library's decoder and compares what the callbacks receive with what
was sent. Standard output is for `ClientRun.swift`: tab-separated lines, the kind first.
"""

import enum
import struct
import sys
from collections import Counter
from decimal import Decimal
from types import SimpleNamespace

SHAPES = ["full", "other", "sparse", "bare", "mixed"]
MISSING = object()
MOST_REPORTED = 40
UNSET_INTEGER = 2**31 - 1
UNSET_DOUBLE = sys.float_info.max
UNSET = (UNSET_INTEGER, UNSET_DOUBLE, 2**63 - 1, Decimal(2**127 - 1), None)

# What a list of plain values is called in the schema, where every group item has a name.
PLAIN_ITEMS = {
    "expirations": "_expiration",
    "strikes": "_strike",
}


class Case:
    __slots__ = ("label", "message", "version", "shape", "body", "fields")

    def __init__(self, body, description):
        head = description.split("\x1f")
        self.label, self.message, version, shape = head[:4]
        self.version = int(version)
        self.shape = SHAPES[int(shape)]
        self.body = body
        # path -> (kind, text)
        self.fields = {}
        for field in head[4:-1]:
            name, _, text = field.partition("=")
            self.fields[name[1:]] = (name[0], text)


def read_cases(path, first, last):
    """Every case of the versions FIRST to LAST."""
    with open(path, "rb") as file:
        data = file.read()
    at = 0
    while at < len(data):
        (size,) = struct.unpack_from(">I", data, at)
        body = data[at + 4 : at + 4 + size]
        at += 4 + size
        (size,) = struct.unpack_from(">I", data, at)
        case = Case(body, data[at + 4 : at + 4 + size].decode())
        at += 4 + size
        if first <= case.version <= last:
            yield case


def report(*words):
    print(*(str(word).replace("\t", " ").replace("\n", " ") for word in words), sep="\t")


def attributes(value):
    """An object's attributes; None for a plain value."""
    if isinstance(value, enum.Enum) or isinstance(value, type):
        return None
    if hasattr(value, "_asdict"):
        return value._asdict()
    if hasattr(value, "__dataclass_fields__"):
        return {name: getattr(value, name) for name in value.__dataclass_fields__}
    return getattr(value, "__dict__", None)


class Received:
    """What callbacks were given, by the schema's field names."""

    def __init__(self, prefixes, attribute_names):
        self.prefixes = prefixes
        self.attribute_names = attribute_names
        self.defaults_of = {}
        self.clear()

    def clear(self):
        self.values = {}
        # Whether tags came in a map, which has no order.
        self.sorts_tags = False
        # Paths of attributes that the schema may not know, with their value in a new object.
        self.defaults = {}

    def add(self, name, value):
        """One argument of a callback, or one attribute of such an argument."""
        if isinstance(value, (list, set)):
            self.add_items(name, sorted(value) if isinstance(value, set) else value)
            return
        inside = attributes(value)
        if inside is None:
            self.values[name] = value
            return
        prefix = self.prefixes.get(type(value).__name__, name + "." if name else "")
        self.add_attributes(prefix, value, inside)

    def add_items(self, name, items):
        if self.sorts_tags and items and hasattr(items[0], "tag"):
            items = sorted(items, key=lambda item: item.tag)
        for index, item in enumerate(items):
            inside = attributes(item)
            if inside is None:
                self.values[f"{name}[{index}].{PLAIN_ITEMS.get(name, '_item')}"] = item
            else:
                self.add_attributes(f"{name}[{index}].", item, inside)

    def add_attributes(self, prefix, value, inside):
        fresh = self.fresh(value)
        for attribute, part in inside.items():
            name = prefix + self.attribute_names.get(attribute, attribute)
            if isinstance(part, (list, set)):
                if attribute == "derivativeSecTypes":
                    part = [SimpleNamespace(_secType=kind) for kind in part]
                self.add_items(name, part)
            elif attributes(part) is not None:
                prefixes = self.prefixes.get(type(part).__name__)
                inner = prefix if prefix.endswith("].") else ""
                self.add_attributes(
                    inner + prefixes if prefixes else name + ".", part, attributes(part))
            else:
                self.values[name] = part
                if attribute in fresh:
                    self.defaults[name] = fresh[attribute]

    def fresh(self, value):
        kind = type(value)
        if kind not in self.defaults_of:
            try:
                self.defaults_of[kind] = dict(attributes(kind()))
            except TypeError:
                self.defaults_of[kind] = {}
        return self.defaults_of[kind]


def unescaped(text):
    return text.encode().decode("unicode-escape")


def differs(kind, text, got):
    """Whether a received value is not what was sent as TEXT; type included."""
    if text == "" and kind in "ifd":
        return got not in UNSET
    if kind == "i":
        return type(got) is not int or got != int(text)
    if kind == "f":
        return type(got) is not float or got != float(text)
    if kind == "d":
        return type(got) not in (Decimal, float, int) or got != Decimal(text)
    if kind == "b":
        return type(got) is not bool or got != (text != "0")
    return type(got) is not str or got != text


class Tally:
    def __init__(self):
        self.cases = Counter()
        self.compared = Counter()
        self.by_position = Counter()
        self.skipped = Counter()
        self.mismatches = Counter()
        self.messages = {}
        self.versions = {}
        self.reported = set()

    def mismatch(self, case, path, sent, received):
        """Counts every mismatch; tells the first of each field."""
        self.mismatches[case.label] += 1
        field = case.label, case.message, path
        if field not in self.reported and len(self.reported) < MOST_REPORTED:
            self.reported.add(field)
            report(
                "mismatch", case.label, case.message, case.version, case.shape, path,
                repr(sent), repr(received))

    def print(self):
        for label in self.cases:
            report(
                "responses", label, self.cases[label], self.compared[label],
                self.by_position[label], self.skipped[label], self.mismatches[label],
                len(self.messages[label]), len(self.versions[label]))


class Driver:
    """One client library; the families' drivers fill in the rest."""

    first = last = 0
    # Requests that are sent even at versions that lack them.
    unchecked = set()

    def discards(self, case, name):
        """Whether the decoder throws away the value of a field, whose path it gets without the
        group it is in."""
        return False

    def decode(self, case):
        """Decodes a case; gives what was received by name, and what is wrong apart from values."""
        raise NotImplementedError

    def call(self, case):
        """Calls the request method of a case; gives the bytes it sent, length included."""
        raise NotImplementedError

    def skips(self, case):
        return False

    def equal(self, case, path, kind, text, got):
        """A second opinion on values that the client changes on purpose."""
        return False

    def run(self):
        requests, responses, frames = sys.argv[1:]
        self.make_requests(requests, frames)
        sys.stdout.flush()
        tally = Tally()
        for case in read_cases(responses, self.first, self.last):
            self.check(case, tally)
        tally.print()
        report("done")

    def make_requests(self, requests, frames):
        made = refused = skipped = 0
        reasons = set()
        with open(frames, "wb") as file:
            for index, case in enumerate(read_cases(requests, 0, 10_000)):
                if not self.first <= case.version <= self.last:
                    continue
                if self.skips(case) or not self.knows(case):
                    skipped += 1
                    continue
                try:
                    sent = self.call(case)
                except Exception as error:
                    sent, reason = None, f"{type(error).__name__}: {error}"
                else:
                    reason = sent if isinstance(sent, str) else None
                if case.label == "early":
                    if reason is None and case.message not in self.unchecked:
                        report(
                            "refused", case.message, case.version, case.shape,
                            "sent, though the schema has no such message at this version")
                    continue
                if reason is not None:
                    refused += 1
                    if (case.message, reason) not in reasons and len(reasons) < MOST_REPORTED:
                        reasons.add((case.message, reason))
                        report("refused", case.message, case.version, case.shape, reason)
                    continue
                made += 1
                file.write(struct.pack(">I", index) + sent)
        report("requests", made, refused, skipped)

    def check(self, case, tally):
        if tally.mismatches[case.label] and case.label != "schema":
            return
        tally.cases[case.label] += 1
        if self.skips(case):
            tally.skipped[case.label] += 1
            return
        tally.messages.setdefault(case.label, set()).add(case.message)
        tally.versions.setdefault(case.label, set()).add(case.version)
        received, wrong = self.decode(case)
        if wrong:
            tally.mismatch(case, "(message)", "", wrong)
            return
        values, defaults = received.values, received.defaults
        compared = by_position = 0
        for path, (kind, text) in case.fields.items():
            got = values.pop(path, MISSING)
            name = path.rpartition("].")[2]
            if self.discards(case, name) or got is MISSING and name.startswith("_"):
                by_position += 1
                continue
            if got is MISSING:
                tally.mismatch(case, path, text, "nothing")
                continue
            compared += 1
            if differs(kind, text, got) and not self.equal(case, path, kind, text, got):
                tally.mismatch(case, path, text, got)
        for path, got in values.items():
            default = defaults.get(path, MISSING)
            if default is not MISSING and got != default and got not in ("", None):
                tally.mismatch(case, path, "nothing", got)
        tally.compared[case.label] += compared
        tally.by_position[case.label] += by_position


def unset(kind):
    return {"i": UNSET_INTEGER, "f": UNSET_DOUBLE, "d": Decimal(2**127 - 1)}[kind]


def value(kind, text):
    """A case's field as an argument."""
    if text == "" and kind in "ifd":
        return unset(kind)
    if kind == "i":
        return int(text)
    if kind == "f":
        return float(text)
    if kind == "d":
        return Decimal(text)
    if kind == "b":
        return text != "0"
    return text


class Arguments:
    """A request case's fields, put into the library's objects."""

    def __init__(self, case):
        self.fields = {path: value(*field) for path, field in case.fields.items()}
        self.version = case.version

    def names(self, prefix):
        """Simple attributes under a prefix."""
        for path, argument in self.fields.items():
            if path.startswith(prefix):
                name = path[len(prefix) :]
                if "." not in name and "[" not in name:
                    yield name, argument

    def fill(self, target, prefix):
        """Sets the attributes that the target knows."""
        for name, argument in self.names(prefix):
            if hasattr(target, name):
                setattr(target, name, argument)
        return target

    def items(self, group):
        """How many items a group has."""
        count = 0
        while any(path.startswith(f"{group}[{count}].") for path in self.fields):
            count += 1
        return count
