/// One toxic of a proxy.
package struct Toxic: Hashable, Sendable {
    /// Differs for every toxic that was ever made, also for one that takes the name of an earlier one.
    package let serial: Int
    package let name: String
    package let kind: ToxicKind
    package let stream: ToxicStream
    /// The chance of a connection to be affected: 0 and below never, 1 and above always.
    package var toxicity: Float
    package var attributes: ToxicAttributes

    package init(
        serial: Int, name: String, kind: ToxicKind, stream: ToxicStream, toxicity: Float = 1,
        attributes: ToxicAttributes
    ) {
        self.serial = serial
        self.name = name
        self.kind = kind
        self.stream = stream
        self.toxicity = toxicity
        self.attributes = attributes
    }
}

/// The whole numbers that say how a toxic acts.
package struct ToxicAttributes: Hashable, Sendable {
    /// Ours, for every kind: the toxic leaves alone what comes before.
    private static let ownNames = ["after_bytes", "after_messages"]

    private let names: [String]
    private var values: [Int]
    /// How many of them Toxiproxy has.
    private let knownCount: Int

    /// All of them 0.
    package init(_ kind: ToxicKind) {
        knownCount = kind.attributeNames.count
        names = kind.attributeNames + Self.ownNames
        values = [Int](repeating: 0, count: names.count)
    }

    package init(_ kind: ToxicKind, _ given: [String: Int]) {
        self.init(kind)
        for (index, name) in names.enumerated() { values[index] = given[name] ?? 0 }
    }

    package subscript(name: String) -> Int {
        get { names.firstIndex(of: name).map { values[$0] } ?? 0 }
        set { if let index = names.firstIndex(of: name) { values[index] = newValue } }
    }

    /// Every name that can be set.
    var allNames: [String] { names }

    /// Those of Toxiproxy, and of ours those that are set.
    ///
    /// So a client that knows only Toxiproxy's sees nothing else unless somebody asked for it.
    var shown: [(name: String, value: Int)] {
        zip(names, values).enumerated().compactMap { index, pair in
            index < knownCount || pair.1 != 0 ? (pair.0, pair.1) : nil
        }
    }

    /// Why this kind of toxic cannot act on them; `nil` when it can.
    func objection(of kind: ToxicKind) -> String? {
        for (name, value) in zip(names, values)
        where !(0...ToxiproxyLimits.maxAttribute).contains(value) {
            return "\(name) is \(value), not 0 to \(ToxiproxyLimits.maxAttribute)"
        }
        guard kind == .slicer else { return nil }
        if self["average_size"] == 0 { return "average_size must be 1 or more" }
        if self["size_variation"] > self["average_size"] {
            return "size_variation must not be more than average_size"
        }
        return nil
    }
}

/// What a toxic does, its attributes read.
enum ToxicEffect: Equatable {
    case nothing
    case latency(Duration, jitterMilliseconds: Int)
    /// Thousands of bytes a second.
    case bandwidth(rate: Int)
    case slowClose(Duration)
    /// `nil` never closes.
    case timeout(Duration?)
    case resetPeer(Duration)
    case slicer(averageBytes: Int, variationBytes: Int, pause: Duration)
    case limit(bytes: Int, end: LinkEnd)

    init(_ toxic: Toxic) {
        let attributes = toxic.attributes
        func milliseconds(_ name: String) -> Duration { .milliseconds(attributes[name]) }
        switch toxic.kind {
        case .latency:
            self = .latency(
                milliseconds("latency"), jitterMilliseconds: attributes["jitter"])
        case .bandwidth: self = .bandwidth(rate: attributes["rate"])
        case .slowClose: self = .slowClose(milliseconds("delay"))
        case .timeout:
            self = .timeout(attributes["timeout"] > 0 ? milliseconds("timeout") : nil)
        case .resetPeer: self = .resetPeer(milliseconds("timeout"))
        case .slicer:
            self = .slicer(
                averageBytes: attributes["average_size"],
                variationBytes: attributes["size_variation"],
                pause: .microseconds(attributes["delay"]))
        case .limitData: self = .limit(bytes: attributes["bytes"], end: .closed)
        case .cut: self = .limit(bytes: attributes["bytes"], end: .reset)
        case .noop: self = .nothing
        }
    }
}
