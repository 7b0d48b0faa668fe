"""Compares what tshark says with the generated dissector and what "fakegw decode --json" says.

Run by scripts/check-dissector: FAKEGW DISSECTOR CAPTURE...
"""

import collections
import concurrent.futures
import json
import os
import re
import subprocess
import sys
import time
import xml.etree.ElementTree

TEXT_VERSIONS = [100, 118, 141, 163, 176, 187, 200]


# Reading the layouts that fakegw prints.

def layouts(fakegw, version):
    output = subprocess.run(
        [fakegw, "messages", "--json", "--server-version", str(version)],
        check=True, capture_output=True, text=True).stdout
    return [json.loads(line) for line in output.splitlines()]


# What both say.

def flat(value, counts, out):
    """The leaves of a message's fields as decode prints them, in order."""
    for name, content in value.items():
        if isinstance(content, list):
            if counts is not None and name in counts:
                out.append((counts[name], str(len(content))))
            for row in content:
                flat(row, counts, out)
        else:
            out.append((name, {True: "1", False: "0"}.get(content, content)
                        if isinstance(content, bool) else content))
    return out


def decoded(fakegw, path, counts):
    """What decode says, by client endpoint and direction."""
    output = subprocess.run(
        [fakegw, "decode", "--json", path], check=True, capture_output=True, text=True).stdout
    clients, found = {}, collections.defaultdict(list)
    for line in output.splitlines():
        event = json.loads(line, parse_int=str, parse_float=str)
        if event.get("event") == "opened":
            clients[event["connection"]] = event["client"]
        if "direction" not in event:
            continue
        key = clients[event["connection"]], event["direction"]
        kind = event.get("event", event.get("name"))
        if kind == "malformed":
            reason = event["reason"]
            found[key].append(("malformed", re.sub(r"^\w+: (?=.*\(byte)", "", reason)))
        elif kind == "unknown":
            found[key].append(("unknown", event["id"]))
        elif kind == "raw":
            found[key].append(("raw", event["count"]))
        elif "fields" in event:
            is_text = event["encoding"] == "text"
            fields = flat(event["fields"], counts[kind, event["direction"]] if is_text else None, [])
            found[key].append((kind, event["encoding"], event["id"] if "id" in event else "",
                               fields if is_text else sorted(fields),
                               event.get("surplus", [])))
    return found


LABEL_LIMIT = 230


class Packet:
    """One TWS item of tshark's tree."""

    def __init__(self, proto):
        self.size = int(proto.get("size"))
        self.values = {}
        self.fields, self.surplus, self.problems = [], [], []
        self.unknown_count = 0
        self.walk(proto, top=True)

    def walk(self, parent, top=False):
        start = int(parent.get("pos"))
        place, stop = start, start + int(parent.get("size"))
        bits = {}
        for field in parent:
            name, show, label = (field.get(key, "") for key in ("name", "show", "showname"))
            if name == "_ws.expert":
                self.expert(field)
                continue
            at, size = int(field.get("pos")), int(field.get("size"))
            if size > 0 and name not in ("twsapi.hello.max_version", "twsapi.hello.min_version",
                                         "twsapi.hello.options"):
                if top and at != place:
                    self.problems.append(f"bytes {place}..{at} of {stop} are not shown")
                place = at + size
                if place > stop:
                    self.problems.append(f"{label} reaches beyond its parent")
            if name == "twsapi.group":
                self.walk(field)
            elif name.startswith("twsapi.field.") or name in ("twsapi.unset", "twsapi.message_version"):
                self.add(label, field)
            elif name == "twsapi.flag":
                leaf, bit, number, of = re.match(
                    r"^(\w+): ([01]) \(bit (\d+) of ([\w.]+)\)$", label).groups()
                bits[of] = bits.get(of, 0) | int(bit) << int(number)
            elif name == "twsapi.surplus":
                self.surplus.append(show)
            elif name == "twsapi.unknown_field":
                self.unknown_count += 1
            elif name.startswith("twsapi."):
                self.values[name[7:]] = show
            for expert in field.findall("field[@name='_ws.expert']"):
                self.expert(expert)
        self.fields += [(of, str(number)) for of, number in bits.items()]
        if top and place != stop:
            self.problems.append(f"bytes {place}..{stop} are not shown")

    def add(self, label, field):
        name, _, text = label.partition(": ")
        if text.endswith(" (again)"):
            return
        text = re.sub(r" \(protobuf: \w+\)$", "", text)
        self.fields.append((name, text))

    def expert(self, field):
        for inner in field:
            name = inner.get("name")
            if name == "_ws.expert.message":
                self.values.setdefault("expert", []).append(inner.get("show"))
            elif name in ("twsapi.malformed", "twsapi.unknown"):
                self.values[name[7:]] = True


