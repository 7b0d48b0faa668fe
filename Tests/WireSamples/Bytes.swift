package import Simulation

/// Changes a frame's body at one random place: cuts it there, changes, inserts or removes a byte,
/// or repeats what follows.
///
/// - Parameter count: How many bytes at its start stay as they are.
package func damage(
    _ body: inout [UInt8], sparing count: Int, using random: inout SeededRandom
) {
    guard body.count > count else { return }
    let index = Int.random(in: count..<body.count, using: &random)
    switch Int.random(in: 0...5, using: &random) {
    case 0: body.removeSubrange(index...)
    case 1: body[index] = UInt8.random(in: 0...255, using: &random)
    case 2: body[index] ^= 1 << UInt8.random(in: 0...7, using: &random)
    case 3: body.insert(UInt8.random(in: 0...255, using: &random), at: index)
    case 4: body += body[index...]
    default: body.remove(at: index)
    }
}

/// Cuts bytes into pieces of random sizes, as a socket may deliver them.
package func pieces(
    of bytes: some Collection<UInt8>, sizes: ClosedRange<Int>, using random: inout SeededRandom
) -> [[UInt8]] {
    var rest = bytes[...]
    var pieces: [[UInt8]] = []
    while !rest.isEmpty {
        let piece = rest.prefix(Int.random(in: sizes, using: &random))
        pieces.append(Array(piece))
        rest = rest.dropFirst(piece.count)
    }
    return pieces
}
