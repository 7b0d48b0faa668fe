"""Reads a file of frames with ib_insync's own decoder and a wrapper that does nothing.

Usage: ib_insync_decoder.py FILE SERVER-VERSION. Prints messages and seconds of processor time. The loop is the one in
ib_insync's Client._onSocketHasData.
"""

import logging
import struct
import sys
import time

from ib_insync.decoder import Decoder


class Silence:
    """Takes every callback and does nothing with it."""

    def __getattr__(self, name):
        def ignore(*args):
            pass

        setattr(self, name, ignore)
        return ignore


class Complaints(logging.Handler):
    count = 0

    def emit(self, record):
        Complaints.count += 1


logging.getLogger("ib_insync").addHandler(Complaints())
logging.getLogger("ib_insync").propagate = False
with open(sys.argv[1], "rb") as file:
    data = file.read()
decoder = Decoder(Silence(), int(sys.argv[2]))

count = 0
start = time.process_time()
position = 0
while len(data) - position > 4:
    end = position + 4 + struct.unpack(">I", data[position : position + 4])[0]
    message = data[position + 4 : end].decode(errors="backslashreplace")
    position = end
    fields = message.split("\0")
    fields.pop()
    decoder.interpret(fields)
    count += 1
seconds = time.process_time() - start
if Complaints.count:
    sys.exit(f"ib_insync failed to decode {Complaints.count} of {count} messages")
print(count, seconds)
