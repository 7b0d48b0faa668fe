import EventLog
import GatewayWire

/// Tells in which directions bytes travelled whose ports do not say who the gateway is.
///
/// Requests and answers share their message ids, but hardly ever their fields.
struct FrameFit {
    /// Frames looked at in each direction; a few tell.
    static let maxFrames = 8
    /// By how much one reading must be better than the other one to be believed.
    static let certainLead = 3

    /// Whether frames follow on one another in either direction.
    let holdsFrames: Bool
    /// The frames that read as messages without a rest, less those that do not.
    let balance: Int

    init(toGateway: [UInt8], toClient: [UInt8]) {
        let both = [Self.balance(toGateway, .toGateway), Self.balance(toClient, .toClient)]
        holdsFrames = both != [nil, nil]
        balance = both.reduce(0) { $0 + ($1 ?? 0) }
    }

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
