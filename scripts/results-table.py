"""Prints a JUnit file written by `fakegw run --junit` as a table of scenarios and clients.

A test case's classname is its scenario file; its name is the scenario's with the matrix row in
brackets, the client among it. A cell says how many rows of that client went as expected. Rows
without a client stand in the column "own"; scenarios that must fail are counted below the table.
"""

import os
import sys
import xml.etree.ElementTree as ET

COLUMNS = {  # heading in two lines, as wide as its longest cell
    "ib_insync": ("ib_", "insync"), "ib_async": ("ib_", "async"),
    "ibapi-10.51": ("ibapi", "10.51"), "ibapi-10.46": ("ibapi", "10.46"),
    "ibapi-9.81": ("ibapi", "9.81"), "own": ("", "own"),
}
WIDTH, CELL = 100, 9
MUST_FAIL = "must-fail"


def has_failed(case):
    return case.find("failure") is not None or case.find("error") is not None


def client_of(case):
    _, _, row = case.get("name", "").partition(" [")
    return next((word for word in row.rstrip("]").split() if word in COLUMNS), "own")


def scenario_of(case):
    """Returns a scenario's folder and name."""
    folder, name = os.path.split(case.get("classname", ""))
    return os.path.basename(folder) or ".", os.path.splitext(name)[0]


def cell(failures):
    if not failures:
        return "-"
    failed = sum(failures)
    if failed:
        return "FAILED" if len(failures) == 1 else f"FAIL {failed}/{len(failures)}"
    return "ok" if len(failures) == 1 else f"ok x{len(failures)}"


def shortened(text, width):
    return text if len(text) <= width else text[:width - 1] + "…"


def print_line(text, cells, width):
    print((shortened(text, width).ljust(width) + "".join(f" {each:<{CELL}}" for each in cells)).rstrip())


def main(path):
    folders, must_fail = {}, []
    for case in ET.parse(path).getroot().iter("testcase"):
        folder, name = scenario_of(case)
        if folder == MUST_FAIL:
            must_fail.append((name, has_failed(case)))
            continue
        row = folders.setdefault(folder, {}).setdefault(name, {})
        row.setdefault(client_of(case), []).append(has_failed(case))

    rows = [row for names in folders.values() for row in names.values()]
    columns = [column for column in COLUMNS if any(column in row for row in rows)]
    names = [f"  {name}" for names in folders.values() for name in names]
    width = min(max(map(len, names), default=0), WIDTH - (CELL + 1) * len(columns))
    for line in (0, 1) if rows else ():
        print_line("", [COLUMNS[column][line] for column in columns], width)
    for folder, names in folders.items():
        print(folder)
        for name, row in names.items():
            print_line(f"  {name}", [cell(row.get(column, [])) for column in columns], width)
    if rows:
        print("ok: the client did what the scenario expects of it, failing included")
    if must_fail:
        wrong = [name for name, failed in must_fail if failed]
        print(f"must-fail: {len(must_fail) - len(wrong)} of {len(must_fail)} failed as they must"
              + (f"; not so: {', '.join(wrong)}" if wrong else ""))


if __name__ == "__main__":
    main(sys.argv[1])
