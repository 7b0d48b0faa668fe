/// A message's values where they stand in its frame, without a copy of any.
///
/// The items of a message, and of each row of its groups, have places: those of the message have
/// place 0. Whoever asks has verified before that the message is well-formed.
package protocol PlacedFields: ~Copyable {
    /// What every question needs, fetched once for a message.
    associatedtype Context
    var context: Context { get }

    func value(of item: Int, isGroup: Bool, at place: Int, _ context: Context) -> PlacedValue

    /// The place of a group's row.
    ///
    /// - Parameter previous: The place of the row before it; it means nothing for the first.
    func place(ofRow row: Int, after previous: Int, in record: Int) -> Int
}

/// A value that has not been copied.
package enum PlacedValue {
    case absent
    /// Where in the body its text stands.
    case text(Range<Int>)
    /// Its text is a whole number.
    case whole(Int64)
    /// Its text is the number's `wireText`.
    case double(Double)
    /// A group with rows.
    case rows(record: Int, count: Int)
    /// A group without rows, and where its count stands.
    case noRows(Range<Int>)
}

/// How the items of a text message lie among its fields.
package struct TextItemPlaces {
    /// As long as the scanner's tables are there.
    fileprivate let scope: Unmanaged<TextScope>
}

/// The last text message.
extension MessageScanner: PlacedFields {
    package var context: TextItemPlaces {
        guard let scope = layouts.scope(of: messageID) else {
            preconditionFailure("the last frame was no text message")
        }
        return TextItemPlaces(scope: scope)
    }

    @inline(__always)
    package func value(
        of item: Int, isGroup: Bool, at place: Int, _ places: TextItemPlaces
    ) -> PlacedValue {
        let found = places.scope._withUnsafeGuaranteedRef { tape.entry(item, of: $0, at: place) }
        guard let entry = found else { return .absent }
        guard isGroup else { return .text(fields.range(of: entry)) }
        let (countField, rows) = tape.count(entry)
        return rows > 0 ? .rows(record: entry, count: rows) : .noRows(fields.range(of: countField))
    }

    package func place(ofRow row: Int, after previous: Int, in record: Int) -> Int {
        tape.place(ofRow: row, in: record)
    }
}
