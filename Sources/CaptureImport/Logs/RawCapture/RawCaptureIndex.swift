/// The index of one file of a raw capture: a line for each frame.
///
/// `12,2026-01-15T14:31:07.123Z,4711,37`: the frame's number from 0, when its length was read, in UTC,
/// or the word `unknown`; where in the file its length stands, and what the length says.
struct RawCaptureIndex {
    struct Line: Equatable {
        /// Counted from 1, as packets are.
        let frame: Int
        /// `nil` when the recorder did not know it.
        let at: CaptureInstant?
        let offset: Int
        let length: Int

        init?(_ text: [UInt8]) {
            let line = text.last == UInt8(ascii: "\r") ? text.dropLast() : text[...]
            let fields = line.split(
                separator: UInt8(ascii: ","), omittingEmptySubsequences: false)
            guard fields.count == 4, let sequence = Self.number(fields[0]),
                let offset = Self.number(fields[2]), let length = Self.number(fields[3])
            else { return nil }
            let time = String(decoding: fields[1], as: UTF8.self)
            at = CaptureInstant(isoText: time)
            guard at != nil || time == "unknown" else { return nil }
            frame = sequence + 1
            self.offset = offset
            self.length = length
        }

        /// At most 15 digits, so that sums of such numbers cannot overflow.
        private static func number(_ text: ArraySlice<UInt8>) -> Int? {
            guard (1...15).contains(text.count) else { return nil }
            var number = 0
            for digit in text {
                guard (48...57).contains(digit) else { return nil }
                number = number * 10 + Int(digit - 48)
            }
            return number
        }
    }

    /// What is read of a line; the longest has 70 bytes.
    private static let maxLineBytes = 128

    private let file: PlainFile
    private var lineNumber = 0
    /// Lines that tell nothing about the bytes, by their numbers.
    private(set) var misfits = Occurrences()

    /// - Returns: `nil` when there is none that can be opened.
    init?(path: String) {
        guard FileReading.isRegular(path), let file = try? PlainFile(path: path) else {
            return nil
        }
        self.file = file
    }

    /// Why reading stopped before the end, once it has.
    var failure: String? { file.failure }

    /// The next line that can be read; `nil` at the end.
    mutating func next() -> Line? {
        while let text = file.takeLine(maxBytes: Self.maxLineBytes) {
            lineNumber += 1
            if let line = Line(text) { return line }
            reject()
        }
        return nil
    }

    /// The line that `next` has returned last does not agree with the bytes.
    mutating func reject() { misfits.add(lineNumber) }
}
