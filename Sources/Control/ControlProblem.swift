package import GatewayModel
package import HTTPMessages
package import ScenarioFormat

/// Why a request cannot be done.
package struct ControlProblem: Error, Hashable, Sendable {
    package let status: Int
    /// The same words for every problem of its kind.
    package let title: String
    /// What is wrong this time, and what to do next.
    package let detail: String
    /// Methods that the path has, for 405.
    package var allowed: [String] = []

    package init(_ status: Int, _ title: String, _ detail: String) {
        self.status = status
        self.title = title
        self.detail = detail
    }

    /// A body that could not be read, with every mistake and its place.
    package init(_ error: ScenarioError) {
        self.init(400, "the body cannot be read", error.description)
    }

    /// A command that the gateway does not obey.
    package init(_ refusal: CommandRefusal) {
        let status =
            switch refusal.kind {
            case .unknown: 404
            case .conflict: 409
            case .unsupported: 501
            }
        self.init(status, "the gateway does not obey", refusal.text)
    }

    package var response: HTTPResponse {
        let allow = allowed.isEmpty ? [] : [HTTPField("Allow", allowed.joined(separator: ", "))]
        return .problem(status, title, detail, headers: allow)
    }
}
