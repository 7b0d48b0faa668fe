import GatewayWire
import ScenarioFormat

/// A word behind `fakegw ctl`: what it takes, what it asks, and how its answer reads.
struct ControlWord: Sendable {
    /// A request, its path after `/api/v1`.
    struct Request: Sendable {
        let method: String
        let path: String
        var body: String?

        init(_ method: String, _ path: String, _ body: String? = nil) {
            self.method = method
            self.path = path
            self.body = body
        }
    }

    enum Answer: Sendable {
        /// Objects, one a line.
        case objects
        /// As it comes.
        case raw
        /// A verdict: exit status 1 when it does not hold.
        case verdict
        /// Events until the end, one JSON object a line.
        case events
        case nothing
    }

    let word: String
    /// Its arguments, as help shows them.
    let usage: String
    let meaning: String
    let answer: Answer
    /// `nil` when the arguments do not fit.
    let request: @Sendable (_ gateway: String, _ arguments: [String]) -> Request?

    init(
        _ word: String, _ usage: String = "", _ meaning: String, _ answer: Answer,
        request: @escaping @Sendable (String, [String]) -> Request?
    ) {
        self.word = word
        self.usage = usage
        self.meaning = meaning
        self.answer = answer
        self.request = request
    }

    /// A scenario's steps that give a gateway a command are words too.
    static func named(_ word: String) -> ControlWord? {
        all.first { $0.word == word }
            ?? StepWord.commands.first { $0.keyword == word }.map { step in
                ControlWord(word, "[KEY=VALUE…]", step.meaning, .nothing) { gateway, arguments in
                    command(word, gateway, arguments)
                }
            }
    }

    static let all: [ControlWord] = [
        ControlWord("gateways", "the gateways: light, listener, what is wrong with them", .objects)
        {
            _, rest in rest.isEmpty ? Request("GET", "/gateways") : nil
        },
        ControlWord("connections", "the connections whose descriptors are open", .objects) {
            gateway, rest in
            rest.isEmpty ? Request("GET", "/gateways/\(gateway)/connections") : nil
        },
        ControlWord("sockets", "the kernel's sockets of both ends", .objects) { gateway, rest in
            rest.isEmpty ? Request("GET", "/gateways/\(gateway)/sockets") : nil
        },
        ControlWord("counts", "the messages so far, by name", .objects) { gateway, rest in
            rest.isEmpty ? Request("GET", "/gateways/\(gateway)/counts") : nil
        },
        ControlWord("world", "market, open orders, accounts and the clock", .raw) { gateway, rest in
            rest.isEmpty ? Request("GET", "/gateways/\(gateway)/world") : nil
        },
        ControlWord("ill", "NAME[:k=v,…]", "add a pathology of the catalogue", .objects) {
            gateway, rest in
            guard rest.count == 1 else { return nil }
            return Request("POST", "/gateways/\(gateway)/pathologies", use(rest[0]))
        },
        ControlWord(
            "well", "[ID]", "remove one pathology, or everything that is wrong", .nothing
        ) { gateway, rest in
            switch rest.count {
            case 0: Request("POST", "/gateways/\(gateway)/well")
            case 1: Request("DELETE", "/gateways/\(gateway)/pathologies/\(escaped(rest[0]))")
            default: nil
            }
        },
        ControlWord("fault", "YAML", "add a fault, as a scenario's faults have it", .objects) {
            gateway, rest in
            rest.count == 1 ? Request("POST", "/gateways/\(gateway)/faults", rest[0]) : nil
        },
        ControlWord(
            "arm", "MESSAGE ACTION", "the next message of that name gets the action, once", .objects
        ) { gateway, rest in
            guard rest.count == 2 else { return nil }
            let rule =
                "{when: {message: {type: \(rest[0])}}, times: 1, optional: true, do: \(rest[1])}"
            return Request("POST", "/gateways/\(gateway)/faults", rule)
        },
        ControlWord("unfault", "NAME", "remove a fault", .nothing) { gateway, rest in
            rest.count == 1
                ? Request("DELETE", "/gateways/\(gateway)/faults/\(escaped(rest[0]))") : nil
        },
        ControlWord("do", "ACTION…", "do actions now, those that need no connection", .nothing) {
            gateway, rest in
            guard !rest.isEmpty else { return nil }
            return Request(
                "POST", "/gateways/\(gateway)/actions", "[\(rest.joined(separator: ", "))]")
        },
        ControlWord("end", "NUMBER [fin|rst|silence]", "end a connection", .nothing) {
            gateway, rest in
            guard (1...2).contains(rest.count) else { return nil }
            let way = rest.count == 2 ? "?by=\(escaped(rest[1]))" : ""
            return Request("DELETE", "/gateways/\(gateway)/connections/\(escaped(rest[0]))\(way)")
        },
        ControlWord(
            "received", "MESSAGE [FIELD=VALUE…]", "whether a message has come from a client",
            .verdict
        ) { gateway, rest in received(gateway, rest) },
        ControlWord("expect", "YAML", "judge an expectation, as a scenario has it", .verdict) {
            _, rest in rest.count == 1 ? Request("POST", "/expect", rest[0]) : nil
        },
        ControlWord("events", "follow the events, one JSON object a line", .events) {
            _, rest in rest.isEmpty ? Request("GET", "/events") : nil
        },
        ControlWord("transcript", "the events so far, as text", .raw) { _, rest in
            rest.isEmpty ? Request("GET", "/transcript") : nil
        },
        ControlWord("capture", "the capture so far, for a file; serve needs --pcap", .raw) {
            _, rest in rest.isEmpty ? Request("GET", "/capture") : nil
        },
        ControlWord("reset", "make every gateway well", .nothing) { _, rest in
            rest.isEmpty ? Request("POST", "/reset") : nil
        },
        ControlWord("get", "PATH", "anything else of the API, such as /gateways", .raw) {
            _, rest in rest.count == 1 ? Request("GET", rest[0]) : nil
        },
    ]

