import GatewayWire

/// One whole answer.
package struct HTTPResponse: Hashable, Sendable {
    package var status: Int
    /// `Content-Type` among them.
    package var headers: [HTTPField]
    package var body: [UInt8]

    package init(status: Int, headers: [HTTPField] = [], body: [UInt8] = []) {
        self.status = status
        self.headers = headers
        self.body = body
    }

    package init(status: Int = 200, type: String, text: String) {
        self.init(
            status: status, headers: [HTTPField("Content-Type", type)], body: Array(text.utf8))
    }

    package static func json(_ text: String, status: Int = 200) -> HTTPResponse {
        HTTPResponse(status: status, type: "application/json", text: text)
    }

    /// Done, and there is nothing to say.
    package static let noContent = HTTPResponse(status: 204)

    /// What went wrong, as RFC 9457 has it.
    ///
    /// - Parameters:
    ///   - title: The same words for every error of its kind.
    ///   - detail: What is wrong this time, and what to do next.
    package static func problem(
        _ status: Int, _ title: String, _ detail: String, headers: [HTTPField] = []
    ) -> HTTPResponse {
        var line = JSONLine()
        line.add("type", "about:blank")
        line.add("title", title)
        line.add("status", status)
        line.add("detail", detail)
        return HTTPResponse(
            status: status,
            headers: [HTTPField("Content-Type", "application/problem+json")] + headers,
            body: Array((line.finished + "\n").utf8))
    }
}
