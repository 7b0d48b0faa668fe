"""One check: a behaviour of Toxiproxy, and what fakegw does instead, if it differs."""

SAME = "same"


class Check:
    def __init__(self, number, theirs, ours, run):
        self.number = number
        self.theirs = theirs
        self.ours = ours
        self.run = run


def collect(checks):
    """A decorator that adds a check to a list."""

    def check(number, theirs, ours=SAME):
        def add(run):
            checks.append(Check(number, theirs, ours, run))
            return run

        return add

    return check
