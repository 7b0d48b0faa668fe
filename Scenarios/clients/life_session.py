"""A session that is told on standard input what to do, and tells what it notices meanwhile.

Commands, one a line: `time` and `orders` ask for the time and the open orders, `connect` connects again
(and lets go of the old connection first), `leave` disconnects. It connects by itself at the start. Its
end of standard input disconnects and ends it.
"""

import queue
import sys

from _common import EXIT_NOT_CONNECTED, EXIT_OK, connect, log_to_stderr, parser_for, say
from _shared import lines_of_stdin


class Session:
    def __init__(self, options):
        self.options = options
        self.ib = None
        self.is_leaving = False

    def connect(self):
        self.leave()
        self.ib = connect(self.options)
        if self.ib is None:
            return
        self.ib.disconnectedEvent += self.lost
        self.ib.RequestTimeout = self.options.timeout
        say(f"next id {self.ib.client.getReqId()}")

    def lost(self):
        if not self.is_leaving:
            say("connection lost")

    def leave(self):
        if self.ib is not None and self.ib.isConnected():
            self.is_leaving = True
            self.ib.disconnect()
            self.is_leaving = False
            say("disconnected")

    def ask(self, name, request):
        try:
            answer = request()
        except Exception as error:
            say(f"{name} failed: {error!r}")
        else:
            say(f"{name} {len(answer) if isinstance(answer, list) else 'answered'}")

    def obey(self, command):
        if command == "connect":
            self.connect()
        elif command == "leave":
            self.leave()
        elif self.ib is None:
            say(f"{command} failed: not connected")
        elif command == "time":
            self.ask("time", self.ib.reqCurrentTime)
        elif command == "orders":
            self.ask("orders", self.ib.reqAllOpenOrders)
        else:
            say(f"what is {command}?")

    def idle(self):
        """Lets the library work for a moment."""
        try:
            if self.ib is not None and self.ib.isConnected():
                self.ib.sleep(0.02)
        except ConnectionError as error:
            say(f"connection error: {error}")  # the library throws a loss at whoever waits


def main():
    options = parser_for(__doc__).parse_args()
    log_to_stderr()
    commands = lines_of_stdin()
    session = Session(options)
    session.connect()
    while True:
        session.idle()
        try:
            command = commands.get(timeout=0.02)
        except queue.Empty:
            continue
        if command is None:
            break
        session.obey(command)
    is_connected = session.ib is not None and session.ib.isConnected()
    session.leave()
    return EXIT_OK if is_connected else EXIT_NOT_CONNECTED


if __name__ == "__main__":
    sys.exit(main())
