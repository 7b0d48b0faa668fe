"""Compares what tshark says with the generated dissector and what "fakegw decode --json" says.

Run by scripts/check-dissector: FAKEGW DISSECTOR FOLDER SEED CAPTURE...
"""

import collections
import concurrent.futures
import json
import os
import random
import re
import struct
import subprocess
import sys
import time
import xml.etree.ElementTree

TEXT_VERSIONS = [100, 118, 141, 163, 176, 187, 200]
BINARY_VERSIONS = [201, 213, 225]
POOL = ["", "0", "1", "2", "3", "5", "7", "-1", "2147483647", "9223372036854775807", "1.5", "0.0",
        "1.7976931348623157E308", "abc", "true", "a b", "x\\ny", "Ünï", "007", "1e5", "Infinity"]


# Reading the layouts that fakegw prints.

def layouts(fakegw, version):
    output = subprocess.run(
        [fakegw, "messages", "--json", "--server-version", str(version)],
        check=True, capture_output=True, text=True).stdout
    return [json.loads(line) for line in output.splitlines()]


def tests_of(notes):
    """The conditions of a field, from the sentence that tells them."""
    for note in notes:
        if note.startswith("if "):
            return [re.match(r"^(\S+) (is set and positive|is not empty|is not|is|>) ?(.*)$", part)
                    .groups() for part in note[3:].split(" and ")
                    ] if " and positive" not in note else [
                        re.match(r"^(\S+) (is set and positive)(.*)$", note[3:]).groups()]
    return []


def holds(test, seen):
    field, verb, value = test
    text = seen.get(field, "")
    allowed = [None if one == '""' else one for one in value.split(" or ")]
    allowed = ["" if one is None else one for one in allowed]
    if verb == "is":
        return text in allowed
    if verb == "is not":
        return text not in allowed
    if verb == "is not empty":
        return text != ""
    if verb == ">":
        return re.fullmatch(r"[+-]?\d+", text) is not None and int(text) > int(value)
    try:
        return 0 < float(text) != 1.7976931348623157e308
    except ValueError:
        return False


# Making frames.

def wanted_values(fields, found):
    """Values that conditions ask for, by field."""
    for field in fields:
        for name, verb, value in tests_of(field.get("notes", [])):
            found[name] += value.split(" or ") if verb == "is" else ["1", "abc"]
        wanted_values(field.get("each", []), found)
    return found


def text_fields(fields, wanted, chance):
    out, seen = [], {}
    for field in fields:
        notes = field.get("notes", [])
        if not all(holds(test, seen) for test in tests_of(notes)):
            continue
        if "count" in field:
            count = chance.choice([0, 0, 1, 2, 3])
            out.append(str(count) if count else chance.choice(["0", "0", "", "2147483647"]))
            seen[field["count"]] = str(count)
            for _ in range(count):
                out += text_fields(field["each"], wanted, chance)
            continue
        asked = wanted.get(field["name"])
        text = chance.choice(asked if asked and chance.random() < 0.6 else POOL)
        if any(note.startswith("only when") for note in notes) and chance.random() < 0.5:
            break
        seen[field["name"]] = text
        out.append(text)
    return out


def varint(number):
    number &= (1 << 64) - 1
    out = bytearray()
    while number > 127:
        out.append(number & 127 | 128)
        number >>= 7
    return bytes(out + bytes([number]))


def scalar(kind, chance):
    """Wire type and bytes."""
    if kind == "double":
        return 1, struct.pack("<d", chance.choice(
            [0.0, -0.0, 1.0, 0.1, 308.91, -2.5e-7, 1e15, 123456789012345680.0, 5e-324,
             1.7976931348623157e308, float("inf"), float("nan"), chance.random()]))
    if kind == "string":
        text = chance.choice(POOL).encode()
        return 2, varint(len(text)) + text
    if kind == "bool":
        return 0, varint(chance.choice([0, 1]))
    limit = 31 if kind == "int32" else 63
    return 0, varint(chance.choice(
        [0, 1, -1, 7, (1 << limit) - 1, -(1 << limit), chance.getrandbits(limit)]))


