internal import GatewayWire
internal import HTTPMessages

/// Proxies: their creation, changes and end.
extension ToxiproxyAPI {
    func listProxies() -> HTTPResponse {
        var line = JSONLine()
        for proxy in sortedProxies { line.addRaw(proxy.name, proxy.json) }
        return .json(line.finished)
    }

    func createProxy(_ body: [UInt8]) throws(ToxiproxyError) -> HTTPResponse {
        let input = try ProxyInput(try RequestFields(body: body, limits), limits)
        if let missing = input.missing { throw .missing(missing) }
        guard proxies[input.name] == nil else {
            throw ToxiproxyError(409, "proxy already exists")
        }
        return .json(try create(input).json, status: 201)
    }

    /// A change of the address or the server ends every connection; a change of nothing ends none.
    ///
    /// When the proxy cannot be opened as wanted, it stays as it was.
    func updateProxy(_ name: String, _ body: [UInt8]) throws(ToxiproxyError) -> HTTPResponse {
        let proxy = try proxy(name)
        let input = try ProxyInput(try RequestFields(body: body, limits), limits)
        if input.upstream == "" { throw .missing("upstream") }
        let upstream = input.upstream ?? proxy.upstream
        let listen = input.listen ?? proxy.listen
        let isSame = try isSame(listen, as: proxy.listen) && upstream == proxy.upstream
        let isEnabled = input.enabled ?? (proxy.open != nil)
        if !isEnabled { close(proxy) }
        if isEnabled, proxy.open == nil || !isSame {
            try open(proxy, listen: listen, upstream: upstream)
        } else if !isSame {
            proxy.listen = listen
            proxy.upstream = upstream
        }
        if !isSame { proxy.wantedListen = listen }
        return .json(proxy.json)
    }

    func deleteProxy(_ name: String) throws(ToxiproxyError) -> HTTPResponse {
        close(try proxy(name))
        proxies[name] = nil
        return .noContent
    }

    /// Adds what is new, leaves alone what is equal, and replaces what differs, in this order.
    func populate(_ body: [UInt8]) throws(ToxiproxyError) -> HTTPResponse {
        let value = try RequestFields.value(of: body, limits)
        var inputs: [ProxyInput] = []
        switch value.content {
        case .array(let values):
            for value in values {
                inputs.append(try ProxyInput(try RequestFields(value), limits))
            }
        case .null: break
        case .bool, .number, .string, .object: throw .badBody("this is no list")
        }
        for (index, input) in inputs.enumerated() {
            if let missing = input.missing { throw .missing("\(missing) at proxy \(index + 1)") }
        }
        var made: [ProxyRecord] = []
        for input in inputs {
            do throws(ToxiproxyError) {
                made.append(try populate(input))
            } catch {
                return Self.populated(made, after: error)
            }
        }
        return Self.populated(made)
    }

    /// Enables every proxy and removes every toxic; one that cannot be opened stops nothing else.
    func reset() throws(ToxiproxyError) -> HTTPResponse {
        var failure: ToxiproxyError?
        for proxy in sortedProxies {
            proxy.toxics = []
            proxy.open?.take([])
            guard proxy.open == nil else { continue }
            do throws(ToxiproxyError) {
                try open(proxy, listen: proxy.listen, upstream: proxy.upstream)
            } catch {
                failure = failure ?? error
            }
        }
        if let failure { throw failure }
        return .noContent
    }

    func close(_ proxy: ProxyRecord) {
        guard let open = proxy.open else { return }
        open.close()
        keepTraffic(of: proxy, open)
        proxy.open = nil
    }

    private static func populated(
        _ made: [ProxyRecord], after error: ToxiproxyError? = nil
    ) -> HTTPResponse {
        var line = JSONLine()
        if let error {
            line.add("error", error.text)
            line.add("status", error.status)
        }
        line.addRaw("proxies", JSONLine.array(made.map(\.json)))
        return .json(line.finished, status: error?.status ?? 201)
    }

    private func populate(_ input: ProxyInput) throws(ToxiproxyError) -> ProxyRecord {
        guard let old = proxies[input.name] else { return try create(input) }
        let listen = input.listen ?? ""
        // A port that was left open is the same wish when it is told again.
        let isListenEqual =
            if listen == old.wantedListen { true } else { try isSame(listen, as: old.listen) }
        if isListenEqual, input.upstream == old.upstream { return old }
        let new = ProxyRecord(name: input.name, listen: listen, upstream: input.upstream ?? "")
        if input.enabled ?? true {
            new.open = try replacement(
                of: old, listen: listen, upstream: new.upstream, toxics: [])
            new.listen = new.open?.listen ?? listen
        } else {
            close(old)
        }
        proxies[input.name] = new
        return new
    }

    private func create(_ input: ProxyInput) throws(ToxiproxyError) -> ProxyRecord {
        guard proxies.count < limits.maxProxies else {
            throw ToxiproxyError(503, "too many proxies: \(limits.maxProxies) at most")
        }
        let proxy = ProxyRecord(
            name: input.name, listen: input.listen ?? "", upstream: input.upstream ?? "")
        if input.enabled ?? true {
            try open(proxy, listen: proxy.listen, upstream: proxy.upstream)
        }
        proxies[proxy.name] = proxy
        return proxy
    }

    private func open(
        _ proxy: ProxyRecord, listen: String, upstream: String
    ) throws(ToxiproxyError) {
        let open = try replacement(
            of: proxy, listen: listen, upstream: upstream, toxics: proxy.toxics)
        proxy.open = open
        proxy.listen = open.listen
        proxy.upstream = upstream
    }

    /// Opens a proxy in place of one that may be open, which is closed.
    ///
    /// The old one stays as long as it is not in the way. When it had to go, and the new one cannot be
    /// opened, the old one is opened again; only its connections are gone then.
    private func replacement(
        of old: ProxyRecord, listen: String, upstream: String, toxics: [Toxic]
    ) throws(ToxiproxyError) -> any OpenProxy {
        let address = try hosting.address(of: listen)
        let wasOpen = old.open != nil
        if Self.port(of: address) == Self.port(of: old.listen) { close(old) }
        do throws(ToxiproxyError) {
            let new = try hosting.open(listen: address, upstream: upstream, toxics: toxics)
            close(old)
            return new
        } catch {
            if wasOpen, old.open == nil {
                old.open = try? hosting.open(
                    listen: old.listen, upstream: old.upstream, toxics: old.toxics)
            }
            throw error
        }
    }

    /// Whether both mean one address; an open port is never the same again.
    private func isSame(_ listen: String, as other: String) throws(ToxiproxyError) -> Bool {
        if listen == other { return true }
        let address = try hosting.address(of: listen)
        guard Self.port(of: address) != "0" else { return false }
        let known: String?
        do throws(ToxiproxyError) { known = try hosting.address(of: other) } catch { known = nil }
        return address == known
    }

    private static func port(of address: String) -> Substring {
        address.split(separator: ":").last ?? ""
    }
}

/// What a client says of a proxy.
struct ProxyInput {
    let name: String
    let listen: String?
    let upstream: String?
    let enabled: Bool?

    init(_ fields: RequestFields, _ limits: ToxiproxyLimits) throws(ToxiproxyError) {
        name = try fields.text("name", limits) ?? ""
        listen = try fields.text("listen", limits)
        upstream = try fields.text("upstream", limits)
        enabled = try fields.flag("enabled")
    }

    /// The field that a new proxy needs and that is not given.
    var missing: String? {
        if name.isEmpty { return "name" }
        return upstream?.isEmpty ?? true ? "upstream" : nil
    }
}
