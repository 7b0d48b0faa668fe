/// One JSON value, and where it stands.
package struct JSONValue: Sendable {
    package enum Content: Sendable {
        case null
        case bool(Bool)
        /// The number's text: no digit is lost.
        case number(String)
        case string(String)
        case array([JSONValue])
        case object(JSONMembers)
    }

    package let content: Content
    /// Bytes in front of it.
    package let offset: Int
}

/// What a JSON text may hold.
package struct JSONLimits: Sendable {
    package var maxBytes = 1 << 28
    /// Objects and arrays inside each other.
    package var maxDepth = 16
    /// Values of every kind together.
    package var maxValues = 1 << 23

    package init() {}
}

/// What is wrong with a JSON text, and at which byte.
package struct JSONError: Error, Hashable, Sendable {
    package let offset: Int
    package let reason: String
    /// The text is the front of something longer; nothing in it is wrong.
    package var endsEarly = false

    package init(offset: Int, reason: String, endsEarly: Bool = false) {
        self.offset = offset
        self.reason = reason
        self.endsEarly = endsEarly
    }
}

/// The members of a JSON object, taken by name; of several with one name the first counts.
package struct JSONMembers: Sendable {
    package struct Member: Sendable {
        package let key: String
        package let value: JSONValue
    }

    package let members: [Member]
    /// Bytes in front of the object.
    package let offset: Int

    package subscript(_ key: String) -> JSONValue? {
        members.first { $0.key == key }?.value
    }

    package func text(_ key: String) throws(JSONError) -> String {
        try needed(key).text(key)
    }

    package func textIfAny(_ key: String) throws(JSONError) -> String? {
        try self[key]?.text(key)
    }

    package func integer(_ key: String) throws(JSONError) -> Int {
        let value = try needed(key)
        guard case .number(let digits) = value.content, let number = Int(digits) else {
            throw value.error("'\(key)' is no whole number of 64 bits")
        }
        return number
    }

    package func flag(_ key: String) throws(JSONError) -> Bool {
        let value = try needed(key)
        guard case .bool(let flag) = value.content else {
            throw value.error("'\(key)' is neither true nor false")
        }
        return flag
    }

    package func bytes(_ key: String) throws(JSONError) -> [UInt8] {
        let value = try needed(key)
        guard let bytes = hexBytes(try value.text(key).utf8) else {
            throw value.error("'\(key)' is not made of hexadecimal digits, two a byte")
        }
        return bytes
    }

    package func array(_ key: String) throws(JSONError) -> [JSONValue] {
        try needed(key).array(key)
    }

    package func object(_ key: String) throws(JSONError) -> JSONMembers {
        try needed(key).object(key)
    }

    /// One of the words that a type has.
    package func word<Word: RawRepresentable & CaseIterable>(
        _ key: String, of type: Word.Type
    ) throws(JSONError) -> Word where Word.RawValue == String {
        let value = try needed(key)
        let text = try value.text(key)
        guard let word = Word(rawValue: text) else {
            let words = Word.allCases.map(\.rawValue).joined(separator: ", ")
            throw value.error("'\(key)' is '\(text.prefix(40))', not one of: \(words)")
        }
        return word
    }

    package func needed(_ key: String) throws(JSONError) -> JSONValue {
        guard let value = self[key] else {
            throw JSONError(offset: offset, reason: "the object has no '\(key)'")
        }
        return value
    }

    package func error(at key: String, _ reason: String) -> JSONError {
        JSONError(offset: self[key]?.offset ?? offset, reason: reason)
    }
}

extension JSONValue {
    package func text(_ name: String) throws(JSONError) -> String {
        guard case .string(let text) = content else { throw error("'\(name)' is no text") }
        return text
    }

    package func array(_ name: String) throws(JSONError) -> [JSONValue] {
        guard case .array(let values) = content else { throw error("'\(name)' is no list") }
        return values
    }

    package func object(_ name: String) throws(JSONError) -> JSONMembers {
        guard case .object(let members) = content else { throw error("'\(name)' is no object") }
        return members
    }

    package func error(_ reason: String) -> JSONError {
        JSONError(offset: offset, reason: reason)
    }
}
