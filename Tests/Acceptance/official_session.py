"""One connection of the official ibapi package, 9.81, 10.46 or 10.51, that remembers every callback."""

import inspect
import threading
import time
from types import SimpleNamespace

from ibapi.client import EClient
from ibapi.contract import Contract
from ibapi.order import Order
from ibapi.wrapper import EWrapper

from cells import BOUND, Failure, require

try:
    from ibapi.order_cancel import OrderCancel
except ModuleNotFoundError:
    OrderCancel = None

NOTICES = range(2100, 2200)

CALLBACKS = {
    name: list(inspect.signature(function).parameters)[1:]
    for name, function in inspect.getmembers(EWrapper, inspect.isfunction)
    if not name.startswith("_") and name not in dir(EClient)
    and not name.endswith("ProtoBuf") and name not in ("logAnswer", "winError")
}
for name in ("configResponseProtoBuf", "updateConfigResponseProtoBuf"):
    if hasattr(EWrapper, name):
        CALLBACKS[name] = ["proto"]

# Every public method of EClient that is one of the library's own, not of EWrapper.
METHODS = sorted(
    name for name, _ in inspect.getmembers(EClient, inspect.isfunction)
    if not name.startswith("_"))
HAS_DECIMALS = OrderCancel is not None


class Session(EWrapper, EClient):
    called = set()  # public methods of EClient that ran, in any session

    def __init__(self, options, client_id):
        self.leaving = threading.RLock()
        EWrapper.__init__(self)
        EClient.__init__(self, wrapper=self)
        self.options = options
        self.own_id = client_id
        self.news = threading.Condition()
        self.heard = []  # callbacks in order, each with its arguments by name
        self.claimed = set()  # places of the errors a case expected
        self.sending = []  # when the last messages were sent
        self.next_id = 1000
        self.others = []  # further connections of a case

    # What the library calls.

    def note(self, name, arguments):
        with self.news:
            self.heard.append(SimpleNamespace(
                name=name, place=len(self.heard), **dict(zip(CALLBACKS[name], arguments))))
            self.news.notify_all()

    def disconnect(self):
        """Leaves once; run() calls it too as it ends, and the package breaks on both together."""
        with self.leaving:
            EClient.disconnect(self)

    def sendMsg(self, *arguments):
        self.count_message()
        EClient.sendMsg(self, *arguments)

    def sendMsgProtoBuf(self, *arguments):
        self.count_message()
        EClient.sendMsgProtoBuf(self, *arguments)

    def count_message(self):
        """Keeps below the 50 messages a second a gateway takes, as every program has to."""
        second = 1 / self.options.speed
        now = time.monotonic()
        self.sending = [moment for moment in self.sending if now - moment < 1.2 * second]
        if len(self.sending) >= 40:
            time.sleep(self.sending[0] + 1.2 * second - now)
        self.sending.append(time.monotonic())

    # What cases use.

    def open(self, port=None):
        """Connects and waits until the gateway has said the next id and the accounts."""
        self.connect(self.options.host, port or self.options.port, self.own_id)
        require(self.isConnected(), "connect() returned without a connection")
        self.loop = threading.Thread(target=self.run, daemon=True)
        self.loop.start()
        self.until(lambda: self.all("nextValidId") and self.all("managedAccounts"),
                   "nextValidId and managedAccounts")
        # Order ids and request ids share one counter here, well above what the world used.
        self.next_id = max(self.next_id, self.all("nextValidId")[0].orderId)
        return self

    def leave(self):
        """Disconnects and waits for the thread; the package's reader notices within a second.

        run() breaks on a message that comes after disconnect(), so nothing may be under way.
        """
        self.fence()
        self.disconnect()
        self.loop.join(BOUND)
        require(not self.loop.is_alive(), "run() did not return after disconnect()")

    def new_id(self):
        self.next_id += 1
        return self.next_id

    def mark(self):
        with self.news:
            return len(self.heard)

    def all(self, name, since=0, request=None):
        """The callbacks of that name since a place, of one request if one is given."""
        with self.news:
            calls = self.heard[since:]
        return [call for call in calls if call.name == name
                and (request is None or self.request_of(call) == request)]

    @staticmethod
    def request_of(call):
        for name in ("reqId", "requestId", "tickerId", "orderId"):
            if hasattr(call, name):
                return getattr(call, name)
        return call.proto.reqId if hasattr(call, "proto") else None

    def errors(self, since=0, request=None):
        return [call for call in self.all("error", since, request)
                if call.errorCode not in NOTICES and call.place not in self.claimed]

    def until(self, condition, what, request=None, since=0, bound=BOUND):
        """Returns the first true value; raises on an error for the request, or past the bound."""
        end = time.monotonic() + bound
        with self.news:
            while not (value := condition()):
                if request is not None and (errors := self.errors(since, request)):
                    raise Failure(
                        f"error {errors[0].errorCode} {errors[0].errorString} "
                        f"instead of {what}")
                left = end - time.monotonic()
                if left <= 0:
                    raise Failure(f"no {what} within {bound:g} s")
                if not self.isConnected():
                    raise Failure(f"connection lost before {what}")
                self.news.wait(min(left, 0.1))
            return value

    def first(self, name, send, request=None, matching=lambda call: True, count=1):
        """Sends and returns the first callbacks of that name: one, or a list of `count`."""
        since = self.mark()
        send()
        found = self.until(
            lambda: (calls := [call for call in self.all(name, since, request)
                               if matching(call)])[count - 1:] and calls[:count],
            name, request, since)
        return found[0] if count == 1 else found

    def gather(self, send, end, *items, request=None):
        """Sends, waits for the end and returns what came of each item before it."""
        since = self.mark()
        send()
        stop = self.until(lambda: self.all(end, since, request), end, request, since)[0].place
        found = [[call for call in self.all(item, since, request) if call.place < stop]
                 for item in items]
        return found[0] if len(found) == 1 else found

    def refused(self, code, send, request=-1, containing=""):
        """Sends what has to be refused; returns the cell's text."""
        since = self.mark()
        send()
        error = self.until(lambda: self.errors(since, request), f"error {code}")[0]
        self.claimed.add(error.place)
        require(error.errorCode == code and containing in error.errorString,
                f"error {error.errorCode} {error.errorString}, expected {code} {containing}")
        return f"error {code}: {said(error.errorString)}"

    def claim(self, code, request, since):
        """Waits for an error that is part of a right answer."""
        error = self.until(
            lambda: [call for call in self.all("error", since, request)
                     if call.errorCode == code], f"error {code}")[0]
        self.claimed.add(error.place)
        return error

    def fence(self):
        """Returns once the gateway has worked off everything sent so far."""
        self.first("currentTime", self.reqCurrentTime)

    def silent(self, send, request=None, names=()):
        """Sends what is not answered, and makes sure that it is not."""
        since = self.mark()
        send()
        self.fence()
        require(not self.errors(since), f"{self.errors(since)}")
        for name in names:
            require(not self.all(name, since, request), f"{name} came")

    def ends(self, name, request, cancel, other, other_name=None):
        """Cancels a subscription; it must fall silent while another one goes on for three more."""
        cancel()
        self.fence()
        since = self.mark()
        other_name = other_name or name
        self.until(lambda: len(self.all(other_name, since, other)) >= 3,
                   f"{other_name} of another request")
        require(not self.all(name, since, request), f"{name} came after its cancel")

    def another(self, client_id, port=None):
        """A second connection, to the same gateway by default."""
        self.others.append(Session(self.options, client_id).open(port))
        return self.others[-1]

    def advisor(self):
        """A connection to the gateway with a financial advisor's login.

        Each has a client id of its own: the package closes a socket up to a second late.
        """
        return self.another(len(self.others) + 1, self.options.advisor_port)

    def finish_case(self, name):
        require(name in self.called, f"the case never called {name}()")
        left = self.errors()
        require(not left, "unexpected " + ", ".join(
            f"error {call.errorCode} about {call.reqId}: {call.errorString}" for call in left))

    def abandon_case(self):
        self.claimed |= {call.place for call in self.errors()}
        # Their reader threads would keep the process alive.
        for other in self.others:
            other.disconnect()


