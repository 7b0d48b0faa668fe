import HTTPMessages
import Pages

/// What a browser shows.
extension ControlRoute {
    static let page = [
        ControlRoute(
            method: "GET", path: "/", summary: "Show and steer the gateways in a browser",
            answers: "an HTML page, which needs no token",
            handle: { api, _ in .whole(.page(nonce: api.host.nonce())) })
    ]
}

extension HTTPResponse {
    /// The live page.
    ///
    /// It holds nothing of the gateways: it asks for that with the token of who looks at it. Only what
    /// has the nonce runs in it, and it can talk to nobody but the port that it comes from.
    fileprivate static func page(nonce: String) -> HTTPResponse {
        let policy =
            "default-src 'none'; script-src 'nonce-\(nonce)'; style-src 'nonce-\(nonce)'; "
            + "connect-src 'self'; img-src data:; base-uri 'none'; form-action 'none'; "
            + "frame-ancestors 'none'"
        return HTTPResponse(
            status: 200,
            headers: [
                HTTPField("Content-Type", "text/html; charset=utf-8"),
                HTTPField("Content-Security-Policy", policy),
                HTTPField("X-Content-Type-Options", "nosniff"),
                HTTPField("Referrer-Policy", "no-referrer"),
                HTTPField("Cache-Control", "no-store"),
            ],
            body: Array(Page.live.html(nonce: nonce).utf8))
    }
}
