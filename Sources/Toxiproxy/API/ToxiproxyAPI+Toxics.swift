internal import GatewayWire
internal import HTTPMessages

/// Toxics: everything is read and checked before anything is changed.
extension ToxiproxyAPI {
    func listToxics(_ name: String) throws(ToxiproxyError) -> HTTPResponse {
        .json(JSONLine.array(try proxy(name).shownToxics.map(\.json)))
    }

    func showToxic(_ toxic: String, of name: String) throws(ToxiproxyError) -> HTTPResponse {
        let proxy = try proxy(name)
        return .json(proxy.toxics[try Self.index(of: toxic, in: proxy)].json)
    }

    func createToxic(_ name: String, _ body: [UInt8]) throws(ToxiproxyError) -> HTTPResponse {
        let proxy = try proxy(name)
        let fields = try RequestFields(body: body, limits)
        let given = try fields.text("name", limits) ?? ""
        let type = try fields.text("type", limits) ?? ""
        let sent = try fields.text("stream", limits) ?? ToxicStream.downstream.rawValue
        let toxicity = try fields.fraction("toxicity") ?? 1
        let attributes = try fields.object("attributes")
        guard let stream = ToxicStream(rawValue: sent.lowercased()) else {
            throw ToxiproxyError(
                400, "stream was invalid, can be either upstream or downstream")
        }
        guard let kind = ToxicKind(rawValue: type) else {
            throw ToxiproxyError(400, "invalid toxic type")
        }
        let toxicName = given.isEmpty ? "\(type)_\(stream.rawValue)" : given
        guard !proxy.toxics.contains(where: { $0.name == toxicName }) else {
            throw ToxiproxyError(409, "toxic already exists")
        }
        guard proxy.toxics.count < limits.maxToxics else {
            throw ToxiproxyError(503, "too many toxics: \(limits.maxToxics) at most")
        }
        lastToxic += 1
        let toxic = Toxic(
            serial: lastToxic, name: toxicName, kind: kind, stream: stream, toxicity: toxicity,
            attributes: try Self.merged(ToxicAttributes(kind), attributes, kind))
        proxy.toxics.append(toxic)
        proxy.open?.take(proxy.toxics)
        return .json(toxic.json)
    }

    func updateToxic(
        _ toxic: String, of name: String, _ body: [UInt8]
    ) throws(ToxiproxyError) -> HTTPResponse {
        let proxy = try proxy(name)
        let index = try Self.index(of: toxic, in: proxy)
        let fields = try RequestFields(body: body, limits)
        var changed = proxy.toxics[index]
        changed.toxicity = try fields.fraction("toxicity") ?? changed.toxicity
        changed.attributes = try Self.merged(
            changed.attributes, try fields.object("attributes"), changed.kind)
        proxy.toxics[index] = changed
        proxy.open?.take(proxy.toxics)
        return .json(changed.json)
    }

    func deleteToxic(_ toxic: String, of name: String) throws(ToxiproxyError) -> HTTPResponse {
        let proxy = try proxy(name)
        proxy.toxics.remove(at: try Self.index(of: toxic, in: proxy))
        proxy.open?.take(proxy.toxics)
        return .noContent
    }

    private static func index(
        of toxic: String, in proxy: ProxyRecord
    ) throws(ToxiproxyError) -> Int {
        guard let index = proxy.toxics.firstIndex(where: { $0.name == toxic }) else {
            throw .noToxic
        }
        return index
    }

    private static func merged(
        _ attributes: ToxicAttributes, _ fields: RequestFields?, _ kind: ToxicKind
    ) throws(ToxiproxyError) -> ToxicAttributes {
        var merged = attributes
        for name in attributes.allNames {
            if let value = try fields?.integer(name) { merged[name] = value }
        }
        if let objection = merged.objection(of: kind) { throw .badBody(objection) }
        return merged
    }
}
