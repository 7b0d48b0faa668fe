/// Items of one object that share a name, not counting echoes.
package final class Namesakes: Sendable {
    private let sets: [[Int]]
    /// Groups with such items in their rows.
    private let groups: [(item: Int, items: [SchemaItem], inside: Namesakes)]

    /// By item: whether another one has its name.
    let areShared: [Bool]
    /// By item: the one before it that has its name, echoes included.
    private let earlier: [Int?]
    /// By item: whether it repeats what another item says.
    let areEchoes: [Bool]
    /// By item: of a group, the namesakes in its rows.
    let rows: [Namesakes?]

    var isEmpty: Bool { sets.isEmpty && groups.isEmpty }

    init(_ items: [SchemaItem]) {
        var places: [String: [Int]] = [:]
        for (index, item) in items.enumerated() where item.pairing != .protobufEcho {
            places[item.name, default: []].append(index)
        }
        sets = places.values.filter { $0.count > 1 }.sorted { $0[0] < $1[0] }
        earlier = Self.earlier(items)
        areShared = items.map { (places[$0.name] ?? []).count > 1 }
        areEchoes = items.map { $0.pairing == .protobufEcho }
        let rows = items.map { item in
            if case .group(let group) = item { Namesakes(group.items) } else { nil as Namesakes? }
        }
        self.rows = rows
        groups = items.enumerated().compactMap { index, item in
            guard item.pairing != .protobufEcho, case .group(let group) = item,
                let inside = rows[index], !inside.isEmpty
            else { return nil }
            return (index, group.items, inside)
        }
    }

    /// By item: the one before it that has its name, echoes included.
    package static func earlier(_ items: [SchemaItem]) -> [Int?] {
        var last: [String: Int] = [:]
        return items.enumerated().map { last.updateValue($0, forKey: $1.name) }
    }

    /// Whether all values are texts, or rows of such, and names in their order tell whose they are.
    func areTexts(_ values: [FieldValue]) -> Bool {
        for item in values.indices {
            switch (rows[item], values[item]) {
            case (_, .absent): continue
            case (nil, .text), (.some, .group):
                if let first = earlier[item], case .absent = values[first] { return false }
                guard let inside = rows[item], case .group(let content) = values[item] else {
                    continue
                }
                guard content.allSatisfy(inside.areTexts) else { return false }
            case (nil, .bytes), (nil, .group), (.some, .text), (.some, .bytes): return false
            }
        }
        return true
    }

    /// Whether a reader puts every value of a shared name where it is.
    ///
    /// It does when only one of the namesakes has a value, and is the first whose conditions hold.
    func areTold(_ items: [SchemaItem], _ values: [FieldValue]) -> Bool {
        for set in sets {
            let present = set.filter { if case .absent = values[$0] { false } else { true } }
            guard let only = present.first else { continue }
            let first = set.first { index in
                items[index].conditions.allSatisfy { $0.holds(in: items, values) }
            }
            guard present.count == 1, first == only else { return false }
        }
        for (item, items, inside) in groups {
            guard case .group(let rows) = values[item] else { continue }
            guard rows.allSatisfy({ inside.areTold(items, $0) }) else { return false }
        }
        return true
    }
}
