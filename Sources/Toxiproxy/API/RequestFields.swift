internal import GatewayWire

/// The members of a JSON object as Toxiproxy takes them: names in any letter case, and null is as good
/// as absent.
struct RequestFields {
    private let members: [JSONMembers.Member]

    /// The object that a body is; empty for `null`.
    init(body: [UInt8], _ limits: ToxiproxyLimits) throws(ToxiproxyError) {
        try self.init(try Self.value(of: body, limits))
    }

    init(_ value: JSONValue) throws(ToxiproxyError) {
        switch value.content {
        case .object(let object): members = object.members
        case .null: members = []
        case .bool, .number, .string, .array: throw .badBody("this is no object")
        }
    }

    /// The first JSON value of a body.
    static func value(
        of body: [UInt8], _ limits: ToxiproxyLimits
    ) throws(ToxiproxyError) -> JSONValue {
        let isBlank = body.allSatisfy { $0 == 0x20 || (0x09...0x0D).contains($0) }
        guard !isBlank else { throw .badBody("EOF") }
        var bounds = JSONLimits()
        bounds.maxBytes = limits.maxBodyBytes
        do throws(JSONError) {
            return try JSONReader.read(body[...], limits: bounds, ignoresRest: true)
        } catch {
            throw .badBody("\(error.reason), at byte \(error.offset)")
        }
    }

    func text(_ name: String, _ limits: ToxiproxyLimits) throws(ToxiproxyError) -> String? {
        guard let value = self[name] else { return nil }
        guard case .string(let text) = value.content else { throw Self.wrong(name, "text") }
        guard text.utf8.count <= limits.maxTextBytes else {
            throw .badBody("\(name) has more than \(limits.maxTextBytes) bytes")
        }
        return text
    }

    func flag(_ name: String) throws(ToxiproxyError) -> Bool? {
        guard let value = self[name] else { return nil }
        guard case .bool(let flag) = value.content else {
            throw Self.wrong(name, "true or false")
        }
        return flag
    }

    /// A number that a 32-bit float holds.
    func fraction(_ name: String) throws(ToxiproxyError) -> Float? {
        guard let value = self[name] else { return nil }
        guard case .number(let digits) = value.content, let number = Float(digits), number.isFinite
        else { throw Self.wrong(name, "number of 32 bits") }
        return number
    }

    func integer(_ name: String) throws(ToxiproxyError) -> Int? {
        guard let value = self[name] else { return nil }
        guard case .number(let digits) = value.content, let number = Int(digits) else {
            throw Self.wrong(name, "whole number of 64 bits")
        }
        return number
    }

    func object(_ name: String) throws(ToxiproxyError) -> RequestFields? {
        guard let value = self[name] else { return nil }
        guard case .object = value.content else { throw Self.wrong(name, "object") }
        return try RequestFields(value)
    }

    /// The last one counts.
    private subscript(name: String) -> JSONValue? {
        let value = members.last { $0.key.lowercased() == name }?.value
        if case .null = value?.content { return nil }
        return value
    }

    private static func wrong(_ name: String, _ kind: String) -> ToxiproxyError {
        .badBody("'\(name)' is no \(kind)")
    }
}
