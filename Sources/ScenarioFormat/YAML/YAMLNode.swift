/// A piece of a YAML document with its place in the text.
struct YAMLNode: Hashable, Sendable {
    enum Content: Hashable, Sendable {
        /// Only a plain scalar may stand for a number or a boolean; a quoted one is text.
        case scalar(String, isPlain: Bool)
        case sequence([YAMLNode])
        case mapping([YAMLEntry])
    }

    let content: Content
    let span: SourceSpan
    /// Nodes in this subtree, itself and repeated ones included.
    let size: Int
    /// Levels below this node.
    let depth: Int

    init(_ content: Content, at span: SourceSpan) {
        self.content = content
        self.span = span
        let children: [YAMLNode] =
            switch content {
            case .scalar: []
            case .sequence(let items): items
            case .mapping(let entries): entries.map(\.value)
            }
        size = children.reduce(1) { $0 + $1.size }
        depth = children.reduce(0) { max($0, $1.depth + 1) }
    }

    /// What it is, for messages.
    var kind: String {
        switch content {
        case .scalar: "a single value"
        case .sequence: "a list"
        case .mapping: "a mapping"
        }
    }
}

/// One key of a mapping and what it holds.
struct YAMLEntry: Hashable, Sendable {
    let key: String
    let keySpan: SourceSpan
    let value: YAMLNode
}

/// Bounds on what a YAML text may make this program hold.
package struct YAMLLimits: Sendable {
    package var bytes = 1 << 20
    package var depth = 64
    /// Nodes counted as often as aliases repeat them.
    package var nodes = 100_000
    package var aliases = 256
    /// Nodes counted as often as the rows of a matrix repeat them.
    package var expandedNodes = 10_000_000

    package init() {}
}
