"""Measures commands side by side: real and processor time, and peak memory, medians of rounds in turns.

Rates and ratios are of real time, because some commands use two processors.

What takes seconds has one round.

usage: measure.py CAPTURE PACKETS MESSAGES ROUNDS WORK NAME=COMMAND…

Each command runs through a shell in an empty folder under WORK; its output goes to /dev/null.
"""

import os
import shutil
import statistics
import subprocess
import sys
import time


SLOW = {"tshark", "import"}
# Where a failure was found, that is no mistake.
GOOD = {"diagnose": (0, 1)}


def run(name, command, folder):
    shutil.rmtree(folder, ignore_errors=True)
    os.mkdir(folder)
    began = time.monotonic()
    process = subprocess.Popen(
        ["bash", "-c", "exec " + command], cwd=folder, stdin=subprocess.DEVNULL,
        stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
    _, status, usage = os.wait4(process.pid, 0)
    passed = time.monotonic() - began
    if os.waitstatus_to_exitcode(status) not in GOOD.get(name, (0,)):
        sys.exit(f"failed with {status}: {command}")
    return passed, usage.ru_utime + usage.ru_stime, usage.ru_maxrss / 1024


def main():
    capture, packets, messages, rounds, work = sys.argv[1:6]
    packets, messages = int(packets), int(messages)
    names, commands = zip(*(word.split("=", 1) for word in sys.argv[6:]))
    taken = {name: [] for name in names}
    for round in range(int(rounds)):
        for name, command in zip(names, commands):
            if name in SLOW and round > 0:
                continue
            taken[name].append(run(name, command, os.path.join(work, "out")))
    size = os.path.getsize(capture) / 1e6
    print(f"{size:.0f} MB, {packets} packets, {messages} messages, median of {rounds} rounds")
    base = {}
    for name in names:
        seconds = statistics.median(passed for passed, _, _ in taken[name])
        busy = statistics.median(busy for _, busy, _ in taken[name])
        memory = max(memory for _, _, memory in taken[name])
        base[name] = seconds
        ratios = "".join(
            f"  {base[other] / seconds:6.1f}× {other}" for other in ("tcpflow", "tshark")
            if other in base and other != name)
        print(
            f"  {name:24}{seconds:8.2f} s {busy:8.2f} s busy {packets / seconds / 1e6:7.2f} M packets/s "
            f"{messages / seconds / 1e6:7.2f} M messages/s {memory:7.0f} MB{ratios}", flush=True)


main()
