package import GatewayWire

/// A public client library, recognised by the versions its hello offers, and a program that
/// connects with it as the recorded client did.
package enum StockClient: String, Hashable, Sendable, CaseIterable {
    case ibInsync = "ib_insync"
    case ibAsync = "ib_async"
    case ibapi981 = "ibapi-9.81"
    case ibapi1046 = "ibapi-10.46"
    case ibapi1051 = "ibapi-10.51"

    /// The official client for every hello that none of them sends.
    package init(hello: Hello) {
        self =
            switch hello.versions {
            case 157...176: .ibInsync
            case 157...178: .ibAsync
            case 100...157: .ibapi981
            case 100...226: .ibapi1051
            default: .ibapi1046
            }
    }

    /// The Python environment that has the library.
    package var python: String { rawValue }

    /// Whether its program sends all of these requests.
    func canAsk(_ names: [String]) -> Bool {
        switch self {
        case .ibInsync, .ibAsync: names.allSatisfy(Self.askedAtConnect.contains)
        case .ibapi981, .ibapi1046, .ibapi1051: names.allSatisfy { $0 == "startApi" }
        }
    }

    /// What `connect()` of the ib_* libraries asks, and what their program asks after it.
    private static let askedAtConnect: Set<String> = [
        "startApi", "reqPositions", "reqOpenOrders", "reqCompletedOrders", "reqAccountUpdates",
        "reqAccountUpdatesMulti", "reqExecutions", "reqAutoOpenOrders", "reqAllOpenOrders",
    ]

    /// How a program ends its connection.
    package enum Goodbye: String, Sendable { case disconnect, reset }

    /// Python for `python -c`, with the port as its only argument.
    ///
    /// It ends with exit code 0 when the connection became ready, whatever came after.
    func program(
        clientID: Int, timeoutSeconds: Int, holdMilliseconds: Int64, isReadOnly: Bool,
        asked: [String] = [], goodbye: Goodbye
    ) -> String {
        let hold =
            "\(holdMilliseconds / 1000).\(String(holdMilliseconds % 1000 + 1000).dropFirst())"
        let values = [
            "CLIENT": "\(clientID)", "TIMEOUT": "\(timeoutSeconds)", "HOLD": hold,
            "READONLY": isReadOnly ? "True" : "False",
            "ALL_ORDERS": asked.contains("reqAllOpenOrders") ? "True" : "False",
        ]
        let names = ["CLIENT", "TIMEOUT", "HOLD", "READONLY"]
        let constants = (names + (isIB ? ["ALL_ORDERS"] : [])).map { name in
            "\(name) = \(values[name, default: ""])"
        }
        return constants.joined(separator: "\n") + "\n" + body
            + (goodbye == .reset ? resetting : leaving)
    }

    private var isIB: Bool { self == .ibInsync || self == .ibAsync }

    private var body: String {
        switch self {
        case .ibInsync, .ibAsync: Self.ibBody.replacing("LIBRARY", with: rawValue)
        case .ibapi981, .ibapi1046, .ibapi1051: Self.ibapiBody
        }
    }

    private var leaving: String {
        switch self {
        case .ibInsync, .ibAsync:
            """
            ib.disconnect()
            print("disconnected", flush=True)

            """
        case .ibapi981, .ibapi1046, .ibapi1051:
            """
            program.disconnect()
            print("disconnected", flush=True)
            os._exit(0)

            """
        }
    }

    /// With a linger time of zero the kernel answers the end of the process with a RST.
    private var resetting: String {
        let handle =
            switch self {
            case .ibInsync, .ibAsync: "ib.client.conn.transport.get_extra_info(\"socket\")"
            case .ibapi981, .ibapi1046, .ibapi1051: "program.conn.socket"
            }
        return """
            connection = \(handle)
            connection.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
            print("leaving with a reset", flush=True)
            os._exit(0)

            """
    }

    private static let ibBody = """
        import logging, os, socket, struct, sys, time
        import LIBRARY as library

        logging.basicConfig(stream=sys.stderr, level=logging.INFO)
        ib = library.IB()
        try:
            ib.connect("127.0.0.1", int(sys.argv[1]), clientId=CLIENT, timeout=TIMEOUT, readonly=READONLY)
        except Exception as error:
            print(f"API connection failed: {error!r}", flush=True)
            sys.exit(2)
        print("connected", flush=True)
        end = time.monotonic() + HOLD
        if ALL_ORDERS:
            ib.RequestTimeout = TIMEOUT
            try:
                ib.reqAllOpenOrders()
            except Exception as error:
                print(f"no open orders: {error!r}", flush=True)
        while ib.isConnected() and time.monotonic() < end:
            ib.sleep(0.02)
        if not ib.isConnected():
            print("connection lost", flush=True)
            sys.exit(0)

        """

    private static let ibapiBody = """
        import os, socket, struct, sys, threading, time
        from ibapi.client import EClient
        from ibapi.wrapper import EWrapper

        class Program(EWrapper, EClient):
            def __init__(self):
                EWrapper.__init__(self)
                EClient.__init__(self, wrapper=self)
                self.ready = threading.Event()

            def nextValidId(self, orderId):
                self.ready.set()

            def error(self, reqId, *rest):
                print("error", reqId, *rest, file=sys.stderr, flush=True)

        def leave(code, text):
            print(text, flush=True)
            os._exit(code)

        program = Program()
        arguments = ("127.0.0.1", int(sys.argv[1]), CLIENT)
        attempt = threading.Thread(target=program.connect, args=arguments, daemon=True)
        attempt.start()
        attempt.join(TIMEOUT)
        if attempt.is_alive():
            leave(3, f"connect() still blocked after {TIMEOUT} s")
        if not program.isConnected():
            leave(2, "connect() returned without a connection")
        threading.Thread(target=program.run, daemon=True).start()
        if not program.ready.wait(TIMEOUT):
            leave(2, f"no nextValidId within {TIMEOUT} s")
        print("connected", flush=True)
        end = time.monotonic() + HOLD
        while program.isConnected() and time.monotonic() < end:
            time.sleep(0.02)
        if not program.isConnected():
            leave(0, "connection lost")

        """
}

extension String {
    /// Every occurrence of one text replaced by another.
    fileprivate func replacing(_ old: String, with new: String) -> String {
        var parts: [Substring] = []
        var rest = self[...]
        while let range = rest.firstRange(of: old) {
            parts.append(rest[..<range.lowerBound])
            rest = rest[range.upperBound...]
        }
        return (parts + [rest]).joined(separator: new)
    }
}
