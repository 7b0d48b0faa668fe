extension JSONLine {
    package mutating func add(_ hello: Hello) {
        add("direction", Direction.toGateway.rawValue)
        add("name", "hello")
        add("encoding", "hello")
        addObject("fields") { fields in
            fields.add("minVersion", hello.versions.lowerBound)
            fields.add("maxVersion", hello.versions.upperBound)
            fields.add("connectOptions", hello.connectOptions)
        }
    }

    package mutating func add(_ reply: VersionReply) {
        add("direction", Direction.toClient.rawValue)
        add("name", "serverVersion")
        add("encoding", "hello")
        addObject("fields") { fields in
            fields.add("serverVersion", reply.serverVersion)
            fields.add("connectionTime", reply.connectionTime)
        }
    }
}