def dissected(dissector, path):
    """What tshark says, by client endpoint and direction, and the payload bytes of each."""
    # Wireshark dissects again what was shown before: twice here, as it does.
    process = subprocess.Popen(
        ["tshark", "-2", "-X", "lua_script:" + dissector, "-r", path, "-T", "pdml",
         "-o", "tcp.desegment_tcp_streams:TRUE"],
        stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True)
    found, payload = collections.defaultdict(list), collections.Counter()
    for _, element in xml.etree.ElementTree.iterparse(process.stdout):
        if element.tag != "packet":
            continue
        tcp = element.find("proto[@name='tcp']")
        if tcp is not None:
            def value(name):
                return next(one.get("show") for one in tcp.iter("field") if one.get("name") == name)
            ip = next(one for one in element if one.get("name") in ("ip", "ipv6"))

            def address(side):
                return next(one.get("show") for one in ip.iter("field")
                            if one.get("name") == f"{ip.get('name')}.{side}")
            source = f"{address('src')}:{value('tcp.srcport')}"
            target = f"{address('dst')}:{value('tcp.dstport')}"
            end = int(value("tcp.seq")) - 1 + int(value("tcp.len"))
            if int(value("tcp.len")):
                payload[source, target] = max(payload[source, target], end)
            for proto in element:
                if proto.get("name") == "twsapi":
                    packet = Packet(proto)
                    found[source, target].append((value("tcp.stream"), packet))
                elif proto.get("name") in ("data", "_ws.lua", "_ws.malformed", "_ws.short"):
                    found[source, target].append((value("tcp.stream"), proto))
        element.clear()
    errors = [line for line in process.stderr.read().splitlines()
              if line and not line.startswith("Running as user")]
    if process.wait() != 0 or errors:
        raise SystemExit(f"error: tshark on {path}: " + "\n".join(errors))
    return found, payload


def number(text):
    try:
        return float(text)
    except (TypeError, ValueError):
        return None


def same(one, other):
    if one == other or one.startswith("hex:"):
        return True
    first, second = number(one), number(other)
    if first is not None and second is not None and "e" in (one + other).lower():
        return first == second
    return len(other) > LABEL_LIMIT - 40 and one.startswith(other.rstrip("…").rstrip(" […]"))


def escaped(text):
    return re.sub(r"[\x00-\x1f\x7f]", lambda match: f"\\x{ord(match[0]):02x}", text)


def difference(ours, packet, counts):
    """Why the two differ; None when they do not."""
    kind = ours[0]
    if kind == "malformed":
        # What cannot be shown is shown differently.
        quoted = re.compile(r'".*"', re.DOTALL)
        reasons = [quoted.sub("", reason) for reason in packet.values.get("expert", [])]
        return None if quoted.sub("", ours[1]) in reasons else \
            f"decode: {ours[1]}; tshark: {packet.values}"
    if kind == "unknown":
        return None if "unknown" in packet.values and packet.values["id"] == ours[1] else \
            f"decode: unknown {ours[1]}; tshark: {packet.values}"
    if kind == "raw":
        return None if "raw" in packet.values else f"decode: raw; tshark: {packet.values}"
    name, encoding, identity, fields, surplus = ours
    told = packet.values.get("message"), packet.values.get("encoding")
    if told != (name, encoding) or packet.values.get("malformed"):
        return f"decode: {name} {encoding}; tshark: {packet.values}"
    if encoding == "hello":
        theirs = {"minVersion": packet.values.get("hello.min_version"),
                  "maxVersion": packet.values.get("hello.max_version"),
                  "connectOptions": packet.values.get("hello.options", ""),
                  "serverVersion": packet.values.get("server_version"),
                  "connectionTime": packet.values.get("connection_time")}
        wrong = [field for field in fields if theirs[field[0]] != field[1]]
        return f"{wrong} against {theirs}" if wrong else None
    if packet.values["id"] != identity:
        return f"id {identity} against {packet.values['id']}"
    if len(surplus) != len(packet.surplus):
        return f"surplus {surplus} against {packet.surplus}"
    if encoding == "text":
        theirs = [field for field in packet.fields if field[0] != "version"]
        fields = [field for field in fields if field[0] != "version"]
        names = set(counts.get((name, packet.values["direction"]), {}).values())
        theirs = [(field, "0") if field in names and text in ("", "2147483647") else (field, text)
                  for field, text in theirs]
    else:
        joined = {}
        for field, text in packet.fields:
            if text.endswith(";") and re.fullmatch(r".*=.*;", text) and field in joined:
                joined[field] = joined[field] + text
            elif text.endswith(";") and "=" in text:
                joined[field] = text
        theirs = [field for field in packet.fields if field[0] not in joined]
        theirs += list(joined.items())
        if not any(field == "perLegPrice" for field, _ in fields):
            theirs = [("price" if field == "perLegPrice" else field, text) for field, text in theirs]
        theirs.sort()
    if [field for field, _ in fields] != [field for field, _ in theirs]:
        mine, other = collections.Counter(n for n, _ in fields), collections.Counter(
            n for n, _ in theirs)
        return f"{name} {encoding}: fields {dict(mine - other)} against {dict(other - mine)}"
    for (field, mine), (_, other) in zip(fields, theirs):
        if not same(escaped(mine), other):
            return f"{name}.{field}: {mine!r} against {other!r}"
    return None


