"""Holds "fakegw probe" against real clients, at a gateway with each pathology of the catalogue.

For each pathology a gateway is started. One client of each library connects and leaves, then the probe
runs, then the clients try again. The probe is right when it finds a session where a client gets one.
"""

import argparse
import concurrent.futures
import json
import pathlib
import subprocess
import sys
import tempfile
import time

FOLDER = pathlib.Path(__file__).parent
SECONDS = 2.0

# Where the probe and the clients see different things, and why that is right.
EXPLAINED = json.loads((FOLDER / "explained.json").read_text())


def client(venvs, library, port, client_id):
    run = subprocess.run(
        [venvs / library / "bin" / "python", "-B", FOLDER / "session.py", "127.0.0.1", str(port),
         str(client_id), str(SECONDS)],
        capture_output=True, text=True, timeout=60)
    return run.stdout.strip() or "none"


def probe(fakegw, port):
    run = subprocess.run(
        [fakegw, "probe", f"127.0.0.1:{port}", "--client-id", "7", "--timeout", str(SECONDS), "--json"],
        capture_output=True, text=True, timeout=60)
    return json.loads(run.stdout.splitlines()[-1])


def measure(fakegw, venvs, entry):
    name = entry["name"]
    with tempfile.TemporaryDirectory() as work:
        port_file = pathlib.Path(work) / "port"
        serving = subprocess.Popen(
            [fakegw, "serve", "--listen", "127.0.0.1:0", "--pathology", name, "--port-file", port_file,
             "--quiet"], stdout=subprocess.DEVNULL, stderr=subprocess.PIPE, text=True)
        try:
            for _ in range(400):
                if port_file.exists() and port_file.read_text().strip():
                    break
                if serving.poll() is not None:
                    raise RuntimeError(f"{name}: {serving.stderr.read()}")
                time.sleep(0.05)
            port = int(port_file.read_text())
            libraries = ["ib_async", "ibapi-10.51"]
            first = {library: client(venvs, library, port, 1) for library in libraries}
            found = probe(fakegw, port)
            then = {library: client(venvs, library, port, 2) for library in libraries}
        finally:
            serving.terminate()
            serving.wait(timeout=30)
    sees_session = found["result"] == "complete"
    gets_session = "session" in then.values()
    return {
        "name": name, "layer": entry["layer"], "first": first, "then": then, "result": found["result"],
        "next": found.get("next", ""), "agrees": sees_session == gets_session,
    }


def page(rows):
    lines = [
        "# What the probe finds", "",
        "`fakegw probe` against a gateway with each pathology of the catalogue, beside real clients. One client of",
        "each library connects and leaves, then the probe runs, then the clients try again. `scripts/probe-table`",
        "measures it and writes this page.", "",
        f"The probe is right at {sum(row['agrees'] for row in rows)} of {len(rows)} pathologies: it finds a session"
        " where a client gets one afterwards.", "",
    ]
    odd = [row for row in rows if not row["agrees"]]
    if odd:
        lines += ["The others, and why:", ""]
        lines += [f"- `{row['name']}`: {EXPLAINED.get(row['name'], 'not explained')}" for row in odd] + [""]
    lines += [
        "| pathology | probe | ib_async | ibapi 10.51 | what the probe says to do next |",
        "|---|---|---|---|---|",
    ]
    for row in rows:
        then = [row["then"][library] for library in ("ib_async", "ibapi-10.51")]
        link = f"[{row['name']}](pathologies/{row['name']}.md)"
        lines.append(f"| {link} | {row['result']} | {then[0]} | {then[1]} | {row['next']} |")
    return "\n".join(lines) + "\n"


def main():
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("fakegw", type=pathlib.Path)
    parser.add_argument("--venvs", type=pathlib.Path, required=True)
    parser.add_argument("--write", type=pathlib.Path)
    parser.add_argument("--only", action="append", default=[])
    parser.add_argument("--jobs", type=int, default=4)
    options = parser.parse_args()
    listed = subprocess.run(
        [options.fakegw, "pathologies", "--json"], capture_output=True, text=True, check=True)
    entries = [json.loads(line) for line in listed.stdout.splitlines()]
    if options.only:
        entries = [entry for entry in entries if entry["name"] in options.only]
    rows = []
    with concurrent.futures.ThreadPoolExecutor(options.jobs) as pool:
        for row in pool.map(lambda entry: measure(options.fakegw, options.venvs, entry), entries):
            rows.append(row)
            mark = "right" if row["agrees"] else "WRONG" if row["name"] not in EXPLAINED else "explained"
            print(f"{mark:9} {row['name']}: probe {row['result']}, "
                  + ", ".join(f"{key} {value}" for key, value in row["then"].items()), flush=True)
    wrong = [row["name"] for row in rows if not row["agrees"] and row["name"] not in EXPLAINED]
    print(f"{len(rows)} pathologies, probe right at {sum(row['agrees'] for row in rows)}, "
          f"explained {len(rows) - len(wrong) - sum(row['agrees'] for row in rows)}, wrong {len(wrong)}")
    if not rows:
        sys.exit("nothing was measured")
    if options.write and not options.only:
        options.write.write_text(page(rows))
    sys.exit(1 if wrong else 0)


if __name__ == "__main__":
    main()
