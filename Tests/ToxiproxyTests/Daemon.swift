import HTTPMessages

@testable import Toxiproxy

/// Proxies that open no socket.
final class PaperHosting: ProxyHosting {
    final class Proxy: OpenProxy {
        let listen: String
        let upstream: String
        var toxics: [Toxic]
        var traffic = ProxyTraffic()
        private(set) var isClosed = false
        private let onClose: () -> Void

        init(_ listen: String, _ upstream: String, _ toxics: [Toxic], onClose: @escaping () -> Void)
        {
            self.listen = listen
            self.upstream = upstream
            self.toxics = toxics
            self.onClose = onClose
        }

        func take(_ toxics: [Toxic]) { self.toxics = toxics }

        func close() {
            isClosed = true
            onClose()
        }
    }

    /// Ports that are taken, by anybody.
    var taken: Set<String> = []
    private(set) var opened: [Proxy] = []
    private var lastPort = 40_000

    func address(of listen: String) throws(ToxiproxyError) -> String {
        if listen.isEmpty { return "[::]:0" }
        guard let colon = listen.lastIndex(of: ":") else {
            throw ToxiproxyError(500, "listen tcp: address \(listen): missing port in address")
        }
        let host = String(listen[..<colon])
        let known = ["localhost": "127.0.0.1", "": "[::]", "0.0.0.0": "[::]"]
        return (known[host] ?? host) + listen[colon...]
    }

    func open(
        listen: String, upstream: String, toxics: [Toxic]
    ) throws(ToxiproxyError) -> any OpenProxy {
        var address = try address(of: listen)
        if address.hasSuffix(":0") {
            lastPort += 1
            address = address.dropLast() + String(lastPort)
        }
        let port = String(address.split(separator: ":").last ?? "")
        guard taken.insert(port).inserted else {
            throw ToxiproxyError(500, "listen tcp \(address): bind: address already in use")
        }
        let proxy = Proxy(address, upstream, toxics) { [unowned self] in taken.remove(port) }
        opened.append(proxy)
        return proxy
    }
}

/// The API on proxies that open no socket.
struct Daemon {
    /// The lines of its metrics.
    var metrics: [String] {
        var text = PrometheusText()
        api.addMetrics(to: &text)
        return text.lines
    }

    let hosting = PaperHosting()
    let api: ToxiproxyAPI

    init(limits: ToxiproxyLimits = ToxiproxyLimits()) {
        api = ToxiproxyAPI(hosting, seed: 1, limits: limits)
    }

    @discardableResult
    func ask(
        _ method: String, _ path: String, _ body: String = "", headers: [HTTPField] = []
    ) -> Answer {
        let response = api.response(
            to: HTTPRequest(method, path, headers: headers, body: Array(body.utf8)))
        return Answer(
            status: response?.status ?? 0,
            body: String(decoding: response?.body ?? [], as: UTF8.self),
            headers: response?.headers ?? [])
    }

    /// A proxy that listens on 127.0.0.1:7001.
    ///
    /// - Parameter name: As it stands in JSON.
    func makeProxy(_ name: String = "p") {
        ask(
            "POST", "/proxies",
            #"{"name":"\#(name)","listen":"localhost:7001","upstream":"db:1"}"#)
    }
}

/// What the API answers; status 0 when the path is not its own.
struct Answer: Equatable {
    let status: Int
    let body: String
    let headers: [HTTPField]

    func header(_ name: String) -> String? { headers.first { $0.name == name }?.value }
}
