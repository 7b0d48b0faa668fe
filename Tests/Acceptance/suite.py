"""Tries every request method of the four Python client libraries against `fakegw serve`.

Each session is one library at one server version: a gateway of its own, a driver in the library's
environment, all sessions at the same time. Prints the table of methods and results; exits 1 when
a result is not as it has to be.
"""

import argparse
import json
import pathlib
import subprocess
import sys
import tempfile
import time

import table

HERE = pathlib.Path(__file__).resolve().parent
SPEED = 10  # gateway seconds in a real one
BOUND = 150  # real seconds a session may take

# Name in the table, environment, driver, server version, whether the gateway has to be held to it.
SESSIONS = [
    ("ib_async 2.1.0", "ib_async", "ib_library.py", 178, False),
    ("ib_async 2.1.0", "ib_async", "ib_library.py", 157, True),
    ("ib_insync 0.9.86", "ib_insync", "ib_library.py", 176, False),
    ("ibapi 10.46.1", "ibapi-10.46", "official.py", 225, False),
    ("ibapi 10.46.1", "ibapi-10.46", "official.py", 200, True),
    ("ibapi 9.81.1", "ibapi-9.81", "official.py", 157, False),
]


class Session:
    """A gateway, and later the driver that talks to it."""

    def __init__(self, fakegw, venvs, folder, library, environment, driver, version, is_held):
        self.name = f"{library} at {version}"
        self.folder = folder / f"{environment}-{version}"
        self.folder.mkdir()
        self.problems = []
        self.driver = None
        self.command = [
            venvs / environment / "bin/python", "-B", HERE / driver, "--library", library,
            "--version", str(version), "--speed", str(SPEED), "--result", self.result]
        arguments = [
            fakegw, "serve", "--quiet", "--listen", "127.0.0.1:0", "--speed", str(SPEED),
            "--port-file", self.folder / "port", "--events", self.folder / "events.jsonl"]
        if is_held:
            arguments += ["--server-version", str(version)]
        self.gateway = self.start("gateway", arguments)

    @property
    def result(self):
        return self.folder / "result.json"

    def start(self, name, arguments):
        with open(self.folder / f"{name}.log", "wb") as log:
            return subprocess.Popen(arguments, stdout=log, stderr=log, stdin=subprocess.DEVNULL)

    def log(self, name):
        return (self.folder / f"{name}.log").read_text(errors="replace").strip()

    def meet(self):
        """Starts the driver once the gateway listens."""
        port = self.folder / "port"
        end = time.monotonic() + 20
        while not port.exists() or not port.read_text().strip():
            if self.gateway.poll() is not None or time.monotonic() > end:
                raise SystemExit(f"{self.name}: the gateway does not listen: {self.log('gateway')}")
            time.sleep(0.02)
        self.driver = self.start("driver", self.command + ["--port", port.read_text().strip()])

    def finish(self, deadline):
        """Waits for the driver, ends the gateway and returns what the driver found."""
        try:
            self.driver.wait(max(deadline - time.monotonic(), 0.1))
        except subprocess.TimeoutExpired:
            self.problems.append(f"the driver did not end within {BOUND} s")
        self.end()
        if self.driver.returncode or self.log("driver"):
            self.problems.append(
                f"the driver ended with {self.driver.returncode}: {self.log('driver')}")
        if self.gateway.returncode:
            self.problems.append(
                f"the gateway ended with {self.gateway.returncode}: {self.log('gateway')}")
        self.check_events()
        if not self.result.exists():
            return None
        found = json.loads(self.result.read_text())
        self.problems += found["problems"]
        self.problems += [f"{name}: {cell['text']}" for name, cell in found["cells"].items()
                          if not cell["ok"]]
        return found

    def check_events(self):
        """The gateway has to have understood every frame it got."""
        with open(self.folder / "events.jsonl", encoding="utf-8") as events:
            for line in events:
                event = json.loads(line)
                if event.get("event") in ("malformed", "unknown"):
                    self.problems.append(f"the gateway did not understand: {line.strip()}")

    def end(self):
        for process in (self.driver, self.gateway):
            if process is not None and process.poll() is None:
                process.terminate()
                try:
                    process.wait(10)
                except subprocess.TimeoutExpired:
                    process.kill()
                    process.wait()


def measure(options):
    """Runs all sessions at once; returns what each found, and all problems."""
    problems, results, sessions = [], [], []
    with tempfile.TemporaryDirectory(prefix="fakegw-acceptance-") as folder:
        try:
            for parts in SESSIONS:
                if options.session in f"{parts[0]} at {parts[3]}":
                    sessions.append(Session(
                        options.fakegw, options.venvs, pathlib.Path(folder), *parts))
            for session in sessions:
                session.meet()
            deadline = time.monotonic() + BOUND
            for session in sessions:
                results.append(session.finish(deadline))
                problems += [f"{session.name}: {problem}" for problem in session.problems]
        finally:
            for session in sessions:
                session.end()
    return [result for result in results if result], problems


def main():
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("fakegw", type=pathlib.Path)
    parser.add_argument("--venvs", type=pathlib.Path, required=True)
    parser.add_argument("--table", type=pathlib.Path, required=True, help="the committed table")
    parser.add_argument("--write", action="store_true", help="write the table instead")
    parser.add_argument("--session", default="", help="only sessions whose name contains this")
    options = parser.parse_args()

    results, problems = measure(options)
    text = table.document(results)
    if options.session:
        print(text)
    elif options.write:
        if not problems:
            options.table.write_text(text, encoding="utf-8")
    elif not options.table.exists() or options.table.read_text(encoding="utf-8") != text:
        problems.append(f"{options.table.name} is not what was measured: "
                        "'scripts/acceptance --write' renews it")
    for result in results:
        good = sum(cell["ok"] for cell in result["cells"].values())
        print(f"{result['library']} at server version {result['version']}: "
              f"{good} of {len(result['cells'])} methods deliver what they have to, "
              f"{sum(result['seconds'].values()):.0f} s", file=sys.stderr)
    for problem in problems:
        print(f"error: {problem}", file=sys.stderr)
    return 1 if problems or not results else 0


if __name__ == "__main__":
    sys.exit(main())
