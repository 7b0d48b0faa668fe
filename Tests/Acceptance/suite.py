"""Tries every request method of the five Python client libraries against `fakegw serve`.

Each session is one library at one server version: a gateway of its own and another one with a
financial advisor's login, a driver in the library's environment, all sessions at the same time.
Exits 1 when a result is not as it has to be, or when the committed table is not what was measured.
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
    ("ibapi 10.51.1", "ibapi-10.51", "official.py", 226, False),
    ("ibapi 10.46.1", "ibapi-10.46", "official.py", 225, False),
    ("ibapi 10.46.1", "ibapi-10.46", "official.py", 200, True),
    ("ibapi 9.81.1", "ibapi-9.81", "official.py", 157, False),
]


class Gateway:
    """A `fakegw serve` on a free port."""

    def __init__(self, fakegw, folder, name, arguments):
        self.port_file = folder / f"{name}.port"
        self.events = folder / f"{name}.jsonl"
        self.log = folder / f"{name}.log"
        with open(self.log, "wb") as log:
            self.process = subprocess.Popen(
                [fakegw, "serve", "--quiet", "--listen", "127.0.0.1:0", "--speed", str(SPEED),
                 "--port-file", self.port_file, "--events", self.events, *arguments],
                stdout=log, stderr=log, stdin=subprocess.DEVNULL)

    def port(self):
        """Where it listens, once it does."""
        end = time.monotonic() + 20
        while not self.port_file.exists() or not self.port_file.read_text().strip():
            if self.process.poll() is not None or time.monotonic() > end:
                raise SystemExit(f"error: the gateway does not listen: {self.log.read_text()}")
            time.sleep(0.02)
        return self.port_file.read_text().strip()

    def end(self):
        """Ends it and returns what was wrong."""
        end(self.process)
        problems = []
        if self.process.returncode:
            problems.append(f"the gateway ended with {self.process.returncode}: "
                            + self.log.read_text(errors="replace"))
        # It has to have understood every frame it got.
        with open(self.events, encoding="utf-8") as events:
            for line in events:
                if json.loads(line).get("event") in ("malformed", "unknown"):
                    problems.append(f"the gateway did not understand: {line.strip()}")
        return problems


def end(process):
    if process.poll() is None:
        process.terminate()
        try:
            process.wait(10)
        except subprocess.TimeoutExpired:
            process.kill()
            process.wait()


class Session:
    """Two gateways, and later the driver that talks to them."""

    def __init__(self, fakegw, venvs, folder, library, environment, driver, version, is_held):
        self.name = f"{library} at {version}"
        self.folder = folder / f"{environment}-{version}"
        self.folder.mkdir()
        self.result = self.folder / "result.json"
        self.output = self.folder / "driver.log"
        self.driver = None
        self.command = [
            venvs / environment / "bin/python", "-B", HERE / driver, "--library", library,
            "--version", str(version), "--speed", str(SPEED), "--result", self.result]
        settings = ["--server-version", str(version)] if is_held else []
        # A gateway second is a short one here, and on a quick machine a driver may send as many
        # requests in it as a gateway warns of.
        settings += ["--set", "warns-near-max-rate=false"]
        if version < 226:  # builds that old still serve what 226 has no more
            settings += ["--set", "fundamental-data=served"]
        self.gateway = Gateway(fakegw, self.folder, "gateway", settings)
        self.advisor = Gateway(
            fakegw, self.folder, "advisor", settings + ["--world", HERE / "advisor.yaml"])

    def meet(self):
        """Starts the driver once both gateways listen."""
        ports = ["--port", self.gateway.port(), "--advisor-port", self.advisor.port()]
        with open(self.output, "wb") as log:
            self.driver = subprocess.Popen(
                self.command + ports, stdout=log, stderr=log, stdin=subprocess.DEVNULL)

    def finish(self, deadline):
        """Waits for the driver, ends the gateways; returns what the driver found, and problems."""
        problems = []
        try:
            self.driver.wait(max(deadline - time.monotonic(), 0.1))
        except subprocess.TimeoutExpired:
            problems.append(f"the driver did not end within {BOUND} s")
        end(self.driver)
        said = self.output.read_text(errors="replace").strip()
        if self.driver.returncode or said:
            problems.append(f"the driver ended with {self.driver.returncode}: {said}")
        problems += self.gateway.end() + self.advisor.end()
        found = json.loads(self.result.read_text()) if self.result.exists() else None
        if found:
            problems += found["problems"]
            problems += [f"{name}: {cell['text']}" for name, cell in found["cells"].items()
                         if not cell["ok"]]
        return found, [f"{self.name}: {problem}" for problem in problems]

    def abandon(self):
        for process in (self.driver, self.gateway.process, self.advisor.process):
            if process is not None:
                end(process)


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
                found, wrong = session.finish(deadline)
                results += [found] if found else []
                problems += wrong
        finally:
            for session in sessions:
                session.abandon()
    return results, problems


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
