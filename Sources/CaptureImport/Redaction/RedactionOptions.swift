/// What an import hides.
package struct RedactionOptions: Hashable, Sendable {
    /// Account ids, replaced by stand-ins of the same length and kind.
    package var accounts = true
    /// Names that users chose, order references, and what people wrote, with e-mail addresses and
    /// telephone numbers in any text.
    package var texts = true
    /// What balances and quantities are multiplied by, so that sums and products with prices stay
    /// right; `nil` keeps them.
    package var amountFactor: Int?
    /// Stand-ins have the length of what they stand for.
    package var keepsLengths = false
    /// The gateway's connection time in the version reply, and the recording's own times.
    package var connectionTime = false

    package init() {}

    package static let nothing: RedactionOptions = {
        var options = RedactionOptions()
        options.accounts = false
        options.texts = false
        return options
    }()

    var hidesNothing: Bool { !accounts && !texts && amountFactor == nil }
}
