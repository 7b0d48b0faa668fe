internal import GatewayWire

/// One proxy as the API knows it, open or not.
final class ProxyRecord {
    let name: String
    /// Where it listens, or where it would.
    var listen: String
    /// As a client wrote it last.
    var wantedListen: String
    var upstream: String
    /// In the order in which they were made.
    var toxics: [Toxic] = []
    var open: (any OpenProxy)?

    init(name: String, listen: String, upstream: String) {
        self.name = name
        self.listen = listen
        wantedListen = listen
        self.upstream = upstream
    }

    /// Those of the upstream first.
    var shownToxics: [Toxic] {
        ToxicStream.allCases.flatMap { stream in toxics.filter { $0.stream == stream } }
    }

    var json: String {
        var line = JSONLine()
        line.add("name", name)
        line.add("listen", listen)
        line.add("upstream", upstream)
        line.addRaw("enabled", open == nil ? "false" : "true")
        line.addRaw("toxics", JSONLine.array(shownToxics.map(\.json)))
        return line.finished
    }
}

extension Toxic {
    var json: String {
        var values = JSONLine()
        for (name, value) in attributes.shown { values.add(name, value) }
        var line = JSONLine()
        line.addRaw("attributes", values.finished)
        line.add("name", name)
        line.add("type", kind.rawValue)
        line.add("stream", stream.rawValue)
        // The shortest digits that a 32-bit float is read back from.
        let digits = "\(toxicity)"
        line.addRaw("toxicity", digits.hasSuffix(".0") ? String(digits.dropLast(2)) : digits)
        return line.finished
    }
}