def main():
    fakegw, dissector, *paths = sys.argv[1:]
    began = time.monotonic()
    counts = collections.defaultdict(dict)
    for version in TEXT_VERSIONS + [226]:
        for message in layouts(fakegw, version):
            def collect(fields):
                for field in fields:
                    if "count" in field:
                        counts[message["name"], message["direction"]][field["name"]] = field["count"]
                        collect(field["each"])
            collect(message.get("fields", []))
    totals, mistakes = collections.Counter(), []
    names = set()
    with concurrent.futures.ThreadPoolExecutor(2) as pool:
        answers = list(pool.map(
            lambda path: (decoded(fakegw, path, counts), *dissected(dissector, path)), paths))
    for path, (ours, theirs, payload) in zip(paths, answers):
        short = path[path.index("Captures/"):] if "Captures/" in path else os.path.basename(path)
        byte_count = frame_count = 0
        for (client, direction), events in sorted(ours.items()):
            def at(key):
                return key[0] == client if direction == "toGateway" else key[1] == client
            keys = [key for key in payload if at(key)]
            packets = [packet for key in keys for _, packet in theirs.get(key, [])]
            where = f"{short} {client} {direction}"
            # Bytes of a frame that never ends are Wireshark's own: "TCP segment data".
            pending = int(events[-1][1]) if events and events[-1][0] == "raw" else 0
            if pending and (not packets or not isinstance(packets[-1], Packet)
                            or "raw" not in packets[-1].values):
                events = events[:-1]
            else:
                pending = 0
            odd = [packet for packet in packets if not isinstance(packet, Packet)]
            if odd:
                mistakes.append(f"{where}: {[proto.get('name') for proto in odd]} in the tree")
                continue
            if len(events) != len(packets):
                mistakes.append(f"{where}: {len(events)} frames against {len(packets)}")
            size = sum(packet.size for packet in packets)
            if size + pending != sum(payload[key] for key in keys):
                mistakes.append(f"{where}: {size} and {pending} pending of "
                                f"{[payload[key] for key in keys]} bytes are dissected")
            for index, (event, packet) in enumerate(zip(events, packets)):
                problem = difference(event, packet, counts)
                for text in packet.problems + ([problem] if problem else []):
                    mistakes.append(f"{where} frame {index + 1}: {text}")
                totals[event[0] if event[0] in ("malformed", "unknown", "raw") else event[1]] += 1
                if len(event) > 2:
                    totals["fields"] += len(event[3])
                    names.add((event[0], direction))
            byte_count += size
            frame_count += len(packets)
        print(f"{short}: {frame_count} frames, {byte_count} bytes")
        totals["frames"] += frame_count
    every = {(message["name"], message["direction"]) for message in layouts(fakegw, 226)} | {
        (message["name"], message["direction"]) for message in layouts(fakegw, 163)}
    missed = sorted(f"{name} {direction}" for name, direction in every - names)
    if missed:
        mistakes.append(f"never compared: {', '.join(missed)}")
    for mistake in mistakes[:20]:
        print("mismatch:", mistake, file=sys.stderr)
    kinds = ", ".join(f"{totals[kind]} {kind}" for kind in
                      ("text", "protobuf", "hello", "unknown", "malformed", "raw"))
    print(f"{totals['frames']} frames ({kinds}), {len(names)} messages, {totals['fields']} fields: "
          f"{len(mistakes)} mismatches, {time.monotonic() - began:.1f} s")
    sys.exit(1 if mistakes or not totals["frames"] else 0)


main()
