/// What was found in the files of a raw capture besides their bytes, of all together.
struct RawCaptureTally {
    /// How many, and where the first is.
    private struct Places {
        var count = 0
        var first = ""

        mutating func add(_ more: Int, first place: @autoclosure () -> String) {
            if more > 0, count == 0 { first = place() }
            count += more
        }
    }

    private(set) var isDamaged = false
    private var emptyFiles = Places()
    private var plainFiles = Places()
    private var minuteless = Places()
    private var untimed = Places()
    private var setBack = Places()
    private var bodiless = Places()
    private var misfits = Places()
    private var beyond = Places()
    private var cutFiles = Places()
    private var unreadable = Places()

    mutating func add(_ found: RawCaptureConnection.Findings, _ name: RawCaptureName) {
        let file = name.text
        isDamaged = isDamaged || found.isDamaged
        if found.isEmpty { emptyFiles.add(1, first: "\(file).bin") }
        if !found.hasIndex, !found.isEmpty {
            plainFiles.add(1, first: "\(file).bin")
            if !name.isTimed { minuteless.add(1, first: "\(file).bin") }
        }
        func add(_ occurrences: Occurrences, _ place: String, to places: inout Places) {
            places.add(occurrences.count, first: "\(place) \(occurrences.first) of \(file)")
        }
        add(found.untimed, "frame", to: &untimed)
        add(found.setBack, "frame", to: &setBack)
        add(found.bodiless, "frame", to: &bodiless)
        add(found.misfits, "line", to: &misfits)
        add(found.beyond, "frame", to: &beyond)
        if found.isCut { cutFiles.add(1, first: "\(file).bin") }
        if let failure = found.failure { unreadable.add(1, first: "\(file): \(failure)") }
    }

    /// A file that cannot be opened.
    mutating func addUnreadable(_ name: RawCaptureName, _ error: CaptureError) {
        isDamaged = true
        guard case .cannotOpen(_, let reason) = error else { return }
        unreadable.add(1, first: "\(name.text): \(reason)")
    }

    /// In sentences.
    var notes: [String] {
        let sentences: [(Places, String)] = [
            (
                emptyFiles,
                "connections have no byte: the gateway was not heard on them, the first is"
            ),
            (
                plainFiles,
                "connections have no index (.idx), so times are missing: every message has the time "
                    + "at which the client began, the first is"
            ),
            (minuteless, "of these do not tell that time either: 1970-01-01 stands, the first is"),
            (
                untimed,
                "frames have no time in the index and got that of the frame before, the first is"
            ),
            (
                setBack,
                "frames came earlier than the frame before, as the index has it, and got its time, "
                    + "the first is"
            ),
            (
                bodiless,
                "frames lack their body or a part of it: it never came, or its reading failed, the "
                    + "first is"
            ),
            (
                misfits,
                "lines of an index do not agree with the bytes and were not used, the first is"
            ),
            (
                beyond,
                "frames that an index tells of are not in the .bin, which was cut, the first is"
            ),
            (cutFiles, "files end within a frame where the recorder does not stop, the first is"),
            (unreadable, "files cannot be read, the first is"),
        ]
        return sentences.filter { $0.0.count > 0 }.map { "\($0.0.count) \($0.1) \($0.0.first)" }
    }
}
