"""A worker that keeps the trading library out of its parent's event loop.

It reads one JSON command a line on standard input and answers with one JSON line on standard
output: {"command": "connect", "params": {"host": …, "port": …, "client_id": …, "timeout": …}},
then "positions", "open_orders" or "quit". A connect without "params" leaves it waiting for them,
until its patience ends. It ends without disconnect(), as the report's corrected worker does.
"""

import argparse
import asyncio
import json
import sys

from _common import EXIT_FAILED, EXIT_NOT_CONNECTED, EXIT_OK, IB, leave_at_once, log_to_stderr


def answer(**fields):
    print(json.dumps(fields), flush=True)


async def next_command(bound=None):
    """Returns the next command, None at the end of input; raises TimeoutError past the bound."""
    loop = asyncio.get_running_loop()
    line = await asyncio.wait_for(loop.run_in_executor(None, sys.stdin.readline), bound)
    return json.loads(line) if line else None


async def connect(ib, command, patience):
    """Connects with the command's parameters; returns the exit code, or None to carry on."""
    while not command.get("params"):
        print("DEBUG: waiting for connection params", file=sys.stderr, flush=True)
        try:
            command = await next_command(patience)
        except asyncio.TimeoutError:
            command = None
        if command is None:
            answer(status="error", error="connect timed out waiting for params")
            return EXIT_NOT_CONNECTED

    params = command["params"]
    host, port, client_id = params["host"], params["port"], params.get("client_id", 1)
    print(f"DEBUG: Connecting to {host}:{port} client_id={client_id}", file=sys.stderr, flush=True)
    try:
        await ib.connectAsync(host, port, clientId=client_id, timeout=params.get("timeout", 30.0),
                              readonly=params.get("readonly", False))
    except Exception as error:
        answer(status="error", error=f"API connection failed: {error!r}")
        return EXIT_NOT_CONNECTED
    answer(status="success", data={
        "connected": ib.isConnected(), "accounts": ib.managedAccounts(), "client_id": client_id})
    return None


async def serve(ib, patience):
    while (command := await next_command()) is not None:
        match command.get("command"):
            case "connect":
                if (code := await connect(ib, command, patience)) is not None:
                    return code
            case "positions":
                answer(status="success", data={"positions": len(ib.positions())})
            case "open_orders":
                answer(status="success", data={"open_orders": len(ib.openTrades())})
            case "quit":
                break
            case other:
                answer(status="error", error=f"unknown command {other!r}")
                return EXIT_FAILED
    return EXIT_OK


async def work(patience):
    """Serves until the end, then leaves with the connection still open."""
    ib = IB()  # owned here: an IB that goes out of scope disconnects by itself
    leave_at_once(await serve(ib, patience))


def main():
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--patience", type=float, default=3.0,
                        help="seconds to wait for the params of a connect command")
    options = parser.parse_args()
    log_to_stderr()
    asyncio.run(work(options.patience))


if __name__ == "__main__":
    main()
