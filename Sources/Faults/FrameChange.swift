/// What is done to a finished frame to the client.
///
/// A frame is its length (4 bytes, the most significant first) and its body.
package enum FrameChange: Hashable, Sendable {
    /// A field of a text frame is left out, so that the later ones move up. Field 1 follows the id.
    case removeField(at: Int)
    /// A field is put before the one at this place, so that the later ones move down.
    case insertField(at: Int, [UInt8])
    /// The message id is another.
    case retag(Int)
    /// The body ends after `kept` bytes. The length says so.
    case truncate(kept: Int)
    /// Zero bytes follow the body. The length counts them.
    case pad(Int)
    /// Random bits are turned round.
    case corruptBits(Int, CorruptedPart)
    /// Random bytes get another value.
    case corruptBytes(Int, CorruptedPart)
    /// The length is this number.
    case setLength(Int)
    /// The length is wrong by this number.
    case addLength(Int)

    /// Its place among all the changes of one frame.
    package var rank: Int {
        switch self {
        case .removeField: 0
        case .insertField: 1
        case .retag: 2
        case .truncate: 3
        case .pad: 4
        case .corruptBits, .corruptBytes: 5
        case .setLength, .addLength: 6
        }
    }
}

/// Which bytes of a frame are corrupted.
package enum CorruptedPart: String, Hashable, Sendable, CaseIterable {
    /// All but the length.
    case body
    case frame
}
