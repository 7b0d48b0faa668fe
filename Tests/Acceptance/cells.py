"""What the drivers of all five client libraries share: cases, their results, the library's log.

A case is a function named after the library's method it calls. Its docstring says what is
delivered, as the table of results prints it. It returns nothing when the delivery was as the
docstring says, or a text for the table when the right answer is another one, such as an error. It
raises when anything is not as it has to be.
"""

import argparse
import faulthandler
import json
import logging
import os
import re
import sys
import time
import traceback

CASES = {}
BOUND = 5.0  # seconds every wait may take
WHOLE_BOUND = 120.0  # seconds a whole session may take


class Failure(Exception):
    """A delivery that did not come, or with the wrong content."""


def case(function):
    """Registers a case under the name of the method it tries; `client_x` stands for `client.x`."""
    name = function.__name__.replace("client_", "client.", 1)
    if name in CASES:
        raise ValueError(f"two cases for {name}")
    if not function.__doc__:
        raise ValueError(f"{name} does not say what is delivered")
    CASES[name] = function
    return function


def require(condition, text):
    """Raises the text unless the condition holds."""
    if not condition:
        raise Failure(text)


def wait_for(condition, what, step, bound=BOUND):
    """Returns the first true value of the condition; `step` lets something happen meanwhile."""
    end = time.monotonic() + bound
    while not (value := condition()):
        if time.monotonic() > end:
            raise Failure(f"no {what} within {bound:g} s")
        step()
    return value


class LibraryLog(logging.Handler):
    """Keeps what a library logs at warning level and above."""

    def __init__(self, explained):
        super().__init__(logging.WARNING)
        self.explained = [re.compile(pattern) for pattern in explained]
        self.lines = []

    def emit(self, record):
        try:
            text = f"{record.name}: {record.getMessage()}"
        except Exception as error:
            # The library's own log call is broken; what it meant to say is still evidence.
            text = f"{record.name}: {record.msg!r} ({error})"
        if record.exc_info:
            text += "\n" + "".join(traceback.format_exception(*record.exc_info))
        if not any(pattern.search(text) for pattern in self.explained):
            self.lines.append(text)

    def take(self):
        taken, self.lines = self.lines, []
        return taken

    def forgive(self, pattern):
        """Drops the lines that chance may bring at this point."""
        self.lines = [line for line in self.lines if not re.search(pattern, line)]

    def claim(self, pattern):
        """Takes the lines a case expects; fails when there is none."""
        found = [line for line in self.lines if re.search(pattern, line)]
        require(found, f"the library did not log {pattern!r}, only {self.lines}")
        self.lines = [line for line in self.lines if line not in found]
        return found


class Report:
    """The cells of one session, and what went wrong beside them."""

    def __init__(self, family, library, log):
        self.family = family
        self.library = library
        self.log = log
        self.cells = {}
        self.problems = []
        self.local = {}
        self.seconds = {}

    def run(self, session, methods, order=()):
        """Runs the case of every method; a method without one is a problem.

        `order` names methods whose turn is fixed; the others come between, by name.
        """
        first = [name for name in order if name in methods]
        for name in first + sorted(set(methods) - set(first)):
            if name not in CASES:
                self.cells[name] = {"ok": False, "text": "not covered"}
                continue
            started = time.monotonic()
            self.cells[name] = self.cell(session, name)
            self.seconds[name] = round(time.monotonic() - started, 3)

    def cell(self, session, name):
        try:
            text = CASES[name](session)
            session.finish_case(name)
            left = self.log.take()
            require(not left, f"the library logged: {left}")
            return {"ok": True, "text": text or ""}
        except Exception as error:
            session.abandon_case()
            self.log.take()
            where = traceback.extract_tb(error.__traceback__)[-1]
            for frame in traceback.extract_tb(error.__traceback__):
                if frame.name == CASES[name].__name__:
                    where = frame
            said = str(error) if isinstance(error, Failure) else repr(error)
            place = f"{os.path.basename(where.filename)}:{where.lineno}"
            return {"ok": False, "text": f"{said} ({place})"}

    def write(self, path, version):
        faulthandler.cancel_dump_traceback_later()
        result = {
            "family": self.family, "library": self.library, "version": version,
            "cells": self.cells, "problems": self.problems, "local": self.local,
            "delivers": {name: " ".join(CASES[name].__doc__.split()) for name in self.cells
                         if name in CASES},
            "seconds": self.seconds,
        }
        with open(path, "w", encoding="utf-8") as file:
            json.dump(result, file, indent=1)


def arguments(description):
    """What every driver of a library is told on its command line."""
    parser = argparse.ArgumentParser(description=description)
    parser.add_argument("--host", default="127.0.0.1")
    parser.add_argument("--port", type=int, required=True)
    parser.add_argument("--advisor-port", type=int, required=True)
    parser.add_argument("--version", type=int, required=True, help="server version to expect")
    parser.add_argument("--speed", type=float, default=1, help="gateway seconds in a real one")
    parser.add_argument("--library", required=True, help="the name in the table")
    parser.add_argument("--result", required=True, help="JSON file to write")
    parser.add_argument("--only", help="these methods, comma separated")
    return parser.parse_args()


def watch_over(explained):
    """Sets the log up, and a limit on the whole session; returns the log."""
    faulthandler.dump_traceback_later(WHOLE_BOUND, exit=True, file=sys.stderr)
    log = LibraryLog(explained)
    logging.getLogger().addHandler(log)
    logging.getLogger().setLevel(logging.WARNING)
    return log
