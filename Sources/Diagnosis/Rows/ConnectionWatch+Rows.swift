import EventLog
import GatewayWire
import Simulation

extension ConnectionWatch {
    /// Takes a message of the gateway where it stands, when all that it tells is that it came.
    ///
    /// - Returns: False, with nothing taken, when the message itself is needed.
    mutating func take(
        _ role: RowRole, _ seen: SeenFrame, _ body: Span<UInt8>,
        _ scanner: borrowing MessageScanner, _ tape: borrowing ProtobufTape,
        history: inout SourceHistory
    ) -> Bool {
        guard !isGuess, frames.isUsual(pieceCount: seen.pieceCount),
            seen.isProtobuf || frames.version.map({ $0 < role.textUntil }) ?? true,
            !role.isOpenOrder || openOrderAt != nil,
            let row = row(role, seen, body, scanner, tape),
            requests.take(row, seen, body, scanner)
        else { return false }
        frames.count(pieceCount: seen.pieceCount)
        muteSince = nil
        muteCount = 0
        history.hear(pastPlace, at: seen.at)
        lastEvidence.see(seen, body, scanner)
        return true
    }

    /// What the watches need of it; `nil` when they need the message itself.
    private func row(
        _ role: RowRole, _ seen: SeenFrame, _ body: Span<UInt8>,
        _ scanner: borrowing MessageScanner, _ tape: borrowing ProtobufTape
    ) -> Row? {
        func value(of item: Int) -> PlacedValue {
            scanner.value(of: item, isProtobuf: seen.isProtobuf, tape)
        }
        var request: Int?
        if let item = role.requestItem {
            guard let number = value(of: item).plainNumber(in: body) else { return nil }
            request = number
        }
        if let item = role.orderItem, !orders.isEmpty {
            guard let id = value(of: item).text(in: body), !orders.has(id) else { return nil }
        }
        var symbol: String?
        if let item = role.symbolItem {
            guard let text = value(of: item).text(in: body) else { return nil }
            symbol = text
        }
        var isForeign = false
        if let item = role.ownerItem {
            guard let owner = value(of: item).text(in: body) else { return nil }
            isForeign = owner != startAPI?.clientID
        }
        return Row(role: role, request: request, symbol: symbol, isForeign: isForeign)
    }
}

extension PlacedValue {
    /// A whole number that is written the usual way; `nil` for anything else.
    fileprivate func plainNumber(in body: Span<UInt8>) -> Int? {
        switch self {
        case .whole(let number): return Int(number)
        case .text(let range):
            let text = body.extracting(range)
            let digits =
                text.count > 1 && text[0] == UInt8(ascii: "-")
                ? text.extracting(droppingFirst: 1) : text
            return digits.isPlainNumber ? text.integer : nil
        case .absent, .double, .rows, .noRows: return nil
        }
    }

    /// The text of a field that has one; `nil` also for texts that only the message can tell.
    fileprivate func text(in body: Span<UInt8>) -> String? {
        switch self {
        case .whole(let number): return String(number)
        case .text(let range):
            let text = body.extracting(range)
            guard text.isASCII else { return nil }
            return text.withUnsafeBufferPointer { String(decoding: $0, as: UTF8.self) }
        case .absent, .double, .rows, .noRows: return nil
        }
    }
}
