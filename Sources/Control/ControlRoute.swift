import HTTPMessages

/// One thing that can be asked of the control port: the only description of it.
///
/// The router, the answers 404 and 405, the OpenAPI document and the documentation come from
/// `ControlRoute.all`.
struct ControlRoute: Sendable {
    /// A parameter of the path or the query.
    struct Parameter: Sendable {
        let name: String
        let meaning: String
        var example = ""
    }

    let method: String
    /// `{gateway}` stands for a part that varies.
    let path: String
    /// One line, beginning with a verb.
    let summary: String
    var query: [Parameter] = []
    /// A body, as it may be sent; `nil` when there is none.
    var body: String?
    /// What comes back, in words.
    let answers: String
    var status = 200
    let handle: @Sendable (ControlAPI, Call) throws(ControlProblem) -> HTTPReply

    /// A request that fits a route.
    struct Call {
        let request: HTTPRequest
        /// What stands at the places of the path that vary.
        let parameters: [String: String]

        subscript(_ name: String) -> String { parameters[name] ?? "" }

        func bodyText() throws(ControlProblem) -> String {
            guard let text = String(validating: request.body, as: UTF8.self) else {
                throw ControlProblem(400, "the body cannot be read", "it is no UTF-8")
            }
            return text
        }

        /// A whole number of the query, within a range.
        func integer(_ name: String, in range: ClosedRange<Int>) throws(ControlProblem) -> Int? {
            guard let text = request.query(name) else { return nil }
            guard let number = Int(text), range.contains(number) else {
                throw ControlProblem(
                    400, "the query cannot be read",
                    "'\(name)' is a whole number from \(range.lowerBound) to \(range.upperBound), not "
                        + "'\(text.prefix(40))'")
            }
            return number
        }
    }

    /// What stands at the places that vary; `nil` when the path is another one.
    func parameters(in segments: [String]) -> [String: String]? {
        let pattern = path.split(separator: "/")
        guard pattern.count == segments.count else { return nil }
        var parameters: [String: String] = [:]
        for (part, segment) in zip(pattern, segments) {
            if part.hasPrefix("{") {
                parameters[String(part.dropFirst().dropLast())] = segment
            } else if part != segment {
                return nil
            }
        }
        return parameters
    }
}
