/// A run of one direction's bytes, at its place in the stream.
struct Piece {
    /// Offset of the first byte; 0 is the first byte after the SYN.
    let start: Int64
    /// Offset behind the last byte; above `start`.
    let end: Int64
    /// The bytes, or none when they were sent but not captured.
    let bytes: [UInt8]
    /// The packet that brought them.
    let packet: Int

    var isLost: Bool { bytes.isEmpty }

    /// The part of the piece in `start..<end`, which lies within it.
    func part(_ start: Int64, _ end: Int64) -> Piece {
        if start == self.start, end == self.end { return self }
        let slice = isLost ? [] : Array(bytes[Int(start - self.start)..<Int(end - self.start)])
        return Piece(start: start, end: end, bytes: slice, packet: packet)
    }

    /// Counts the bytes in which two overlapping pieces differ.
    func differences(from other: Piece) -> Int {
        let lower = max(start, other.start)
        let upper = min(end, other.end)
        if isLost || other.isLost || lower >= upper { return 0 }
        let mine = bytes[Int(lower - start)..<Int(upper - start)]
        let others = other.bytes[Int(lower - other.start)..<Int(upper - other.start)]
        return zip(mine, others).count { $0 != $1 }
    }
}

/// Pieces that wait for earlier bytes: in order, without overlap.
struct HeldPieces {
    private(set) var pieces: [Piece] = []
    private(set) var byteCount = 0

    var isEmpty: Bool { pieces.isEmpty }
    var count: Int { pieces.count }
    var first: Piece? { pieces.first }
    var end: Int64? { pieces.last?.end }

    /// Adds what is new in `piece`; where pieces overlap, the one that came first stands.
    ///
    /// - Returns: The number of bytes that contradict what was there.
    mutating func insert(_ piece: Piece) -> Int {
        var start = piece.start
        var index = pieces.firstIndex { $0.end > piece.start } ?? pieces.count
        var contradictions = 0
        while start < piece.end {
            guard index < pieces.count, pieces[index].start < piece.end else {
                add(piece.part(start, piece.end), at: index)
                break
            }
            let other = pieces[index]
            if other.start > start {
                add(piece.part(start, other.start), at: index)
                index += 1
            }
            contradictions += other.differences(from: piece)
            start = max(start, other.end)
            index += 1
        }
        return contradictions
    }

    /// Takes the pieces off the front that follow on from `next` without a hole.
    mutating func takeRun(from next: Int64) -> ArraySlice<Piece> {
        var end = next
        var count = 0
        while count < pieces.count, pieces[count].start == end {
            end = pieces[count].end
            byteCount -= pieces[count].bytes.count
            count += 1
        }
        if count == 0 { return [] }
        let run = pieces[..<count]
        pieces = Array(pieces[count...])
        return run
    }

    /// Drops everything from `offset` on; true when there was something.
    mutating func cut(at offset: Int64) -> Bool {
        guard let end, end > offset else { return false }
        let kept = pieces.filter { $0.start < offset }.map {
            $0.part($0.start, min($0.end, offset))
        }
        pieces = kept
        byteCount = kept.reduce(0) { $0 + $1.bytes.count }
        return true
    }

    private mutating func add(_ piece: Piece, at index: Int) {
        pieces.insert(piece, at: index)
        byteCount += piece.bytes.count
    }
}
