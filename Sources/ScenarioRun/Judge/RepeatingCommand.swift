package import EventLog

extension RunHeader {
    /// The command that plays the same again.
    ///
    /// - Parameter ownSpeed: The speed that the scenario itself asks for.
    package func repeatingCommand(ownSpeed: Double) -> String {
        "fakegw run \(Self.word(scenario)) --filter \(Self.word(title, quotes: true)) "
            + "--seed \(seed)" + (speed == ownSpeed ? "" : " --speed \(speedText)")
    }

    /// A text as one word of a shell.
    private static func word(_ text: String, quotes: Bool = false) -> String {
        let isPlain =
            !text.isEmpty
            && text.utf8.allSatisfy { byte in
                switch byte {
                case UInt8(ascii: "a")...UInt8(ascii: "z"), UInt8(ascii: "A")...UInt8(ascii: "Z"),
                    UInt8(ascii: "0")...UInt8(ascii: "9"), UInt8(ascii: "/"), UInt8(ascii: "."),
                    UInt8(ascii: "_"), UInt8(ascii: "-"), 0x80...0xFF:
                    true
                default: false
                }
            }
        return isPlain && !quotes ? text : "'\(text.replacing("'", with: #"'\''"#))'"
    }
}
