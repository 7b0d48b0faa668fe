"""Writes some bytes to a port and tells what comes back: no client library, only a socket.

It prints one line: "answered N bytes: …", "closed", "reset", "refused" or "silent", the last one after --wait
seconds without a byte.
"""

import argparse
import socket
import sys


def hello(versions):
    """The hello of the API: a prefix, a length, and the range of versions."""
    return b"API\0" + len(versions).to_bytes(4, "big") + versions


def probe(options):
    try:
        connection = socket.create_connection((options.host, options.port), options.wait)
    except ConnectionRefusedError:
        return "refused"
    except TimeoutError:
        return "no connection"
    with connection:
        connection.settimeout(options.wait)
        try:
            connection.sendall(options.bytes)
            answer = connection.recv(4096)
        except ConnectionResetError:
            return "reset"
        except TimeoutError:
            return "silent"
    if not answer:
        return "closed"
    return f"answered {len(answer)} bytes: {answer[:16]!r}"


def main():
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--host", default="127.0.0.1")
    parser.add_argument("--port", type=int, required=True)
    parser.add_argument("--wait", type=float, default=1.0, metavar="SECONDS")
    what = parser.add_mutually_exclusive_group(required=True)
    what.add_argument("--text", dest="bytes", type=str.encode, help="these bytes, as they are")
    what.add_argument("--hex", dest="bytes", type=bytes.fromhex)
    what.add_argument("--hello", dest="bytes", type=lambda range: hello(range.encode()),
                      help="a hello with this range of versions, such as v100..178")
    what.add_argument("--hello-nul", dest="bytes", type=lambda range: hello(range.encode() + b"\0"),
                      help="the same, and a NUL behind the range")
    options = parser.parse_args()
    print(probe(options), flush=True)
    return 0


if __name__ == "__main__":
    sys.exit(main())
