import HTTPMessages

extension ControlRoute {
    /// In the order of the documentation.
    static let all: [ControlRoute] = page + gateways + rules + commands + events
}

extension HTTPReply {
    static func json(_ text: String, status: Int = 200) -> HTTPReply {
        .whole(.json(text, status: status))
    }

    static var done: HTTPReply { .whole(.noContent) }
}
