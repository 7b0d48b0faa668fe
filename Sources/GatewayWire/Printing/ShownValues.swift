/// What a reader takes a message's values to be from the `fields` of its JSON.
///
/// Names alone do not tell everything: items may share one, and some values are not shown. Writer
/// and reader follow the same rule, so that the writer knows what has to be added.
enum ShownValues {
    /// Where a value called `name` belongs: of several places that are free, the first whose
    /// conditions hold.
    static func place(
        of name: String, among items: [SchemaItem], _ values: [FieldValue]
    ) -> Int? {
        var free: [Int] = []
        for index in items.indices
        where items[index].name == name && values[index] == .absent
            && items[index].pairing != .protobufEcho
        {
            free.append(index)
        }
        guard free.count > 1 else { return free.first }
        return free.first { index in
            items[index].conditions.allSatisfy { $0.holds(in: items, values) }
        } ?? free.first
    }

    /// The values that `JSONLine` shows, where `place` puts them.
    static func values(_ items: [SchemaItem], _ values: [FieldValue]) -> [FieldValue] {
        var shown = [FieldValue](repeating: .absent, count: items.count)
        for (item, value) in zip(items, values)
        where value != .absent && item.pairing != .protobufEcho {
            guard let index = place(of: item.name, among: items, shown) else { continue }
            switch (items[index], value) {
            case (.field, .text), (.field, .bytes): shown[index] = value
            case (.group(let group), .group(let rows)):
                shown[index] = .group(rows.map { self.values(group.items, $0) })
            case (.group, .text): shown[index] = .group([])
            case (_, .absent), (.field, .group), (.group, .bytes): continue
            }
        }
        return shown
    }
}

/// A value that `fields` do not show, or show elsewhere.
struct HiddenValue {
    /// Items' names and, behind a group's, the row; each is JSON already.
    let path: [String]
    let value: FieldValue
    /// The group at `path`, if a group is there.
    let group: GroupSchema?

    /// All of a message's, in order.
    static func all(of message: Message) -> [HiddenValue] {
        let items = message.schema.items
        guard
            !message.schema.namesakes.areTold(items, message.values)
                || hidesSome(items, message.values)
        else { return [] }
        var found: [HiddenValue] = []
        compare(items, ShownValues.values(items, message.values), message.values, [], &found)
        return found
    }

    /// Its name; the second of one name has `#2` behind it.
    static func label(of index: Int, among items: [SchemaItem]) -> String {
        let name = items[index].name
        let earlierCount = items[..<index].count { $0.name == name }
        return earlierCount == 0 ? name : "\(name)#\(earlierCount + 1)"
    }

    // Helpers, in the order they are called.

    /// Whether there are echoes, or groups whose count is a text.
    private static func hidesSome(_ items: [SchemaItem], _ values: [FieldValue]) -> Bool {
        for (item, value) in zip(items, values) where value != .absent {
            if item.pairing == .protobufEcho { return true }
            guard case .group(let group) = item else { continue }
            guard case .group(let rows) = value else { return true }
            if rows.contains(where: { hidesSome(group.items, $0) }) { return true }
        }
        return false
    }

    private static func compare(
        _ items: [SchemaItem], _ shown: [FieldValue], _ values: [FieldValue], _ path: [String],
        _ found: inout [HiddenValue]
    ) {
        for (index, item) in items.enumerated() where shown[index] != values[index] {
            let place = path + [JSONLine.quoted(label(of: index, among: items))]
            guard case .group(let group) = item else {
                found.append(HiddenValue(path: place, value: values[index], group: nil))
                continue
            }
            var seen = shown[index]
            if case .group(let rows) = values[index] {
                if case .group(let shownRows) = seen, shownRows.count == rows.count {
                } else {
                    found.append(HiddenValue(path: place, value: values[index], group: group))
                    seen = .group(rows.map { ShownValues.values(group.items, $0) })
                }
                guard case .group(let shownRows) = seen else { continue }
                for row in rows.indices {
                    compare(group.items, shownRows[row], rows[row], place + [String(row)], &found)
                }
            } else {
                found.append(HiddenValue(path: place, value: values[index], group: group))
            }
        }
    }
}
