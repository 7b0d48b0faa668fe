"""Prints a JUnit file written by `fakegw run --junit` as a table of scenarios and clients.

A test case's classname is its scenario; its name says which client ran. A scenario that drives
its own programs has its verdict in the column "own".
"""

import sys
import xml.etree.ElementTree as ET

CLIENTS = ["ib_insync", "ib_async", "ibapi-10.46", "ibapi-9.81"]
OWN = "own"


def verdict(case):
    if case.find("failure") is not None or case.find("error") is not None:
        return "FAILED"
    return "skipped" if case.find("skipped") is not None else "ok"


def main(path):
    table = {}
    for case in ET.parse(path).getroot().iter("testcase"):
        client = next((client for client in CLIENTS if client in case.get("name", "")), OWN)
        cells = table.setdefault(case.get("classname", ""), {})
        cells.setdefault(client, []).append(verdict(case))
    columns = [column for column in [*CLIENTS, OWN] if any(column in row for row in table.values())]
    width = max([len(name) for name in table] + [len("scenario")])
    print("  ".join(["scenario".ljust(width), *(column.ljust(11) for column in columns)]).rstrip())
    for name, row in table.items():
        cells = []
        for column in columns:
            seen = row.get(column, ["-"])
            worst = next((word for word in ("FAILED", "skipped") if word in seen), seen[0])
            cells.append((f"{worst} x{len(seen)}" if len(seen) > 1 else worst).ljust(11))
        print("  ".join([name.ljust(width), *cells]).rstrip())


if __name__ == "__main__":
    main(sys.argv[1])