def protobuf(fields, chance):
    out, said = b"", set()
    for field in fields:
        if chance.random() < 0.4:
            continue
        number, kind, inner = field["number"], field["type"], field.get("fields", [])
        # Of alternatives that say the same, a message holds one.
        names = {one["called"] for one in inner if "called" in one} if kind[-1] != "]" else set()
        if names & said:
            continue
        said |= names
        if kind == "map" or kind.endswith("[]") and kind[:-2][0].isupper():
            for _ in range(chance.choice([0, 1, 2])):
                body = protobuf(inner, chance) if kind != "map" else b"".join(
                    varint(key << 3 | 2) + scalar("string", chance)[1] for key in (1, 2))
                out += varint(number << 3 | 2) + varint(len(body)) + body
        elif kind.endswith("[]"):
            items = [scalar(kind[:-2], chance) for _ in range(chance.choice([0, 1, 3]))]
            if kind == "string[]" or chance.random() < 0.2:
                out += b"".join(varint(number << 3 | wire) + body for wire, body in items)
            elif items:
                body = b"".join(body for _, body in items)
                out += varint(number << 3 | 2) + varint(len(body)) + body
        elif kind[0].isupper():
            body = protobuf(inner, chance)
            out += varint(number << 3 | 2) + varint(len(body)) + body
        else:
            wire, body = scalar(kind, chance)
            out += varint(number << 3 | wire) + body
    if chance.random() < 0.1:
        out += varint(chance.choice([299, 4000, 0x1FFFFFFF]) << 3 | 2) + b"\x03new"
    return out


def damaged(body, chance):
    if len(body) < 6:
        return body
    place = chance.randrange(1, len(body))
    how = chance.randrange(4)
    if how == 0:
        return body[:place]
    if how == 1:
        return body[:place] + bytes([chance.randrange(256)]) + body[place + 1:]
    if how == 2:
        return body + bytes([chance.randrange(256)])
    return body[:place] + b"\xff" + body[place:]


def frame(body):
    return struct.pack(">I", len(body)) + body


