"""Plays every pathology's demonstration while tcpdump captures, and compares the diagnosis with it.

Called by scripts/diagnose-table, which explains the options.
"""

import argparse
import concurrent.futures
import glob
import json
import os
import re
import shutil
import subprocess
import sys
import tempfile

CLIENTS = ["ib_async", "ib_insync", "ibapi-10.51", "ibapi-10.46", "ibapi-9.81"]
BEGIN, END = "<!-- table: begin -->", "<!-- table: end -->"

# The gateway listens on IB's own port, which is known even where no hello tells what it is.
CAPTURE = """
ip link set lo up
tcpdump -i lo -B 8192 --immediate-mode -U -w "$1.part" tcp 2>"$1.log" & tcpdump=$!
for _ in $(seq 200); do grep -q listening "$1.log" && break; sleep 0.05; done
"$2" run --jobs 1 --speed 1 --filter "$3" "$4" >"$1.out" 2>&1
code=$?
sleep 0.3
kill $tcpdump
wait $tcpdump
mv "$1.part" "$1"
exit $code
"""


class Play:
    """One row of a scenario, played with one client."""

    def __init__(self, file, title, capture):
        self.file, self.title, self.capture = file, title, capture

    @property
    def scenario(self):
        return os.path.splitext(os.path.basename(self.file))[0]


def copy_scenarios(root, into):
    """Copies the scenarios, their gateways listening on port 4002; programs stay where they are."""
    shutil.copytree(f"{root}/Scenarios", into, symlinks=True,
                    ignore=shutil.ignore_patterns("clients", "pathologies"))
    os.symlink(f"{root}/Scenarios/clients", f"{into}/clients")
    for path in glob.glob(f"{into}/catalogue/*/*.yaml"):
        with open(path) as file:
            text = file.read()
        text = re.sub(r"(?m)^gateway:$", "gateway:\n  listen: 127.0.0.1:4002", text, count=1)
        with open(path, "w") as file:
            file.write(text)


def titles(fakegw, folder, client=None):
    command = [fakegw, "run", "--list", folder] + (["--client", client] if client else [])
    lines = subprocess.run(command, capture_output=True, text=True).stdout.splitlines()
    return [match.groups() for line in lines if (match := re.match(r"(\S+\.yaml): (.*)", line))]


def choose(fakegw, folder, client, captures, only):
    """Every row of the first client that a scenario has."""
    plays, done = [], set()
    for name in [client] + [other for other in CLIENTS if other != client] + [None]:
        fresh = set()
        for number, (file, title) in enumerate(titles(fakegw, folder, name)):
            if file in done or only and not any(text in file for text in only):
                continue
            fresh.add(file)
            base = os.path.splitext(os.path.basename(file))[0]
            label = name or "own"
            plays.append(Play(file, title, f"{captures}/{base}.{label}.{number}.pcap"))
        done |= fresh
    return plays


def play(fakegw, play):
    if os.path.exists(play.capture):
        return
    result = subprocess.run(
        ["timeout", "400", "unshare", "-n", "bash", "-c", CAPTURE, "capture", play.capture, fakegw,
         play.title, play.file])
    print(f"{play.title}: {'played' if result.returncode == 0 else f'exit {result.returncode}'}",
          file=sys.stderr, flush=True)


def diagnose(fakegw, root, plays):
    """The diagnosis of each capture, by its path."""
    # Several captures at once would be one recording.
    def one(path):
        result = subprocess.run(
            [fakegw, "diagnose", "--json", "--catalogue", f"{root}/Scenarios/pathologies", path],
            capture_output=True, text=True, cwd=root)
        if result.returncode not in (0, 1, 2) or not result.stdout:
            sys.exit(f"fakegw diagnose {path} failed:\n{result.stderr}")
        return path, json.loads(result.stdout)

    with concurrent.futures.ThreadPoolExecutor(os.cpu_count()) as pool:
        found = dict(pool.map(one, [play.capture for play in plays if os.path.exists(play.capture)]))
    return found


def truth(play, names):
    """The pathology that a scenario demonstrates: the first one that it uses."""
    with open(play.file) as file:
        text = file.read()
    used = re.split(r"(?m)^\s+pathologies:", text, maxsplit=1)[-1]
    return next((word for word in re.findall(r"[\w-]+", used) if word in names), play.scenario)


