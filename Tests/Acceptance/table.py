"""Writes what the sessions found as a document."""

HEAD = """\
# Coverage

What each request method of the public Python client libraries delivers against a healthy gateway:
the real libraries, over a socket, every method called and its content judged. Written by
`scripts/acceptance --write`; `scripts/test` fails when a run finds anything else. What belongs to
financial advisors is asked of a second gateway with an advisor's login.

✓ means: as the second column says. Otherwise the cell says what the method delivers, in the words
of the gateway or the library. — means that the library has no such method. A method added to a
library is reported as not covered. Beside the cells, every session is checked for messages the
gateway did not understand, and for warnings, errors and tracebacks of the library that no case
explains.
"""

FAMILIES = [
    ("ib", "ib_async and ib_insync",
     "Methods of `IB`; `client.…` are requests of the low-level `Client` that `IB` has no method "
     "for. Each method with `Async` at the end of its name ran as the inside of the one without."),
    ("official", "The official ibapi package",
     "Methods of `EClient`. Up to server version 200 messages are text, at 225 and 226 they are protobuf. "
     "There each method's public `…ProtoBuf` form ran as its inside."),
]


def escaped(text):
    return text.replace("|", "\\|").replace("<", "&lt;")


def rows_of(sessions):
    names = sorted({name for session in sessions for name in session["cells"]}, key=str.lower)
    for name in names:
        delivers = next(session["delivers"].get(name, "") for session in sessions
                        if name in session["cells"])
        cells = []
        for session in sessions:
            cell = session["cells"].get(name)
            if cell is None:
                cells.append("—")
            elif not cell["ok"]:
                cells.append(f"FAILED: {cell['text']}")
            else:
                cells.append(cell["text"] or "✓")
        yield [f"`{name}`", delivers, *cells]


def local_rows(sessions):
    reasons = {}
    for session in sessions:
        reasons.update(session["local"])
    by_reason = {}
    for name in sorted(reasons, key=str.lower):
        by_reason.setdefault(reasons[name], []).append(f"`{name}`")
    return [f"- {', '.join(names)}: {reason}" for reason, names in sorted(by_reason.items())]


def document(results):
    parts = [HEAD]
    for family, title, text in FAMILIES:
        sessions = [result for result in results if result["family"] == family]
        if not sessions:
            continue
        heads = [f"{s['library']} at {s['version']}" for s in sessions]
        lines = [f"## {title}", "", text, "",
                 "| method | delivers | " + " | ".join(heads) + " |",
                 "|---|---|" + "---|" * len(heads)]
        lines += ["| " + " | ".join(map(escaped, row)) + " |" for row in rows_of(sessions)]
        lines += ["", "These send nothing:", "", *local_rows(sessions), ""]
        parts.append("\n".join(lines))
    return "\n".join(parts)