def frames(messages, version, direction, wanted, chance, rounds):
    out = []
    binary = version >= 201
    for message in messages:
        if message["direction"] != direction:
            continue
        number = message["id"]
        head = struct.pack(">I", number) if binary else b"%d\0" % number
        for _ in range(rounds):
            if message.get("textForm") is not False:
                fields = text_fields(message["fields"], wanted, chance)
                if "legacyVersion" in message:
                    fields.insert(0, str(message["legacyVersion"]))
                if chance.random() < 0.05:
                    fields.append("surplus")
                out.append(head + b"".join(text.encode() + b"\0" for text in fields))
            if binary and "protobuf" in message:
                body = protobuf(message.get("protobufFields", []), chance)
                out.append(struct.pack(">I", number + 200) + body)
    out += [damaged(body, chance) for body in chance.sample(out, len(out) // 8)]
    out += [b"", struct.pack(">I", 199) + b"?" if binary else b"199\0?\0", b"\0", b"abc\0",
            b"\xff\xfe\xfd\xfc\xfb"]
    chance.shuffle(out)
    return [frame(body) for body in out]


# Making captures.

class Capture:
    def __init__(self, path):
        self.file = open(path, "wb")
        self.file.write(struct.pack("<IHHiIII", 0xA1B2C3D4, 2, 4, 0, 0, 262144, 101))
        self.at = 1_800_000_000_000_000
        self.port = 40000

    def segment(self, source, target, seq, ack, flags, data=b""):
        tcp = struct.pack(">HHIIBBHHH", source, target, seq, ack, 0x50, flags, 65535, 0, 0) + data
        ip = struct.pack(">BBHHHBBHII", 0x45, 0, 20 + len(tcp), 0, 0x4000, 64, 6, 0,
                         0x7F000001, 0x7F000001)
        self.at += 100
        packet = ip + tcp
        self.file.write(struct.pack(
            "<IIII", self.at // 1_000_000, self.at % 1_000_000, len(packet), len(packet)))
        self.file.write(packet)

    def connection(self, port, pieces, opened=True):
        """pieces: (direction, bytes) in order, one segment each."""
        self.port += 1
        seqs = {"toGateway": 1000, "toClient": 5000}
        ports = {"toGateway": (self.port, port), "toClient": (port, self.port)}
        if opened:
            self.segment(self.port, port, 999, 0, 2)
            self.segment(port, self.port, 4999, 1000, 0x12)
            self.segment(self.port, port, 1000, 5000, 0x10)
        for direction, data in pieces:
            other = "toClient" if direction == "toGateway" else "toGateway"
            self.segment(*ports[direction], seqs[direction], seqs[other], 0x18, data)
            seqs[direction] += len(data)
        for direction in ("toGateway", "toClient"):
            other = "toClient" if direction == "toGateway" else "toGateway"
            self.segment(*ports[direction], seqs[direction], seqs[other], 0x11)
            seqs[direction] += 1
        self.segment(*ports["toGateway"], seqs["toGateway"], seqs["toClient"], 0x10)


def hello(version):
    return b"API\0" + frame(b"v100..%d" % version)


def reply(version):
    return frame(b"%d\x0020261120 08:48:27 UTC\0" % version)


def cut(data, sizes):
    at = 0
    while at < len(data):
        size = sizes()
        yield data[at:at + size]
        at += size


def make_captures(fakegw, folder, seed):
    chance = random.Random(seed)
    everything = {version: layouts(fakegw, version) for version in TEXT_VERSIONS + BINARY_VERSIONS}
    wanted = collections.defaultdict(list)
    for messages in everything.values():
        for message in messages:
            wanted_values(message.get("fields", []), wanted)
    paths = []

    def capture(name):
        paths.append(os.path.join(folder, name + ".pcap"))
        return Capture(paths[-1])

    def lanes(version, rounds):
        messages = everything[version]
        return {direction: frames(messages, version, direction, wanted, chance, rounds)
                for direction in ("toGateway", "toClient")}

    def start(version):
        return [("toGateway", hello(version)), ("toClient", reply(version))]

    whole = capture("whole")
    for version in TEXT_VERSIONS + BINARY_VERSIONS:
        pieces = start(version)
        for direction, bodies in lanes(version, 1).items():
            pieces += [(direction, body) for body in bodies]
        whole.connection(chance.choice([4001, 7497, 14002]), pieces)
    packed = capture("packed")
    for version in (163, 200, 225):
        pieces = start(version)
        for direction, bodies in lanes(version, 1).items():
            pieces += [(direction, part) for part in cut(b"".join(bodies), lambda: 1400)]
        packed.connection(chance.choice([4002, 7496, 14002]), pieces)
    split = capture("split")
    for port in (4002, 14002):
        for version in (176, 225):
            short = {direction: b"".join(chance.sample(bodies, 12))
                     for direction, bodies in lanes(version, 1).items()}
            pieces = [(direction, part) for direction, data in start(version)
                      for part in cut(data, lambda: 1)]
            for direction, data in short.items():
                pieces += [(direction, part) for part in cut(data, lambda: 1)]
            split.connection(port, pieces)
    ragged = capture("ragged")
    for version in (157, 213):
        pieces = start(version)
        for direction, bodies in lanes(everything and (163 if version == 157 else version), 1).items():
            pieces += [(direction, part)
                       for part in cut(b"".join(bodies), lambda: chance.randrange(1, 90))]
        ragged.connection(4002, pieces)
    overheard = capture("overheard")
    pieces = [(direction, body) for direction, bodies in lanes(176, 1).items() for body in bodies
              if len(body) > 5 and body[4:5].isdigit() and body.endswith(b"\0")]
    overheard.connection(4002, pieces, opened=False)
    strange = capture("strange")
    strange.connection(4002, start(176) + [("toClient", b"\xff\xff\xff\xff" + b"abc" * 9)])
    strange.connection(4002, [("toGateway", b"API\0" + frame(b"hello"))])
    strange.connection(4002, [("toGateway", b"API\0" + frame(b"v100..187 +PACEAPI"))])
    strange.connection(4002, [("toGateway", hello(176)), ("toClient", frame(b"nonsense"))])
    strange.connection(14002, start(200) + [("toClient", frame(b"9\x001\x007\0")[:9])])
    return paths


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
    fakegw, dissector, folder, seed = sys.argv[1:5]
    began = time.monotonic()
    counts = collections.defaultdict(dict)
    for version in TEXT_VERSIONS + [225]:
        for message in layouts(fakegw, version):
            def collect(fields):
                for field in fields:
                    if "count" in field:
                        counts[message["name"], message["direction"]][field["name"]] = field["count"]
                        collect(field["each"])
            collect(message.get("fields", []))
    made = make_captures(fakegw, folder, int(seed))
    totals, mistakes = collections.Counter(), []
    names = set()
    paths = sys.argv[5:] + made
    with concurrent.futures.ThreadPoolExecutor(2) as pool:
        answers = list(pool.map(
            lambda path: (decoded(fakegw, path, counts), *dissected(dissector, path)), paths))
    for path, (ours, theirs, payload) in zip(paths, answers):
        short = path[path.index("Captures/"):] if path not in made else os.path.basename(path)
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
    every = {(message["name"], message["direction"]) for message in layouts(fakegw, 225)} | {
        (message["name"], message["direction"]) for message in layouts(fakegw, 163)}
    missed = sorted(f"{name} {direction}" for name, direction in every - names)
    if missed:
        mistakes.append(f"never compared: {', '.join(missed)}")
    for mistake in mistakes[:20]:
        print("mismatch:", mistake, file=sys.stderr)
    kinds = ", ".join(f"{totals[kind]} {kind}" for kind in
                      ("text", "protobuf", "hello", "unknown", "malformed", "raw"))
    print(f"{totals['frames']} frames ({kinds}), {len(names)} messages, {totals['fields']} fields: "
          f"{len(mistakes)} mismatches, {time.monotonic() - began:.1f} s, seed {seed}")
    sys.exit(1 if mistakes or not totals["frames"] else 0)


main()
