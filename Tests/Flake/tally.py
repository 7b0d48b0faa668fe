"""What many runs of the same scenarios say together.

    tally.py FILE.xml…             plays, failures, flaky scenarios and stalls; exit 1 or 6 when there are some
    tally.py --failures FILE.xml   the reports of what did not pass
"""

import collections
import math
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


def proven(failures, plays):
    """The rate of failures above which so few would come in one of twenty such runs only (Poisson)."""

    def chance(expected):
        return sum(
            math.exp(count * math.log(expected) - expected - math.lgamma(count + 1))
            for count in range(failures + 1)
        )

    low, high = 1e-9, 2.0 * failures + 20
    for _ in range(100):
        middle = (low + high) / 2
        low, high = (middle, high) if chance(middle) > 0.05 else (low, middle)
    return high / plays


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
    judged = totals["failed"] + totals["passed"]
    if not judged:
        sys.exit("error: no scenario was played")
    rate = proven(totals["failed"], judged)
    print(f"proven (95 %): less than {rate:.3%} of plays fail, one in {max(1, int(1 / rate))}")
    sys.exit(1 if totals["failed"] else 6 if totals["stalled"] else 0)


if sys.argv[1] == "--failures":
    tell_failures(sys.argv[2])
else:
    summarize(sys.argv[1:])
