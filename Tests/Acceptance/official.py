"""Tries every public method of the official package's EClient that sends something.

The package has further public methods, which send nothing; each is named here with the reason, and
is called on a client that records sending.
"""


from ibapi.client import EClient
from ibapi.wrapper import EWrapper

import official_account
import official_history
import official_market
import official_orders
import official_reference
from cells import Report, arguments, watch_over
from official_session import METHODS, Session

# Methods that talk to no gateway, each with a call that shows it (`None` for those not called).
LOCAL = {
    "checkConnected": ("raises when there is a connection", lambda c: c.checkConnected()),
    "disconnect": ("closes the socket without a message", lambda c: c.disconnect()),
    "isConnected": ("tells the connection's state", lambda c: c.isConnected()),
    "keyboardInterrupt": ("to be overridden", lambda c: c.keyboardInterrupt()),
    "keyboardInterruptHard": ("counts interruptions", lambda c: c.keyboardInterruptHard()),
    "logRequest": ("writes to the log", lambda c: c.logRequest("name", {})),
    "msgLoopRec": ("to be overridden", lambda c: c.msgLoopRec()),
    "msgLoopTmo": ("to be overridden", lambda c: c.msgLoopTmo()),
    "reset": ("forgets the connection", lambda c: c.reset()),
    "run": ("reads what arrives", lambda c: c.run()),
    "serverVersion": ("tells the version", lambda c: c.serverVersion()),
    "setConnState": ("sets the state", lambda c: c.setConnState(0)),
    "setConnectOptions": ("keeps options for connect()", lambda c: c.setConnectOptions("")),
    "setConnectionOptions": ("keeps options for connect()", lambda c: c.setConnectionOptions("")),
    "setOptionalCapabilities": (
        "keeps capabilities for startApi()", lambda c: c.setOptionalCapabilities("")),
    "twsConnectionTime": ("tells the connection time", lambda c: c.twsConnectionTime()),
    "useProtoBuf": ("tells which encoding a message has", lambda c: c.useProtoBuf(1)),
    "validateAttachedOrdersParameters": (
        "checks parameters", lambda c: c.validateAttachedOrdersParameters(attached_orders())),
    "validateInvalidSymbols": ("checks texts", lambda c: c.validateInvalidSymbols("host")),
    "validateOrderParameters": (
        "checks parameters", lambda c: c.validateOrderParameters(order_message())),
    "sendMsg": ("what every request is sent with", None),
    "sendMsgProtoBuf": ("what every request is sent with", None),
}

# Cases whose turn matters: those that need the worlds as they were made come before others.
FIRST = ["connect", "reqAllOpenOrders", "reqCompletedOrders", "requestFA"]

# What the package logs at warning level in a session where all is well, and why.
EXPLAINED = []


def attached_orders():
    from ibapi.protobuf.AttachedOrders_pb2 import AttachedOrders
    return AttachedOrders()


def order_message():
    from ibapi.protobuf.Order_pb2 import Order
    return Order()


def check_local(report, names):
    """Calls every local method on a client without a connection; none may send."""
    for name in names:
        reason, call = LOCAL[name]
        report.local[name] = reason
        if call is None:
            continue
        client = EClient(EWrapper())
        client.serverVersion_ = 225
        sent = []
        client.sendMsg = client.sendMsgProtoBuf = lambda *message: sent.append(message)
        call(client)
        if sent:
            report.problems.append(f"{name}() is listed as local but sent {sent}")


def main():
    options = arguments(__doc__)
    log = watch_over(EXPLAINED)

    report = Report("official", options.library, log)
    local = [name for name in METHODS if name in LOCAL]
    protobuf = [name for name in METHODS if name.endswith("ProtoBuf") and name not in LOCAL]
    alone = [name for name in protobuf if name in ("reqConfigProtoBuf", "updateConfigProtoBuf")]
    methods = [name for name in METHODS if name not in local and name not in protobuf] + alone
    if options.only:
        methods = options.only.split(",")
    check_local(report, local)
    log.take()

    session = Session(options, 1).open()
    report.run(session, methods, FIRST)
    if not options.only and session.serverVersion() >= 213:
        # The protobuf form of a request is public too; the plain method has to have called it.
        for name in protobuf:
            if name not in alone and name not in Session.called:
                report.problems.append(f"not covered: {name}")
    session.leave()
    report.write(options.result, session.options.version)


if __name__ == "__main__":
    main()
