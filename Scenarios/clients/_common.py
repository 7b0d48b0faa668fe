"""What the ib_async and ib_insync programs here share: the library, their arguments, their exit codes."""

import argparse
import logging
import os
import sys
import threading

try:
    import ib_async as library
except ModuleNotFoundError:
    import ib_insync as library

IB = library.IB
Stock = library.Stock

EXIT_OK, EXIT_FAILED, EXIT_NOT_CONNECTED = 0, 1, 2


def parser_for(description, client_id=1, timeout=4.0):
    """Starts an argument parser with what every program needs to reach a gateway."""
    parser = argparse.ArgumentParser(description=description)
    parser.add_argument("--host", default="127.0.0.1")
    parser.add_argument("--port", type=int, default=4002)
    parser.add_argument("--client-id", type=int, default=client_id)
    parser.add_argument("--timeout", type=float, default=timeout, help="seconds, for connect()")
    parser.add_argument("--readonly", action="store_true", help="connect without asking for orders")
    return parser


def log_to_stderr():
    """Lets the library speak: its log is half of what a person sees when a connection fails."""
    logging.basicConfig(
        stream=sys.stderr, level=logging.INFO,
        format="%(asctime)s %(levelname)s %(name)s: %(message)s")


def say(text):
    """Prints one line at once, so that a killed program has still said it."""
    # In one piece, since threads may speak at the same time.
    sys.stdout.write(f"{text}\n")
    sys.stdout.flush()


def connect(options, port=None, client_id=None):
    """Connects by the arguments. When that fails, prints why and returns None."""
    ib = IB()
    port = options.port if port is None else port
    client_id = options.client_id if client_id is None else client_id
    say(f"connecting to {options.host}:{port} as client {client_id}")
    try:
        ib.connect(options.host, port, clientId=client_id,
                   timeout=options.timeout, readonly=options.readonly)
    except Exception as error:
        say(f"API connection failed: {error!r}")
        return None
    say("connected")
    return ib


def stay_connected(ib, hold):
    """Keeps reading from the gateway for some seconds, or until standard input ends."""
    if hold != "until-eof":
        ib.sleep(float(hold))
        return
    ended = threading.Event()
    threading.Thread(target=lambda: (sys.stdin.read(), ended.set()), daemon=True).start()
    while not ended.is_set() and ib.isConnected():
        ib.sleep(0.05)


def leave_at_once(code):
    """Ends the process as a crash would: no disconnect(), no clean-up, the kernel closes the socket."""
    sys.stdout.flush()
    sys.stderr.flush()
    os._exit(code)
