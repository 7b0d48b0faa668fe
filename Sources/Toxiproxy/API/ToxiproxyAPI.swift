internal import GatewayWire
package import HTTPMessages
internal import Simulation

/// Toxiproxy's HTTP API (2.12), on proxies that somebody else opens.
///
/// It keeps the proxies and their toxics, and decides what a request does. The errors are typed
/// `text/plain`, because one client aborts on others.
package final class ToxiproxyAPI {
    /// The release whose API this is.
    package static let version = "2.12.0"

    let hosting: any ProxyHosting
    let limits: ToxiproxyLimits
    var proxies: [String: ProxyRecord] = [:]
    var lastToxic = 0
    /// What proxies have moved that do not listen any more.
    var past: [TrafficSeries: ProxyTraffic] = [:]
    private var random: SeededRandom

    package init(
        _ hosting: any ProxyHosting, seed: UInt64, limits: ToxiproxyLimits = ToxiproxyLimits()
    ) {
        self.hosting = hosting
        self.limits = limits
        random = SeededRandom(seed: seed).stream("toxiproxy request")
    }

    /// Answers a request.
    ///
    /// - Returns: `nil` when the path is none of this API.
    package func response(to request: HTTPRequest) -> HTTPResponse? {
        switch ToxiproxyRoute.match(request.path) {
        case .foreign: return nil
        case .unknown: return Self.plain(404, "404 page not found")
        case .moved(let path):
            return HTTPResponse(status: 301, headers: [HTTPField("Location", path)])
        case .route(let route):
            guard let work = work(route, request) else { return HTTPResponse(status: 405) }
            var response = guarded(request, work)
            response.headers.append(HTTPField("X-Toxiproxy-Request-Id", requestID()))
            return response
        }
    }

    var sortedProxies: [ProxyRecord] {
        proxies.values.sorted { Array($0.name.utf8).lexicographicallyPrecedes(Array($1.name.utf8)) }
    }

    func proxy(_ name: String) throws(ToxiproxyError) -> ProxyRecord {
        guard let proxy = proxies[name] else { throw .noProxy }
        return proxy
    }

    private typealias Work = () throws(ToxiproxyError) -> HTTPResponse

    /// `nil` when the route does not know the method.
    private func work(_ route: ToxiproxyRoute, _ request: HTTPRequest) -> Work? {
        let body = request.body
        switch (request.method, route) {
        case ("GET", .version): return { () throws(ToxiproxyError) in Self.versionResponse }
        case ("POST", .reset):
            return { [self] () throws(ToxiproxyError) in try reset() }
        case ("POST", .populate):
            return { [self] () throws(ToxiproxyError) in try populate(body) }
        case ("GET", .proxies):
            return { [self] () throws(ToxiproxyError) in listProxies() }
        case ("POST", .proxies):
            return { [self] () throws(ToxiproxyError) in try createProxy(body) }
        case ("GET", .proxy(let name)):
            return { [self] () throws(ToxiproxyError) in .json(try proxy(name).json) }
        case ("POST", .proxy(let name)), ("PATCH", .proxy(let name)):
            return { [self] () throws(ToxiproxyError) in try updateProxy(name, body) }
        case ("DELETE", .proxy(let name)):
            return { [self] () throws(ToxiproxyError) in try deleteProxy(name) }
        case ("GET", .toxics(let name)):
            return { [self] () throws(ToxiproxyError) in try listToxics(name) }
        case ("POST", .toxics(let name)):
            return { [self] () throws(ToxiproxyError) in try createToxic(name, body) }
        case ("GET", .toxic(let toxic, let name)):
            return { [self] () throws(ToxiproxyError) in try showToxic(toxic, of: name) }
        case ("POST", .toxic(let toxic, let name)), ("PATCH", .toxic(let toxic, let name)):
            return { [self] () throws(ToxiproxyError) in try updateToxic(toxic, of: name, body) }
        case ("DELETE", .toxic(let toxic, let name)):
            return { [self] () throws(ToxiproxyError) in try deleteToxic(toxic, of: name) }
        default: return nil
        }
    }

    /// A page in a browser must not steer proxies: browsers are refused, and so are requests that come
    /// from another site's page.
    private func guarded(_ request: HTTPRequest, _ work: Work) -> HTTPResponse {
        if request.header("User-Agent")?.hasPrefix("Mozilla/") ?? false {
            return Self.plain(403, "User agent not allowed")
        }
        if let origin = request.header("Origin"), let host = request.header("Host"),
            origin != "http://\(host)"
        {
            return Self.plain(403, "Origin not allowed")
        }
        do throws(ToxiproxyError) {
            return try work()
        } catch {
            return Self.failure(error)
        }
    }

    /// `title` repeats the text for clients from before 2.1.
    private static func failure(_ error: ToxiproxyError) -> HTTPResponse {
        var line = JSONLine()
        line.add("error", error.text)
        line.add("status", error.status)
        line.add("title", error.text)
        return plain(error.status, line.finished)
    }

    private static func plain(_ status: Int, _ text: String) -> HTTPResponse {
        HTTPResponse(
            status: status,
            headers: [
                HTTPField("Content-Type", "text/plain; charset=utf-8"),
                HTTPField("X-Content-Type-Options", "nosniff"),
            ], body: Array((text + "\n").utf8))
    }

    private static var versionResponse: HTTPResponse {
        HTTPResponse(
            type: "application/json;charset=utf-8", text: "{\"version\": \"\(version)\"}\n")
    }

    private func requestID() -> String {
        let digits = Array("0123456789abcdefghijklmnopqrstuv")
        return String((0..<20).map { _ in digits[Int(random.next() % 32)] })
    }
}
