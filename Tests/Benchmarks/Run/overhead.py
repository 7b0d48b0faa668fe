"""What the runner costs beside the client's own start.

    overhead.py FAKEGW [--rounds N]

The same client is started by a minimal spawner (posix_spawn, two pipes, wait) and played as a scenario,
in turns, 20 times each in a round. A play is timed from one verdict of `fakegw run --repeat` to the
next, so that all of the runner is in it. With two jobs, two bare clients run beside each other too, and
both count as the time that each of the two takes: a round's time for one, times two.
Prints medians over all rounds, and exits 1 when a play costs over 5 ms more than a bare client.
"""

import os
import selectors
import statistics
import subprocess
import sys
import time

BAR_MS = 5.0
IN_ROUND = 20
here = os.path.dirname(os.path.abspath(__file__))


class Bare:
    """A client that is running, and the ends of its two pipes."""

    def __init__(self, command):
        out, err = os.pipe(), os.pipe()
        self.began = time.monotonic()
        actions = [
            (os.POSIX_SPAWN_OPEN, 0, "/dev/null", os.O_RDONLY, 0),
            (os.POSIX_SPAWN_DUP2, out[1], 1),
            (os.POSIX_SPAWN_DUP2, err[1], 2),
        ]
        self.process = os.posix_spawnp(command[0], command, os.environ, file_actions=actions)
        os.close(out[1])
        os.close(err[1])
        self.ends = {out[0], err[0]}

    def read(self, end):
        """Reads on; true when the client has ended and was waited for."""
        if os.read(end, 65536):
            return False
        os.close(end)
        self.ends.discard(end)
        if self.ends:
            return False
        os.waitpid(self.process, 0)
        return True


def bare(command, jobs, count):
    """Milliseconds between the ends of clients that are started so many beside each other."""
    selector = selectors.DefaultSelector()
    started, ends = 0, []
    last = time.monotonic()
    while len(ends) < count:
        while started < count and started - len(ends) < jobs:
            client = Bare(command)
            started += 1
            for end in client.ends:
                selector.register(end, selectors.EVENT_READ, client)
        for key, _ in selector.select():
            if key.fd in key.data.ends:
                over = key.data.read(key.fd)
                if key.fd not in key.data.ends:
                    selector.unregister(key.fd)
                if over:
                    now = time.monotonic()
                    ends.append((now - last) * 1000)
                    last = now
    return ends


def played(fakegw, scenario, jobs, count):
    """Milliseconds between verdicts; the first one, with the program's own start, is left out."""
    command = [fakegw, "run", f"{here}/{scenario}.yaml", "--repeat", str(count + 1)]
    run = subprocess.Popen(command + ["--jobs", str(jobs)], stdout=subprocess.PIPE, text=True)
    moments = []
    for line in run.stdout:
        if line.startswith("✔"):
            moments.append(time.monotonic())
        elif line.startswith("✘"):
            sys.exit(f"error: {line}{run.stdout.read()}")
    run.wait()
    return [(later - one) * 1000 for one, later in zip(moments, moments[1:])]


def main():
    arguments = sys.argv[1:]
    rounds = int(arguments[arguments.index("--rounds") + 1]) if "--rounds" in arguments else 10
    fakegw = arguments[0]
    cases = [("plain", 1), ("pathology", 1), ("plain", 2), ("pathology", 2)]
    starts = {case: [] for case in cases}
    plays = {case: [] for case in cases}
    for _ in range(rounds):
        for scenario, jobs in cases:
            # Two may end together, so that of several jobs the mean of a round counts.
            starts[scenario, jobs].append(statistics.mean(bare(["true"], jobs, IN_ROUND)) * jobs)
            plays[scenario, jobs].append(
                statistics.mean(played(fakegw, scenario, jobs, IN_ROUND)) * jobs
            )
    print(f"{'scenario':<12} {'jobs':>4} {'bare ms':>9} {'played ms':>10} {'overhead ms':>12} {'ratio':>7}")
    worst = 0.0
    for case in cases:
        one, play = statistics.median(starts[case]), statistics.median(plays[case])
        worst = max(worst, play - one)
        scenario, jobs = case
        print(
            f"{scenario:<12} {jobs:>4} {one:>9.2f} {play:>10.2f} {play - one:>12.2f} {play / one:>7.1f}"
        )
    print(f"{rounds * IN_ROUND} plays each; at most {BAR_MS:.0f} ms of overhead are wanted")
    sys.exit(0 if worst <= BAR_MS else 1)


main()
