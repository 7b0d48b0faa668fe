"""Compares the byte streams that fakegw reassembles with those that tshark follows.

usage: compare.py FAKEGW SEED ROUNDS CAPTURE…

Reads the captures given, and ROUNDS captures made here: several connections whose segments are cut
anywhere, sent again in other cuts, swapped, doubled as on a mirror port, whose sequence numbers wrap,
and whose ports are used again. What was sent is known, so both readers are held against it.
"""

import os
import random
import re
import struct
import subprocess
import sys
import tempfile

CLIENT, GATEWAY = bytes([10, 0, 0, 1]), bytes([10, 0, 0, 2])
FIN, SYN, RST, PSH, ACK = 1, 2, 4, 8, 16


def checksum(data):
    if len(data) % 2:
        data += b"\0"
    total = sum(struct.unpack(f">{len(data) // 2}H", data))
    while total > 0xFFFF:
        total = (total & 0xFFFF) + (total >> 16)
    return ~total & 0xFFFF


class Connection:
    """One TCP connection: its packets, and what each side sent."""

    def __init__(self, chance, port):
        self.port = port
        self.chance = chance
        self.next = {True: chance.randrange(1 << 32), False: 0xFFFFFFFF - chance.randrange(3000)}
        self.sent = {True: b"", False: b""}
        self.packets = []

    def packet(self, is_client, flags, payload=b"", sequence=None):
        sequence = self.next[is_client] if sequence is None else sequence
        source, target = (CLIENT, GATEWAY) if is_client else (GATEWAY, CLIENT)
        ports = (self.port, 4002) if is_client else (4002, self.port)
        acknowledged = self.next[not is_client] if flags & ACK else 0
        header = struct.pack(
            ">HHIIBBHHH", *ports, sequence & 0xFFFFFFFF, acknowledged & 0xFFFFFFFF, 0x50, flags,
            65535, 0, 0)
        pseudo = source + target + struct.pack(">BBH", 0, 6, len(header) + len(payload))
        tcp = header[:16] + struct.pack(">HH", checksum(pseudo + header + payload), 0) + payload
        ip = struct.pack(
            ">BBHHHBBH4s4s", 0x45, 0, 20 + len(tcp), 0, 0x4000, 64, 6, 0, source, target)
        ip = ip[:10] + struct.pack(">H", checksum(ip)) + ip[12:]
        return b"\2\0\0\0\0\1\2\0\0\0\0\2\x08\0" + ip + tcp

    def make(self):
        chance = self.chance
        packets = [self.packet(True, SYN)]
        self.next[True] += 1
        packets.append(self.packet(False, SYN | ACK))
        self.next[False] += 1
        packets.append(self.packet(True, ACK))
        for _ in range(chance.randrange(2, 12)):
            is_client = chance.random() < 0.4
            data = chance.randbytes(chance.randrange(1, 3000))
            start = self.next[is_client]
            burst = []
            place = 0
            while place < len(data):
                size = chance.randrange(1, 1460)
                burst.append((start + place, data[place:place + size]))
                place += size
            for _ in range(chance.randrange(3)):
                first = chance.randrange(len(data))
                again = data[first:first + chance.randrange(1, 1460)]
                burst.insert(chance.randrange(len(burst) + 1), (start + first, again))
            for index in range(len(burst) - 1):
                if chance.random() < 0.2:
                    burst[index], burst[index + 1] = burst[index + 1], burst[index]
            for sequence, part in burst:
                packets.append(self.packet(is_client, ACK | PSH, part, sequence))
                if chance.random() < 0.1:
                    packets.append(packets[-1])
            self.sent[is_client] += data
            self.next[is_client] += len(data)
            packets.append(self.packet(not is_client, ACK))
        if chance.random() < 0.5:
            packets.append(self.packet(True, RST | ACK))
        else:
            for is_client in (True, False):
                packets.append(self.packet(is_client, FIN | ACK))
                self.next[is_client] += 1
            packets.append(self.packet(True, ACK))
        self.packets = packets
        return self


def make(seed, path):
    """Writes a capture; returns what each connection's client and gateway sent."""
    chance = random.Random(seed)
    ports = [50000, 50001, 50002, 50000]
    first = [Connection(chance, port).make() for port in ports[:3]]
    last = [Connection(chance, ports[3]).make()]
    merged = []
    for group in (first, last):
        queues = [list(connection.packets) for connection in group]
        while any(queues):
            merged.append(chance.choice([queue for queue in queues if queue]).pop(0))
    # In the order of their first packets.
    everyone = sorted(first, key=lambda one: merged.index(one.packets[0])) + last
    with open(path, "wb") as file:
        file.write(struct.pack("<IHHiIII", 0xA1B2C3D4, 2, 4, 0, 0, 262144, 1))
        for number, packet in enumerate(merged):
            file.write(struct.pack("<IIII", 1768487467, number * 20, len(packet), len(packet)))
            file.write(packet)
    return [(one.sent[True], one.sent[False]) for one in everyone]


def follow(path, count):
    """What tshark says each side of each connection sent; None where bytes are missing."""
    command = ["tshark", "-r", path, "-q"]
    for number in range(count):
        command += ["-z", f"follow,tcp,raw,{number}"]
    text = subprocess.run(command, capture_output=True, text=True, check=True).stdout
    # Sections come in no certain order.
    found = {}
    for part in text.split("Follow: tcp,raw")[1:]:
        number = int(re.search(r"Filter: tcp.stream eq (\d+)", part).group(1))
        lines = part.split("Node 1:")[1].split("\n")[1:]
        sides = ["", ""]
        for line in lines:
            if line.startswith("="):
                break
            sides[1 if line.startswith("\t") else 0] += line.strip()
        try:
            found[number] = tuple(bytes.fromhex(side) for side in sides)
        except ValueError:
            found[number] = None
    return [found.get(number) for number in range(count)]


def reassemble(fakegw, path, folder):
    subprocess.run(
        [fakegw, "decode", path, "--streams", folder], check=True, capture_output=True)
    count = max((int(name.split("-")[0]) for name in os.listdir(folder)), default=0)
    streams = []
    for number in range(1, count + 1):
        sides = []
        for direction in ("toGateway", "toClient"):
            name = os.path.join(folder, f"{number}-{direction}")
            sides.append(open(name, "rb").read() if os.path.exists(name) else b"")
        streams.append(tuple(sides))
    return streams


def main():
    fakegw, seed, rounds = os.path.abspath(sys.argv[1]), int(sys.argv[2]), int(sys.argv[3])
    compared = size = 0
    with tempfile.TemporaryDirectory() as work:
        jobs = [(path, None) for path in sys.argv[4:]]
        for round_number in range(rounds):
            path = os.path.join(work, f"{round_number}.pcap")
            jobs.append((path, make(seed * 1000 + round_number, path)))
        for index, (path, sent) in enumerate(jobs):
            folder = os.path.join(work, f"streams-{index}")
            os.mkdir(folder)
            ours = reassemble(fakegw, path, folder)
            theirs = follow(path, len(ours))
            for number, (own, other) in enumerate(zip(ours, theirs)):
                if other is None:
                    continue
                # Node 0 is whoever tshark saw first.
                if own != other and own != other[::-1]:
                    sys.exit(f"{path}: connection {number + 1} is not what tshark follows")
                compared += 1
                size += len(own[0]) + len(own[1])
            if sent is not None and ours != sent:
                sys.exit(f"seed {seed}: {path}: the streams are not what was sent")
    print(f"{len(jobs)} captures, {compared} connections, {size} bytes as tshark follows them")


main()
