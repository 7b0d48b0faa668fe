package import HTTPMessages

/// Decides who may use the control port.
///
/// Somebody who can open a socket on the machine may, when the port listens on loopback. A page of a web
/// site must not: its browser says where the page is from (`Origin`), and names the site that it
/// thinks it talks to (`Host`).
package struct AccessGuard: Sendable {
    /// What requests must show; `nil` when none is needed.
    private let token: String?

    /// - Parameter token: Wanted as `Authorization: Bearer TOKEN`, or as the query's `token`, which a
    ///   browser's event stream needs.
    package init(token: String?) {
        self.token = token
    }

    package var wantsToken: Bool { token != nil }

    /// Why a request is refused; `nil` when it is not.
    package func objection(to request: HTTPRequest) -> ControlProblem? {
        // The page itself holds nothing, and asks for the token where the address does not have it.
        if let token, request.path != "/" {
            let shown =
                request.header("Authorization").flatMap(Self.bearer) ?? request.query("token")
            guard let shown, Self.areEqual(shown, token) else {
                return ControlProblem(
                    401, "a token is needed", "send 'Authorization: Bearer TOKEN'")
            }
        }
        let host = request.header("Host") ?? ""
        if let origin = request.header("Origin"), !Self.isSame(origin, host) {
            return ControlProblem(
                403, "pages from elsewhere are refused",
                "the request comes from a page of '\(origin.prefix(200))'")
        }
        // Without a token the name tells whether a page was made to think that this is its site.
        if token == nil, !host.isEmpty, !Self.isNumericOrLocal(host) {
            return ControlProblem(
                403, "this is not the host that was asked for",
                "ask for a numeric address or localhost, not '\(host.prefix(200))', or set "
                    + "--control-token")
        }
        return nil
    }

    private static func bearer(_ header: String) -> String? {
        let parts = header.split(separator: " ", maxSplits: 1)
        guard parts.count == 2, parts[0].lowercased() == "bearer" else { return nil }
        return String(parts[1])
    }

    /// Takes the same time whatever differs.
    private static func areEqual(_ shown: String, _ token: String) -> Bool {
        let (one, other) = (Array(shown.utf8), Array(token.utf8))
        guard one.count == other.count else { return false }
        return zip(one, other).reduce(0) { $0 | ($1.0 ^ $1.1) } == 0
    }

    private static func isSame(_ origin: String, _ host: String) -> Bool {
        origin == "http://\(host)" || origin == "https://\(host)"
    }

    private static func isNumericOrLocal(_ host: String) -> Bool {
        if host.hasPrefix("[") { return true }
        let name = host.split(separator: ":", maxSplits: 1).first ?? ""
        if name.lowercased() == "localhost" { return true }
        let octets = name.split(separator: ".", omittingEmptySubsequences: false)
        return octets.count == 4 && octets.allSatisfy { UInt8($0) != nil }
    }
}
