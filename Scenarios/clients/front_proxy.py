"""A port forwarder like the one in front of a container: accepts first, asks upstream afterwards.

A client behind it sees a TCP connection whether or not the gateway is there, listening or well.
It prints "listening on HOST:PORT" when ready and runs until it is stopped. Given a command after
"--", it runs that instead, with {port} in it replaced by its own port, and ends as it ends.
"""

import argparse
import asyncio
import contextlib
import signal
import sys


async def relay(reader, writer):
    """Copies bytes one way until the end, then passes the end on as a half-close."""
    with contextlib.suppress(ConnectionError):
        while chunk := await reader.read(65536):
            writer.write(chunk)
            await writer.drain()
        writer.write_eof()


async def forward(reader, writer, upstream):
    host, port = upstream
    try:
        up_reader, up_writer = await asyncio.open_connection(host, port)
    except OSError as error:
        print(f"upstream {host}:{port}: {error.strerror}", flush=True)
        writer.close()
        return
    await asyncio.gather(relay(reader, up_writer), relay(up_reader, writer))
    for each in (writer, up_writer):
        each.close()


def address(text):
    host, _, port = text.rpartition(":")
    return host or "127.0.0.1", int(port)


async def run_behind(command, port):
    """Runs a client program against the proxy; returns its exit code."""
    child = await asyncio.create_subprocess_exec(
        *(argument.replace("{port}", str(port)) for argument in command))
    return await child.wait()


async def serve(listen, upstream, command):
    server = await asyncio.start_server(
        lambda reader, writer: forward(reader, writer, upstream), *listen)
    host, port = server.sockets[0].getsockname()[:2]
    print(f"listening on {host}:{port}", flush=True)
    if command:
        return await run_behind(command, port)
    stopped = asyncio.Event()
    for number in (signal.SIGTERM, signal.SIGINT):
        asyncio.get_running_loop().add_signal_handler(number, stopped.set)
    await stopped.wait()
    return 0


def main():
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--listen", type=address, default="127.0.0.1:0", metavar="HOST:PORT")
    parser.add_argument("--upstream", type=address, required=True, metavar="HOST:PORT")
    parser.add_argument("command", nargs="*", help="a client program to run behind the proxy")
    options = parser.parse_args()
    command = options.command
    if command and command[0].endswith(".py"):
        command = [sys.executable, *command]
    sys.exit(asyncio.run(serve(options.listen, options.upstream, command)))


if __name__ == "__main__":
    main()
