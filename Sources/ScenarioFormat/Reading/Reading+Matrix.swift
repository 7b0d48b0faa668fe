/// One row of a matrix: its variables in the order of the file, and whether the title shows them.
typealias MatrixRow = [(name: String, value: VariableValue, isInTitle: Bool)]

extension Reading {
    private static let mostRows = 10_000

    /// The rows of `matrix:`; a single empty one without it.
    ///
    /// A mapping of axes gives every combination of their values, without those that `except` lists; a
    /// list gives the rows as they are.
    mutating func matrix(_ node: YAMLNode?) -> [MatrixRow] {
        guard let node else { return [[]] }
        if case .sequence(let rows) = node.content {
            if rows.isEmpty { report("the matrix has no row", at: node.span) }
            return rows.map { variables(of: $0) }
        }
        var rows: [MatrixRow] = [[]]
        let entries = entries(node, of: "matrix") ?? []
        for axis in entries where axis.key != Self.exceptKey {
            let values = Self.titled(
                items(axis.value).map { value in
                    if case .mapping = value.content { return variables(of: value) }
                    return variable(axis.key, value, at: axis.keySpan)
                }, by: axis.key)
            if values.isEmpty { report("the axis '\(axis.key)' has no value", at: axis.keySpan) }
            guard rows.count * values.count <= Self.mostRows else {
                report("the matrix has more than \(Self.mostRows) rows", at: axis.keySpan)
                return []
            }
            rows = rows.flatMap { row in values.map { row + $0 } }
        }
        for name in Self.repeatedNames(in: rows.first ?? []) {
            report("two axes set the variable '\(name)'", at: node.span)
        }
        guard let exception = entries.first(where: { $0.key == Self.exceptKey }) else {
            return rows
        }
        let left = without(exception.value, rows)
        if left.isEmpty, !rows.isEmpty {
            report("'except' leaves no row of the matrix", at: exception.keySpan)
        }
        return left
    }

    private static let exceptKey = "except"

    /// The rows that no entry of `except` describes.
    ///
    /// An entry names variables and values, each one value or a list. It describes the rows that agree in
    /// all of them.
    private mutating func without(_ node: YAMLNode, _ rows: [MatrixRow]) -> [MatrixRow] {
        let known = Set(rows.flatMap { $0.map(\.name) })
        var left = rows
        for item in items(node) {
            var wanted: [String: Set<String>] = [:]
            var isRead = true
            for entry in entries(item, of: "except") ?? [] {
                if !known.contains(entry.key) {
                    reportUnknown(
                        "no axis of the matrix sets the variable '\(entry.key)'", entry.key,
                        among: known.sorted(), called: "Variables", at: entry.keySpan)
                    isRead = false
                }
                let values = items(entry.value).flatMap { value in
                    variable(entry.key, value, at: entry.keySpan).map(\.value.text)
                }
                wanted[entry.key] = Set(values)
            }
            guard isRead, !wanted.isEmpty else { continue }
            func isDescribed(_ row: MatrixRow) -> Bool {
                wanted.allSatisfy { name, values in
                    row.contains { $0.name == name && values.contains($0.value.text) }
                }
            }
            if !rows.contains(where: isDescribed) {
                report("this leaves out no row of the matrix", at: item.span)
            }
            left.removeAll(where: isDescribed)
        }
        return left
    }

    /// Shows only the variable with the name of the axis in the title, when it differs in every
    /// value.
    private static func titled(_ values: [MatrixRow], by axis: String) -> [MatrixRow] {
        let texts = values.compactMap { value in value.first { $0.name == axis }?.value.text }
        guard texts.count == values.count, Set(texts).count == texts.count else { return values }
        return values.map { value in
            value.map { (name: $0.name, value: $0.value, isInTitle: $0.name == axis) }
        }
    }

    private mutating func variables(of node: YAMLNode) -> MatrixRow {
        (entries(node, of: "matrix row") ?? []).flatMap {
            variable($0.key, $0.value, at: $0.keySpan)
        }
    }

    private mutating func variable(
        _ name: String, _ node: YAMLNode, at span: SourceSpan
    ) -> MatrixRow {
        checkName(name, of: "variable", at: span)
        guard case .scalar(let text, let isPlain) = node.content else {
            report("expected a single value, found \(node.kind)", at: node.span)
            return []
        }
        let value = withEnvironment(text, at: node.span)
        return [(name, .scalar(value, isPlain: isPlain), true)]
    }

    private static func repeatedNames(in row: MatrixRow) -> [String] {
        var seen: Set<String> = []
        return row.map(\.name).filter { !seen.insert($0).inserted }
    }
}
