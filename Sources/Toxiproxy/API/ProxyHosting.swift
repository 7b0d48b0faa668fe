/// Why a request cannot be done: what its answer says.
package struct ToxiproxyError: Error, Hashable, Sendable {
    /// Of HTTP.
    package let status: Int
    package let text: String

    package init(_ status: Int, _ text: String) {
        self.status = status
        self.text = text
    }

    static let noProxy = ToxiproxyError(404, "proxy not found")
    static let noToxic = ToxiproxyError(404, "toxic not found")
    static func badBody(_ reason: String) -> ToxiproxyError {
        ToxiproxyError(400, "bad request body: \(reason)")
    }
    static func missing(_ field: String) -> ToxiproxyError {
        ToxiproxyError(400, "missing required field: \(field)")
    }
}

/// Opens proxies for the API; it has the sockets.
package protocol ProxyHosting: AnyObject {
    /// The address that a client means: `127.0.0.1:3310` for `localhost:3310`, `[::]:3310` for `:3310`
    /// and `0.0.0.0:3310`.
    ///
    /// - Throws: 500 when it is none.
    func address(of listen: String) throws(ToxiproxyError) -> String

    /// Opens a proxy that passes what it gets through these toxics.
    ///
    /// - Throws: 500 when it cannot listen there.
    func open(
        listen: String, upstream: String, toxics: [Toxic]
    ) throws(ToxiproxyError) -> any OpenProxy
}

/// A proxy that listens.
package protocol OpenProxy: AnyObject {
    /// Where it listens, with the port that it really has.
    var listen: String { get }
    var traffic: ProxyTraffic { get }

    /// Works with these toxics from now on.
    func take(_ toxics: [Toxic])

    /// Closes its port and every connection at once.
    func close()
}
