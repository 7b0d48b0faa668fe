import HTTPMessages

/// What a path of the API names.
enum ToxiproxyRoute: Equatable {
    case version, reset, populate, proxies
    case proxy(String)
    case toxics(of: String)
    case toxic(String, of: String)

    /// What comes of a path.
    enum Match: Equatable {
        /// Somebody else's.
        case foreign
        case unknown
        /// The same place has another path.
        case moved(to: String)
        case route(ToxiproxyRoute)
    }

    static func match(_ path: String) -> Match {
        let parts = path.split(separator: "/", omittingEmptySubsequences: false).dropFirst()
        let clean = cleaned(parts)
        guard let first = clean.first,
            ["version", "reset", "populate", "proxies"].contains(first)
        else { return .foreign }
        let isClean =
            parts.dropLast().allSatisfy { !["", ".", ".."].contains($0) }
            && ![".", ".."].contains(parts.last)
        guard isClean else {
            let slash = ["", ".", ".."].contains(parts.last) ? "/" : ""
            return .moved(to: "/" + clean.joined(separator: "/") + slash)
        }
        // A slash within a name comes as %2F, so it is decoded behind the cut.
        let names = parts.compactMap { HTTPRequest.unescaped($0) }
        guard names.count == parts.count, !names.contains("") else { return .unknown }
        return route(names).map(Match.route) ?? .unknown
    }

    private static func route(_ names: [String]) -> ToxiproxyRoute? {
        switch (names[0], names.count) {
        case ("version", 1): .version
        case ("reset", 1): .reset
        case ("populate", 1): .populate
        case ("proxies", 1): .proxies
        case ("proxies", 2): .proxy(names[1])
        case ("proxies", 3) where names[2] == "toxics": .toxics(of: names[1])
        case ("proxies", 4) where names[2] == "toxics": .toxic(names[3], of: names[1])
        default: nil
        }
    }

    private static func cleaned(_ parts: ArraySlice<Substring>) -> [Substring] {
        var clean: [Substring] = []
        for part in parts {
            switch part {
            case "", ".": break
            case "..": _ = clean.popLast()
            default: clean.append(part)
            }
        }
        return clean
    }
}
