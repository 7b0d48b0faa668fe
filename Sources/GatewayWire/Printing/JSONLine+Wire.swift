extension JSONLine {
    /// Adds what `decode --json` and `--events` say of a message.
    package mutating func add(_ message: Message) {
        add("direction", message.schema.direction.rawValue)
        add("id", message.schema.id)
        add("name", message.name)
        add("encoding", message.encoding.rawValue)
        addRaw("fields", jsonFields(of: message))
        if !message.surplus.isEmpty {
            addRaw("surplus", JSONLine.array(message.surplus.map(jsonText)))
        }
        if !message.extras.isEmpty {
            let extras = message.extras.map { JSONLine.quoted($0.description) }
            addRaw("extras", JSONLine.array(extras))
        }
        if let version = message.legacyVersion { add("legacyVersion", version) }
        if let bytes = message.originalBytes { add("original", hexText(bytes)) }
        let unshown = HiddenValue.all(of: message)
        if !unshown.isEmpty { addRaw("hidden", JSONLine.array(unshown.map(\.json))) }
    }

    package mutating func add(_ hello: Hello) {
        add("direction", Direction.toGateway.rawValue)
        add("name", "hello")
        add("encoding", "hello")
        var fields = JSONLine()
        fields.add("minVersion", hello.versions.lowerBound)
        fields.add("maxVersion", hello.versions.upperBound)
        fields.add("connectOptions", hello.connectOptions)
        addRaw("fields", fields.finished)
    }

    package mutating func add(_ reply: VersionReply) {
        add("direction", Direction.toClient.rawValue)
        add("name", "serverVersion")
        add("encoding", "hello")
        var fields = JSONLine()
        fields.add("serverVersion", reply.serverVersion)
        fields.add("connectionTime", reply.connectionTime)
        addRaw("fields", fields.finished)
    }
}
