extension String {
    /// The text as one line that a terminal shows and does not obey.
    ///
    /// A client or a gateway can put anything into a field. Control characters, the second set from
    /// U+0080 included, line separators and marks that turn the direction of text are written out:
    /// `\n`, `\u{1b}`. So nobody can forge a line of a log.
    package var printable: String {
        // Bytes that these characters begin with, or are.
        let isPlain = utf8.allSatisfy {
            (0x20...0x7E).contains($0) || ($0 > 0x7F && $0 != 0xC2 && $0 != 0xE2)
        }
        if isPlain { return self }
        var text = ""
        for scalar in unicodeScalars {
            switch scalar {
            case "\n": text += "\\n"
            case "\r": text += "\\r"
            case "\t": text += " "
            case "\0"..."\u{1F}", "\u{7F}"..."\u{9F}", "\u{200E}", "\u{200F}",
                "\u{2028}"..."\u{202E}", "\u{2066}"..."\u{2069}":
                text += "\\u{\(String(scalar.value, radix: 16))}"
            default: text.unicodeScalars.append(scalar)
            }
        }
        return text
    }
}
