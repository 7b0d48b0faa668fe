"""A market data server as one writes it with asyncio: one task for the client, one write a step.

Usage: server.py HOW LINES MICROSECONDS. HOW is "gathered" (one write a step) or "single" (one write a message). Prints
its port, serves one client after its first byte and ends with it. What a line gets in a step is what server.c sends.
"""

import asyncio
import random
import struct
import sys

IS_GATHERED = sys.argv[1] == "gathered"
LINES = int(sys.argv[2])
INTERVAL = int(sys.argv[3]) / 1e6


def tick_price(line, tick_type, price, size, mask):
    body = f"1\0006\0{line}\0{tick_type}\0{price}\0{size}\0{mask}\0".encode()
    return struct.pack(">I", len(body)) + body


def tick_size(message, line, tick_type, size):
    body = f"{message}\0006\0{line}\0{tick_type}\0{size}\0".encode()
    return struct.pack(">I", len(body)) + body


def tick_text(line, tick_type, text):
    body = f"46\0006\0{line}\0{tick_type}\0{text}\0".encode()
    return struct.pack(">I", len(body)) + body


def exchanges(chance, most):
    """Which exchanges stand at a price, a letter each."""
    return "".join("ABCIJKMNPQVXZ"[(chance >> 8 * index) % 13] for index in range(1 + chance % most))


class Line:
    def __init__(self, index):
        self.id = index + 1
        self.cents = 2000 + 331 * index
        self.volume = 1_000_000 + 7919 * index
        self.bid_size = 100
        self.ask_size = 100
        self.last_size = 1

    def step(self, number, frames):
        chance = random.getrandbits(64)
        bid_size = self.bid_size
        ask_size = self.ask_size
        last_size = self.last_size
        has_moved = chance % 100 < 46
        if has_moved:
            self.cents += 1 if self.cents < 2000 or chance & 128 else -1
        if number % 2:
            self.bid_size = 100 * (1 + (chance >> 8) % 20)
            self.ask_size = 100 * (1 + (chance >> 16) % 20)
        if (chance >> 24) % 100 < 34:
            self.last_size = 1 + (chance >> 32) % 30
        self.volume += 10 * self.last_size
        if has_moved:
            frames.append(tick_price(self.id, 1, (self.cents - 1) / 100, self.bid_size, 1))
        if has_moved or self.bid_size != bid_size:
            frames.append(tick_size(2, self.id, 0, self.bid_size))
        if has_moved:
            frames.append(tick_price(self.id, 2, (self.cents + 1) / 100, self.ask_size, 1))
        if has_moved or self.ask_size != ask_size:
            frames.append(tick_size(2, self.id, 3, self.ask_size))
        if has_moved:
            frames.append(tick_price(self.id, 4, self.cents / 100, self.last_size, 0))
        if has_moved or self.last_size != last_size:
            frames.append(tick_size(2, self.id, 5, self.last_size))
        frames.append(tick_size(2, self.id, 8, self.volume))
        if has_moved:
            frames.append(tick_text(self.id, 32, exchanges(chance >> 40, 5)))
            frames.append(tick_text(self.id, 33, exchanges(chance >> 44, 5)))
            frames.append(tick_text(self.id, 84, exchanges(chance >> 48, 1)))
        if has_moved and number % 2:
            frames.append(tick_size(46, self.id, 45, 1768487400 + number // 2))


async def serve(reader, writer, gone):
    await reader.read(1)
    lines = [Line(index) for index in range(LINES)]
    loop = asyncio.get_running_loop()
    number = 0
    due = loop.time()
    try:
        while not reader.at_eof():
            frames = []
            for line in lines:
                line.step(number, frames)
            if IS_GATHERED:
                writer.write(b"".join(frames))
            else:
                for frame in frames:
                    writer.write(frame)
            await writer.drain()
            number += 1
            due += INTERVAL
            await asyncio.sleep(max(0, due - loop.time()))
    except ConnectionError:
        pass
    gone.set()


async def main():
    gone = asyncio.Event()
    server = await asyncio.start_server(lambda r, w: serve(r, w, gone), "127.0.0.1", 0)
    print(f"listening on 127.0.0.1:{server.sockets[0].getsockname()[1]}", flush=True)
    await gone.wait()


asyncio.run(main())
