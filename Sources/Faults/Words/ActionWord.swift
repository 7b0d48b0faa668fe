/// The one description of an action.
///
/// Reader, writer, checker, tests and documentation use it.
package struct ActionWord: Sendable {
    /// What an action is done to.
    package enum Scope: String, Sendable, CaseIterable {
        case message, connection, gateway, log
    }

    package let keyword: String
    package let scope: Scope
    /// What happens, in one sentence.
    package let summary: String
    package let form: WordForm
    /// The occasions at which it can act.
    ///
    /// A scenario that uses it at another occasion does not load.
    package let acts: Set<OccasionKind>
    /// Why it cannot act at other occasions, when its scope does not already tell.
    package let elsewhere: String
    /// How it is written in `do:`.
    package let example: String
    let make: @Sendable (WordArguments) -> FaultAction?
    let read: @Sendable (FaultAction) -> [String: ArgumentValue]?

    /// The action with these arguments; `nil` when a required one is missing.
    package func action(_ arguments: WordArguments) -> FaultAction? { make(arguments) }

    package static func named(_ keyword: String) -> ActionWord? {
        all.first { $0.keyword == keyword }
    }

    package static let keywords = all.map(\.keyword)

    /// Why the action cannot be done at this kind of occasion; `nil` when it can.
    package func objection(to occasion: OccasionKind) -> String? {
        if acts.contains(occasion) { return nil }
        switch scope {
        case .connection where !occasion.hasConnection: return "there is no connection"
        case .message:
            return occasion.hasMessage ? elsewhere : "there is no message"
        case .connection:
            return occasion == .clientRST || occasion == .gatewayEnd
                ? "the connection is gone" : elsewhere
        case .gateway, .log: return elsewhere
        }
    }
}

extension FaultAction {
    /// The action's word and arguments.
    package var described: (word: ActionWord, arguments: WordArguments) {
        for word in ActionWord.all {
            if let values = word.read(self) { return (word, WordArguments(values)) }
        }
        preconditionFailure("an action without a word: \(self)")
    }

    /// The word a scenario uses for it.
    package var keyword: String { described.word.keyword }
}

extension Set<OccasionKind> {
    static let anywhere = Set(OccasionKind.allCases)
    /// Connections whose client has not ended.
    static let living: Set = [
        .connect, .hello, .stranger, .phase, .toGateway, .toClient, .flow,
    ]
    static let messages: Set = [.toGateway, .toClient]
    /// Messages, and the answer to the hello.
    static let spoken: Set = [.hello, .toGateway, .toClient]
}