    private init(
        _ word: String, _ meaning: String, _ answer: Answer,
        request: @escaping @Sendable (String, [String]) -> Request?
    ) {
        self.init(word, "", meaning, answer, request: request)
    }

    private static func use(_ argument: String) -> String {
        let name = argument.prefix { $0 != ":" }
        let given = argument.dropFirst(name.count + 1).split(separator: ",").map { pair in
            let parts = pair.split(separator: "=", maxSplits: 1, omittingEmptySubsequences: false)
            return "\(scalar(String(parts[0]))): \(scalar(parts.count > 1 ? String(parts[1]) : ""))"
        }
        let values = given.isEmpty ? "" : ", with: {\(given.joined(separator: ", "))}"
        return "{use: \(scalar(String(name)))\(values)}"
    }

    private static func command(_ word: String, _ gateway: String, _ arguments: [String])
        -> Request?
    {
        var entries: [String] = word == "signal" ? [] : ["\(word): null"]
        for argument in arguments {
            let parts = argument.split(
                separator: "=", maxSplits: 1, omittingEmptySubsequences: false)
            if word == "signal", parts.count == 1, entries.isEmpty {
                entries.append("signal: \(scalar(argument))")
                continue
            }
            guard parts.count == 2 else { return nil }
            entries.append("\(scalar(String(parts[0]))): \(scalar(String(parts[1])))")
        }
        guard !entries.isEmpty else { return nil }
        return Request(
            "POST", "/gateways/\(gateway)/commands", "{\(entries.joined(separator: ", "))}")
    }

    private static func received(_ gateway: String, _ arguments: [String]) -> Request? {
        guard let message = arguments.first else { return nil }
        var fields: [String] = []
        for argument in arguments.dropFirst() {
            let parts = argument.split(
                separator: "=", maxSplits: 1, omittingEmptySubsequences: false)
            guard parts.count == 2 else { return nil }
            fields.append("\(scalar(String(parts[0]))): \(scalar(String(parts[1])))")
        }
        let tests = fields.isEmpty ? "" : ", fields: {\(fields.joined(separator: ", "))}"
        return Request(
            "POST", "/expect",
            "{gateway: \(gateway), received: \(scalar(message))\(tests)}"
        )
    }

    /// A text as a value of a YAML flow mapping: as it is when that is safe.
    private static func scalar(_ text: String) -> String {
        let isPlain =
            !text.isEmpty
            && text.utf8.allSatisfy { byte in
                switch byte {
                case UInt8(ascii: "a")...UInt8(ascii: "z"), UInt8(ascii: "A")...UInt8(ascii: "Z"),
                    UInt8(ascii: "0")...UInt8(ascii: "9"):
                    true
                default: "-_.+".utf8.contains(byte)
                }
            }
        return isPlain ? text : JSONLine.quoted(text)
    }

    /// A text as a part of a path.
    private static func escaped(_ text: String) -> String {
        text.utf8.reduce(into: "") { result, byte in
            let isSafe =
                switch byte {
                case UInt8(ascii: "a")...UInt8(ascii: "z"), UInt8(ascii: "A")...UInt8(ascii: "Z"),
                    UInt8(ascii: "0")...UInt8(ascii: "9"):
                    true
                default: "-_.".utf8.contains(byte)
                }
            if isSafe {
                result.unicodeScalars.append(UnicodeScalar(byte))
            } else {
                result += "%" + (byte < 16 ? "0" : "") + String(byte, radix: 16, uppercase: true)
            }
        }
    }
}
