"""The same as life_session.py on the official package: commands on standard input, news on output."""

import queue

from _official import (
    EXIT_NOT_CONNECTED, EXIT_OK, Application, Failure, leave, log_to_stderr, parser_for, say)
from _shared import lines_of_stdin


class Session:
    def __init__(self, options):
        self.options = options
        self.app = None
        self.was_connected = False

    def connect(self):
        self.leave()
        self.app = app = Application()
        if app.start(self.options) != EXIT_OK:
            self.app = None
            return
        try:
            app.wait_for(lambda: app.all("nextValidId") and app.all("managedAccounts"),
                         self.options.timeout, "nextValidId and managedAccounts")
        except Failure as failure:
            say(f"FAILED: {failure}")
            self.leave()
            return
        self.was_connected = True
        names = [name for name, _ in app.seen]
        say("connected")
        say("open orders shown before the accounts {}".format(
            names[:names.index("managedAccounts")].count("openOrder")))
        say(f"next id {app.all('nextValidId')[0][0]}")

    def leave(self):
        app, self.app = self.app, None
        if app is None or not app.isConnected():
            return
        is_told = self.was_connected
        self.was_connected = False
        reader = app.reader
        app.disconnect()
        reader.join(5)  # the socket is closed when the reader's wait is over, up to a second later
        if is_told:
            say("disconnected")

    def ask(self, name, send, end, row=None):
        app = self.app
        start = app.mark()
        try:
            send()
            app.wait_for(lambda: app.all(end, since=start), self.options.timeout, end)
        except (Failure, OSError, AttributeError) as error:
            say(f"{name} failed: {error}")
            return
        rows = {found[2].permId for found in app.all(row, since=start)} if row else None
        say(f"{name} {'answered' if rows is None else len(rows)}")

    def obey(self, command):
        if command == "connect":
            self.connect()
        elif command == "leave":
            self.leave()
        elif self.app is None or not self.app.isConnected():
            say(f"{command} failed: not connected")
        elif command == "time":
            self.ask("time", self.app.reqCurrentTime, "currentTime")
        elif command == "orders":
            self.ask("orders", self.app.reqAllOpenOrders, "openOrderEnd", "openOrder")
        else:
            say(f"what is {command}?")

    def look(self):
        """Tells once that the connection is lost."""
        if self.was_connected and self.app is not None and not self.app.isConnected():
            self.was_connected = False
            say("connection lost")


def main():
    options = parser_for(__doc__).parse_args()
    log_to_stderr()
    commands = lines_of_stdin()
    session = Session(options)
    session.connect()
    while True:
        session.look()
        try:
            command = commands.get(timeout=0.02)
        except queue.Empty:
            continue
        if command is None:
            break
        session.obey(command)
    is_connected = session.app is not None and session.app.isConnected()
    session.leave()
    leave(EXIT_OK if is_connected else EXIT_NOT_CONNECTED)


if __name__ == "__main__":
    main()
