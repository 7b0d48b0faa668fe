import EventLog
import GatewayWire

/// Tells in which direction bytes travelled whose ports do not say who the gateway is.
///
/// Requests and answers share their message ids, but hardly ever their fields.
struct FrameFit {
    /// Frames looked at; a few tell.
    static let maxFrames = 8
    /// By how much one reading must be better than the other one to be believed.
    static let certainLead = 3

    /// Whether frames follow on one another, in either reading.
    let holdsFrames: Bool
    /// By how many frames the bytes read better the other way round.
    let lead: Int

    static let nothing = FrameFit(holdsFrames: false, lead: 0)

    private init(holdsFrames: Bool, lead: Int) {
        self.holdsFrames = holdsFrames
        self.lead = lead
    }

    /// - Parameter direction: The one to begin with.
    init(_ bytes: [UInt8], _ direction: Direction) {
        let balance = Self.balance(bytes, direction)
        let flipped = Self.balance(bytes, direction.opposite)
        self.init(
            holdsFrames: balance != nil || flipped != nil, lead: (flipped ?? 0) - (balance ?? 0))
    }

    /// The frames that read as messages of this direction without a rest, less those that do not.
    ///
    /// Counted from the first place where frames follow on one another; nil when there is none.
    private static func balance(_ bytes: [UInt8], _ direction: Direction) -> Int? {
        guard let start = FramePlausibility.firstFrame(in: bytes[...], direction) else {
            return nil
        }
        let guess = VersionGuess()
        var rest = bytes[start...]
        var balance = 0
        for _ in 0..<maxFrames where rest.count > 4 {
            let length = FramePlausibility.length(at: rest.startIndex, in: rest)
            let body = rest.dropFirst(4).prefix(length)
            guard body.count == length else { break }
            balance += guess.fits(body, direction) ? 1 : -1
            rest = rest.dropFirst(4 + length)
        }
        return balance
    }
}
