/// Builds the tree of one YAML document, within limits.
///
/// Decides what is accepted of YAML: no tags, one document, keys that are single values and stand
/// once. What the keys mean is decided elsewhere.
struct YAMLReader: ~Copyable {
    private var events: YAMLEvents
    private let source: SourceText
    private let limits: YAMLLimits
    private var anchors: [String: YAMLNode] = [:]
    private var nodeCount = 0
    private var aliasCount = 0
    /// Lines that continue a text begun on an earlier line: a tab there is part of it.
    private var continuedLines: Set<Int> = []
    private var diagnostics: [Diagnostic] = []

    /// Reads the whole text.
    static func read(
        _ text: String, source: SourceText, limits: YAMLLimits
    ) throws(ScenarioError) -> YAMLNode {
        guard text.utf8.count <= limits.bytes else {
            throw ScenarioError([
                Diagnostic(
                    mark: source.mark(.start), length: 1,
                    message: "\(text.utf8.count) bytes; the most that is read is \(limits.bytes)",
                    sourceLine: nil)
            ])
        }
        var reader = YAMLReader(text: text, source: source, limits: limits)
        return try reader.document()
    }

    private init(text: String, source: SourceText, limits: YAMLLimits) {
        events = YAMLEvents(text: text)
        self.source = source
        self.limits = limits
    }

    private mutating func document() throws(ScenarioError) -> YAMLNode {
        _ = try next()
        let start = try next()
        guard case .documentStart = start.kind else {
            throw failure("the file is empty", at: .start)
        }
        let root = try node(try next(), depth: 0)
        _ = try next()
        let end = try next()
        if case .documentStart = end.kind {
            report(
                "a second document starts here", at: end.span,
                hints: ["one file holds one document: remove the '---'"])
        }
        if let tab = source.indentingTab(outside: continuedLines) {
            report("a tab in the indentation", at: tab, hints: ["indent with spaces"])
        }
        guard diagnostics.isEmpty else { throw ScenarioError(diagnostics) }
        return root
    }

    private mutating func node(
        _ event: YAMLEvent, depth: Int
    ) throws(ScenarioError) -> YAMLNode {
        guard depth <= limits.depth else {
            throw failure("nested deeper than \(limits.depth) levels", at: event.span)
        }
        if event.hasTag {
            report("tags such as '!!str' are not part of the format", at: event.span)
        }
        let node: YAMLNode
        switch event.kind {
        case .scalar(let text, let isPlain):
            if event.lastLine > event.span.line {
                continuedLines.formUnion(event.span.line + 1...event.lastLine)
            }
            node = YAMLNode(.scalar(text, isPlain: isPlain), at: event.span)
        case .sequenceStart: node = try sequence(event, depth: depth)
        case .mappingStart: node = try mapping(event, depth: depth)
        case .alias(let name): return try repeated(name, event, depth: depth)
        case .sequenceEnd, .mappingEnd, .documentStart, .documentEnd, .streamStart, .streamEnd:
            throw failure("a value is missing", at: event.span)
        }
        try count(1, at: event.span)
        if let anchor = event.anchor { anchors[anchor] = node }
        return node
    }

    private mutating func sequence(
        _ start: YAMLEvent, depth: Int
    ) throws(ScenarioError) -> YAMLNode {
        var items: [YAMLNode] = []
        while true {
            let event = try next()
            if case .sequenceEnd = event.kind { break }
            items.append(try node(event, depth: depth + 1))
        }
        return YAMLNode(.sequence(items), at: start.span)
    }

    private mutating func mapping(
        _ start: YAMLEvent, depth: Int
    ) throws(ScenarioError) -> YAMLNode {
        var entries: [YAMLEntry] = []
        var lines: [String: Int] = [:]
        while true {
            let event = try next()
            if case .mappingEnd = event.kind { break }
            let key = try node(event, depth: depth + 1)
            let value = try node(try next(), depth: depth + 1)
            guard case .scalar(let name, _) = key.content else {
                report("a key must be a single word, not \(key.kind)", at: key.span)
                continue
            }
            if let line = lines[name] {
                report(
                    "the key '\(name)' stands twice", at: key.span,
                    hints: ["it first stands on line \(line)"])
                continue
            }
            lines[name] = key.span.line
            entries.append(YAMLEntry(key: name, keySpan: key.span, value: value))
        }
        return YAMLNode(.mapping(entries), at: entries.first?.keySpan ?? start.span)
    }

    /// A copy of an anchored node, counted as if it were written out.
    private mutating func repeated(
        _ name: String, _ event: YAMLEvent, depth: Int
    ) throws(ScenarioError) -> YAMLNode {
        guard let node = anchors[name] else {
            throw failure("no complete '&\(name)' stands before '*\(name)'", at: event.span)
        }
        aliasCount += 1
        guard aliasCount <= limits.aliases else {
            throw failure("more than \(limits.aliases) aliases", at: event.span)
        }
        guard depth + node.depth <= limits.depth else {
            throw failure("nested deeper than \(limits.depth) levels", at: event.span)
        }
        try count(node.size, at: event.span)
        return node
    }

    private mutating func count(_ nodes: Int, at span: SourceSpan) throws(ScenarioError) {
        nodeCount += nodes
        guard nodeCount <= limits.nodes else {
            throw failure("more than \(limits.nodes) values, aliases written out", at: span)
        }
    }

    private mutating func next() throws(ScenarioError) -> YAMLEvent {
        do {
            return try events.next()
        } catch {
            var hints: [String] = []
            if let context = error.context {
                hints.append("\(context.message) on line \(context.span.line)")
            }
            if let tab = source.indentingTab(outside: []), tab.line == error.span.line {
                throw failure("a tab in the indentation", at: tab, hints: ["indent with spaces"])
            }
            // What was never closed is noticed at the end of the file, where there is nothing to see.
            if let context = error.context, source.isEnd(line: error.span.line) {
                throw failure("\(error.message) \(context.message)", at: context.span)
            }
            throw failure(error.message, at: error.span, hints: hints)
        }
    }

    private mutating func report(_ message: String, at span: SourceSpan, hints: [String] = []) {
        guard diagnostics.count < Reading.mostDiagnostics else { return }
        diagnostics.append(source.diagnostic(message, at: span, hints: hints))
    }

    private func failure(
        _ message: String, at span: SourceSpan, hints: [String] = []
    ) -> ScenarioError {
        ScenarioError(diagnostics + [source.diagnostic(message, at: span, hints: hints)])
    }
}
