internal import EventLog
internal import Faults

/// A document being turned into values: the mistakes found so far and the variables in force.
///
/// Every getter reports what is wrong and returns `nil`; whoever started the reading throws once,
/// at the end, when anything was reported.
struct Reading {
    let source: SourceText
    let catalogue: PathologyCatalogue
    var variables: [String: VariableValue]
    /// How variables came to be: named in messages about unknown ones.
    let variablesComeFrom: String
    /// The environment variables that the text may ask for; `nil` where none may stand.
    let environment: [String: String]?
    var names = ScenarioNames()
    /// Names of the gateways read so far.
    ///
    /// A later gateway can name one of them as its upstream.
    var openedNames: [String] = []
    /// The rules of the gateway or pathology that were read so far.
    ///
    /// A later rule can name one of them.
    var earlierRules: [FaultRule] = []
    /// The prefix of their names: the pathology that they belong to.
    var rulePrefix = ""
    /// The pathology that is read.
    var pathologyName = ""
    /// Places that name a client program before the programs are read.
    var mentionedClients: [(name: String, span: SourceSpan)] = []
    /// Places that name a farm before the settings are read.
    var mentionedFarms: [(name: String, span: SourceSpan)] = []
    /// Whether all parameters of a pathology could be read.
    var parametersAreRead = true
    private(set) var diagnostics: [Diagnostic] = []

    init(
        source: SourceText, catalogue: PathologyCatalogue,
        variables: [String: VariableValue] = [:],
        variablesComeFrom: String = "'matrix'", environment: [String: String]? = nil
    ) {
        self.environment = environment
        self.source = source
        self.catalogue = catalogue
        self.variables = variables
        self.variablesComeFrom = variablesComeFrom
    }

    /// Enough to work on; a file with more is not looked at to its end.
    static let mostDiagnostics = 200

    mutating func report(_ message: String, at span: SourceSpan, hint: String? = nil) {
        guard diagnostics.count < Self.mostDiagnostics else { return }
        diagnostics.append(
            source.diagnostic(message, at: span, hints: hint.map { [$0] } ?? []))
    }

    /// Reports a word that is none of the allowed ones.
    mutating func reportUnknown(
        _ message: String, _ word: String, among words: [String], called plural: String,
        at span: SourceSpan
    ) {
        guard diagnostics.count < Self.mostDiagnostics else { return }
        report(
            message, at: span,
            hint: Suggestion.hint(for: word, among: words, called: plural))
    }

    func mark(_ span: SourceSpan) -> SourceMark { source.mark(span) }

    func throwIfAny() throws(ScenarioError) {
        if !diagnostics.isEmpty { throw ScenarioError(diagnostics) }
    }
}

/// A mapping whose keys have been checked.
struct Fields {
    let span: SourceSpan
    private let entries: [String: YAMLEntry]

    init(_ entries: [YAMLEntry], at span: SourceSpan) {
        self.span = span
        self.entries = Dictionary(entries.map { ($0.key, $0) }, uniquingKeysWith: { one, _ in one })
    }

    subscript(_ key: String) -> YAMLNode? { entries[key]?.value }
    func keySpan(_ key: String) -> SourceSpan { entries[key]?.keySpan ?? span }

    /// Which of the given keys stand here, in the order asked.
    func present(_ keys: [String]) -> [String] { keys.filter { entries[$0] != nil } }
}

extension Reading {
    /// Reads a closed mapping: every key is known and the required ones are there.
    mutating func fields(
        _ node: YAMLNode?, of what: String, keys: [String], required: [String] = []
    ) -> Fields? {
        guard let node, let entries = entries(node, of: what) else { return nil }
        var meant: Set<String> = []
        for entry in entries where !keys.contains(entry.key) {
            if let near = Suggestion.nearest(to: entry.key, among: keys) { meant.insert(near) }
            reportUnknown(
                "\(what) has no key '\(entry.key)'", entry.key, among: keys, called: "Keys",
                at: entry.keySpan)
        }
        // A misspelt key is one mistake, not a second one about the key it should be.
        for key in required
        where !meant.contains(key) && !entries.contains(where: { $0.key == key }) {
            report("\(what) needs the key '\(key)'", at: node.span)
        }
        return Fields(entries, at: node.span)
    }

    /// The entries of a mapping whose keys are free names.
    mutating func entries(_ node: YAMLNode?, of what: String) -> [YAMLEntry]? {
        guard let node else { return nil }
        guard case .mapping(let entries) = node.content else {
            report("\(what): expected a mapping, found \(node.kind)", at: node.span)
            return nil
        }
        return entries
    }

    /// The one entry of a mapping such as `{delay: 500ms}`.
    mutating func onlyEntry(_ node: YAMLNode, of what: String) -> YAMLEntry? {
        guard let entries = entries(node, of: what) else { return nil }
        guard entries.count == 1 else {
            report("\(what): expected one key, found \(entries.count)", at: node.span)
            return nil
        }
        return entries[0]
    }

    mutating func sequence(_ node: YAMLNode?, of what: String) -> [YAMLNode] {
        guard let node else { return [] }
        guard case .sequence(let items) = node.content else {
            report("\(what): expected a list, found \(node.kind)", at: node.span)
            return []
        }
        return items
    }

    /// A list's items; a single value counts as a list of one.
    mutating func items(_ node: YAMLNode?) -> [YAMLNode] {
        guard let node else { return [] }
        switch node.content {
        case .sequence(let items): return items
        case .mapping: return [node]
        case .scalar(let text, _):
            guard case .list(let texts) = wholeVariable(text) else { return [node] }
            return texts.map { YAMLNode(.scalar($0, isPlain: true), at: node.span) }
        }
    }
}
