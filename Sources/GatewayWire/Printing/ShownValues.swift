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
    static func values(
        _ items: [SchemaItem], _ namesakes: Namesakes, _ values: [FieldValue]
    ) -> [FieldValue] {
        var shown = [FieldValue](repeating: .absent, count: items.count)
        for item in values.indices where !namesakes.areEchoes[item] {
            let value = values[item]
            if case .absent = value { continue }
            let free =
                namesakes.areShared[item]
                ? place(of: items[item].name, among: items, shown) : item
            guard let index = free else { continue }
            switch (namesakes.rows[index], value) {
            case (nil, .text), (nil, .bytes): shown[index] = value
            case (let inside?, .group(let rows)):
                guard case .group(let group) = items[index] else { continue }
                shown[index] = .group(rows.map { self.values(group.items, inside, $0) })
            case (.some, .text): shown[index] = .group([])
            case (_, .absent), (nil, .group), (.some, .bytes): continue
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
        let namesakes = message.schema.namesakes
        guard !namesakes.areTold(items, message.values) || hidesSome(namesakes, message.values)
        else { return [] }
        var found: [HiddenValue] = []
        let shown = ShownValues.values(items, namesakes, message.values)
        compare(items, namesakes, shown, message.values, [], &found)
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
    private static func hidesSome(_ namesakes: Namesakes, _ values: [FieldValue]) -> Bool {
        for item in values.indices {
            if case .absent = values[item] { continue }
            if namesakes.areEchoes[item] { return true }
            guard let inside = namesakes.rows[item] else { continue }
            guard case .group(let rows) = values[item] else { return true }
            if rows.contains(where: { hidesSome(inside, $0) }) { return true }
        }
        return false
    }

    private static func compare(
        _ items: [SchemaItem], _ namesakes: Namesakes, _ shown: [FieldValue],
        _ values: [FieldValue], _ path: [String], _ found: inout [HiddenValue]
    ) {
        for index in items.indices where shown[index] != values[index] {
            let place = path + [JSONLine.quoted(label(of: index, among: items))]
            guard case .group(let group) = items[index], let inside = namesakes.rows[index] else {
                found.append(HiddenValue(path: place, value: values[index], group: nil))
                continue
            }
            var seen = shown[index]
            if case .group(let rows) = values[index] {
                if case .group(let shownRows) = seen, shownRows.count == rows.count {
                } else {
                    found.append(HiddenValue(path: place, value: values[index], group: group))
                    seen = .group(rows.map { ShownValues.values(group.items, inside, $0) })
                }
                guard case .group(let shownRows) = seen else { continue }
                for row in rows.indices {
                    compare(
                        group.items, inside, shownRows[row], rows[row], place + [String(row)],
                        &found)
                }
            } else {
                found.append(HiddenValue(path: place, value: values[index], group: group))
            }
        }
    }
}