def judge(plays, found, names, traceless):
    rows, counts = [], {"named": 0, "one of several": 0, "missed": 0, "no trace": 0}
    others = 0
    for one in plays:
        true = truth(one, names)
        diagnosis = found.get(one.capture)
        if diagnosis is None:
            rows.append((true, one, "not played", ""))
            continue
        groups = [[named["name"] for named in incident["named"]]
                  for incident in diagnosis["incidents"]]
        place = next((number for number, group in enumerate(groups) if true in group), None)
        besides = [" or ".join(group) for number, group in enumerate(groups) if number != place]
        if true in traceless:
            verdict = "no trace"
            others += len(groups)
        elif place != 0:
            verdict = "missed"
        elif len(groups[0]) == 1:
            verdict = "named"
        else:
            verdict = "one of several"
        counts[verdict] += 1
        detail = " or ".join(groups[0]) if verdict == "one of several" else ""
        if verdict == "missed" and not groups:
            besides = [oddity["text"] for oddity in diagnosis["oddities"]] or [diagnosis["verdict"]]
        rows.append((true, one, verdict, "; ".join(filter(None, [detail] + [f"besides: {name}" for name in besides]))))
    return rows, counts


def markdown(rows, counts, healthy):
    played = sum(counts[key] for key in ("named", "one of several", "missed"))
    right = counts["named"] + counts["one of several"]
    lines = [
        f"{right} of {played} captures were given the right name: {counts['named']} alone, "
        f"{counts['one of several']} as one of several that look alike on the wire. "
        f"{counts['no trace']} captures show pathologies that leave no trace of their own. "
        f"Of {len(healthy)} healthy captures {sum(1 for row in healthy if row[1])} were given a name.",
        "", "| pathology | played | verdict | what was said |", "|---|---|---|---|"]
    for true, one, verdict, said in sorted(rows, key=lambda row: (row[0], row[1].title)):
        title = one.title.split(" [")
        client = os.path.basename(one.capture).split(".", 1)[1].rsplit(".", 2)[0]
        lines.append(f"| {true} | {title[0]}, {client} | {verdict} | {said} |")
    return "\n".join(lines)


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument("fakegw")
    parser.add_argument("root")
    parser.add_argument("--write")
    parser.add_argument("--client", default="ib_async")
    parser.add_argument("--only", action="append", default=[])
    parser.add_argument("--keep")
    options = parser.parse_args()
    fakegw, root = options.fakegw, options.root

    with tempfile.TemporaryDirectory() as folder:
        captures = os.path.abspath(options.keep or f"{folder}/captures")
        os.makedirs(captures, exist_ok=True)
        copy_scenarios(root, f"{folder}/Scenarios")
        ill = choose(fakegw, f"{folder}/Scenarios/catalogue", options.client, captures, options.only)
        healthy = []
        if not options.only:
            for client in CLIENTS:
                rows = titles(fakegw, f"{folder}/Scenarios/healthy", client)
                healthy += [
                    Play(file, title, f"{captures}/healthy-{client}-{number}.pcap")
                    for number, (file, title) in enumerate(rows)]
        # Most of a play is waiting.
        with concurrent.futures.ThreadPoolExecutor(3) as workers:
            list(workers.map(lambda one: play(fakegw, one), ill + healthy))

        lines = subprocess.run([fakegw, "pathologies", "--json"], capture_output=True, text=True)
        names = {json.loads(line)["name"] for line in lines.stdout.splitlines()}
        traceless = {
            name for name in names
            for path in glob.glob(f"{root}/Scenarios/pathologies/*/{name}.yaml")
            if "\nrecognize:" not in open(path).read()}
        found = diagnose(fakegw, root, ill + healthy)
        rows, counts = judge(ill, found, names, traceless)
        wrong = [
            (one.title, [" or ".join(named["name"] for named in incident["named"])
                         for incident in found[one.capture]["incidents"]])
            for one in healthy if one.capture in found]
        text = markdown(rows, counts, wrong)
        print(text)
        for title, given in wrong:
            if given:
                print(f"healthy, and named: {title}: {'; '.join(given)}", file=sys.stderr)
        if options.write:
            with open(options.write) as file:
                page = file.read()
            before, rest = page.split(BEGIN)
            after = rest.split(END)[1]
            with open(options.write, "w") as file:
                file.write(f"{before}{BEGIN}\n{text}\n{END}{after}")
    played = counts["named"] + counts["one of several"] + counts["missed"]
    enough = played and (counts["named"] + counts["one of several"]) / played >= 0.95
    sys.exit(0 if enough and not any(given for _, given in wrong) else 1)


main()
