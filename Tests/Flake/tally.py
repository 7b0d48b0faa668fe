"""What many runs of the same scenarios say together.

    tally.py FILE.xml…             plays, failures, flaky scenarios and stalls; exit 1 or 6 when there are some
    tally.py --failures FILE.xml   the reports of what did not pass
"""

import collections
import sys
import xml.etree.ElementTree as xml


def plays(path):
    """(file and title, "passed", "failed" or "stalled", report) of every play in a JUnit file."""
    for case in xml.parse(path).iter("testcase"):
        name = f"{case.get('classname')}: {case.get('name')}"
        failure, error = case.find("failure"), case.find("error")
        if failure is not None:
            yield name, "failed", f"{failure.get('message')}\n{failure.text or ''}"
        elif error is not None:
            yield name, "stalled", f"{error.get('message')}\n{error.text or ''}"
        elif case.find("skipped") is None:
            yield name, "passed", ""


def tell_failures(path):
    for name, outcome, report in plays(path):
        if outcome != "passed":
            print(f"  {name}: " + "\n    ".join(report.strip().splitlines()))


def summarize(paths):
    outcomes = collections.defaultdict(collections.Counter)
    for path in paths:
        for name, outcome, _ in plays(path):
            outcomes[name][outcome] += 1
    totals = sum(outcomes.values(), collections.Counter())
    flaky = {name for name, seen in outcomes.items() if seen["failed"] and seen["passed"]}
    for name, seen in sorted(outcomes.items()):
        if seen["failed"] or seen["stalled"]:
            print(f"{name}: " + ", ".join(f"{count} {what}" for what, count in sorted(seen.items())))
    print(
        f"{len(paths)} rounds of {len(outcomes)} scenarios, {totals.total()} plays: "
        f"{totals['failed']} failures, {len(flaky)} flaky scenarios, {totals['stalled']} stalls"
    )
    if not totals.total():
        sys.exit("error: no scenario was played")
    sys.exit(1 if totals["failed"] else 6 if totals["stalled"] else 0)


if sys.argv[1] == "--failures":
    tell_failures(sys.argv[2])
else:
    summarize(sys.argv[1:])
