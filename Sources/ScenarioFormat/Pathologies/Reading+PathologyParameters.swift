extension Reading {
    mutating func parameters(_ node: YAMLNode?) -> [PathologyParameter] {
        let entries = entries(node, of: "parameters") ?? []
        let parameters = entries.compactMap { parameter($0) }
        parametersAreRead = parameters.count == entries.count
        return parameters
    }

    private mutating func parameter(_ entry: YAMLEntry) -> PathologyParameter? {
        let keys = [
            "type", "default", "about", "choices", "at-least", "at-most", "unit", "or",
            "direction",
        ]
        guard
            let fields = fields(
                entry.value, of: "parameter '\(entry.key)'", keys: keys,
                required: ["type", "default", "about"]),
            let kind = parameterKind(fields)
        else { return nil }
        checkName(entry.key, of: "parameter", at: entry.keySpan)
        let values = items(fields["default"]).compactMap { text($0) }
        let parameter = PathologyParameter(
            name: entry.key, kind: kind, words: texts(fields["or"]),
            defaultValue: values.joined(separator: "+"), unit: text(fields["unit"]) ?? "",
            about: text(fields["about"]) ?? "")
        if let node = fields["default"], parameter.value(parameter.defaultValue) == nil {
            report(
                "the default of '\(entry.key)' is not one of its values", at: node.span,
                hint: parameter.hint(for: parameter.defaultValue))
        }
        return parameter
    }

    private mutating func parameterKind(_ fields: Fields) -> PathologyParameter.Kind? {
        let types = [
            "count", "integer", "number", "range", "duration", "text", "boolean", "choice", "list",
            "messages",
        ]
        switch word(fields["type"], "type", among: types) {
        case "count", "integer":
            let lowest = integer(fields["at-least"], in: 0...Int(Int32.max)) ?? 0
            let highest = integer(fields["at-most"], in: lowest...Int(Int32.max)) ?? .max
            return .integer(lowest...highest)
        case "number": return numberKind(fields)
        case "range": return .range
        case "duration": return durationKind(fields)
        case "text": return .text
        case "boolean": return .boolean
        case "choice": return .choice(texts(fields["choices"]))
        case "list": return .list
        case "messages":
            let ways = ["toClient", "toGateway"]
            return .messages(
                toClient: word(fields["direction"], "direction", among: ways) != ways[1])
        default: return nil
        }
    }

    private mutating func numberKind(_ fields: Fields) -> PathologyParameter.Kind {
        let most = Double.greatestFiniteMagnitude
        let lowest = number(fields["at-least"], in: -most...most) ?? 0
        let highest = number(fields["at-most"], in: lowest...most) ?? most
        return .number(lowest...max(lowest, highest))
    }

    private mutating func durationKind(_ fields: Fields) -> PathologyParameter.Kind {
        let lowest = duration(fields["at-least"]) ?? .zero
        let highest = duration(fields["at-most"]) ?? PathologyParameter.longest
        if let node = fields["at-most"], highest < lowest {
            report("'at-most' is below 'at-least'", at: node.span)
        }
        return .duration(lowest...max(lowest, highest))
    }
}
