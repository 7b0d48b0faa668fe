"""What pairs of programs share, one for ib_async and ib_insync and one for the official package.

It imports neither library.
"""

import queue
import sys
import threading


def lines_of_stdin():
    """A queue of the lines that come on standard input, without their ends; None at the end of it."""
    lines = queue.Queue()

    def read():
        for line in iter(sys.stdin.readline, ""):
            lines.put(line.strip())
        lines.put(None)

    threading.Thread(target=read, daemon=True).start()
    return lines


def watch_options(parser, names):
    """The options of session_watch.py and its twin; `names` are what --ask takes."""
    parser.add_argument("--ask", default="", help="comma separated, of: " + ", ".join(names))
    parser.add_argument("--bound", type=float, default=10.0, help="seconds for an answer; NAME@1 "
                        "asks for NAME with a bound of its own")
    parser.add_argument("--ticks", action="store_true")
    parser.add_argument("--quiet", type=float, default=1.0, help="seconds without a tick")
    parser.add_argument("--resubscribe", default="", help="codes of notices, silence")
    parser.add_argument("--stay", action="store_true", help="until standard input ends")
    options = parser.parse_args()
    options.resubscribe = options.resubscribe.split(",")
    return options


def world_options(parser):
    """The options of world_watch.py and its twin."""
    parser.add_argument("--order", type=float, help="the limit of an order for 10 shares")
    parser.add_argument("--ticks", action="store_true")
    parser.add_argument("--beyond", type=float, default=1e9, help="says the first price above this")
    parser.add_argument("--values", default="", help="keys of account values, comma separated")
    options = parser.parse_args()
    options.values = options.values.split(",")
    return options


def order_options(parser):
    """The options of order_once.py and its twin."""
    parser.add_argument("--place", choices=["market", "limit", "on-close", "nothing"],
                        default="market")
    parser.add_argument("--symbol", default="AAPL")
    parser.add_argument("--quantity", type=float, default=100)
    parser.add_argument("--price", type=float, default=200, help="of limit orders; 200 rests")
    parser.add_argument("--tif", default="DAY")
    parser.add_argument("--count", type=int, default=1, help="orders sent at once")
    parser.add_argument("--from-id", type=int, help="count order ids from here")
    parser.add_argument("--what-if", action="store_true", help="only ask for margin and commission")
    parser.add_argument("--until", choices=["filled", "working"],
                        help="usually filled for market orders, working for others")
    parser.add_argument("--limit", type=float, default=10.0, help="seconds for each wait")
    parser.add_argument("--modify", type=float, help="then change the limit to this price")
    parser.add_argument("--cancel", type=int, default=0, help="then cancel so often")
    parser.add_argument("--cancel-id", type=int, help="cancel this id too, and wait for the answer")
    parser.add_argument("--careful", action="store_true")
    parser.add_argument("--settle", type=float, default=0.3, help="seconds to listen at the end")
    parser.add_argument("--list", choices=["open", "own", "executions"],
                        help="ask for these at the end")
    parser.add_argument("--profit", action="store_true", help="ask for profit and loss at the end")
    options = parser.parse_args()
    options.until = options.until or ("filled" if options.place == "market" else "working")
    return options