def said(text):
    """An error's text in the table's form, without numbers that change from run to run."""
    return " ".join(text.split())


def noting(name):
    return lambda self, *arguments, **named: self.note(name, arguments + tuple(named.values()))


def counting(name):
    method = getattr(Session, name)

    def call(self, *arguments, **named):
        self.called.add(name)
        return method(self, *arguments, **named)
    return call


for name in CALLBACKS:
    setattr(Session, name, noting(name))
for name in METHODS:
    setattr(Session, name, counting(name))


def contract(symbol="AAPL", kind="STK", exchange="SMART", currency="USD", **fields):
    new = Contract()
    new.symbol, new.secType, new.exchange, new.currency = symbol, kind, exchange, currency
    for name, value in fields.items():
        setattr(new, name, value)
    return new


def option():
    """The option of the default world that is held."""
    return contract(kind="OPT", lastTradeDateOrContractMonth="20271217", strike=250.0, right="C",
                    multiplier="100")


def bitcoin():
    """Trades at every hour of every day."""
    return contract("BTC", "CRYPTO", "PAXOS")


def order(action, quantity, kind, limit=None, **fields):
    new = Order()
    new.action, new.totalQuantity, new.orderType = action, quantity, kind
    new.tif = "DAY"  # recorded: a gateway of 225 refuses an order without one (10052)
    new.eTradeOnly = new.firmQuoteOnly = False  # ibapi 9.81 sets both; gateways refuse them
    if limit is not None:
        new.lmtPrice = limit
    for name, value in fields.items():
        setattr(new, name, value)
    return new
