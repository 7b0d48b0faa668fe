import EventLog
import GatewayWire
import Simulation

/// A row as its request needs it, and the frame that it stands in.
struct Row: Sendable {
    let role: RowRole
    /// As the message tells it; `nil` when it has none.
    let request: Int?
    /// Of the contract that it names.
    let symbol: String?
    /// It is about an order of another client.
    let isForeign: Bool
}

/// Rows that come in streams, taken where they stand.
extension RequestWatch {
    /// Takes a row, when all that it tells is that it came.
    ///
    /// - Returns: False, with nothing taken, when the message itself is needed.
    mutating func take(
        _ row: Row, _ seen: SeenFrame, _ body: Span<UInt8>, _ scanner: borrowing MessageScanner
    ) -> Bool {
        let asked = request(for: row)
        if let asked {
            // The first one of an answer tells more, and so does one that completes it.
            guard asked.firstAt != nil,
                asked.doneAt != nil || asked.isSnapshot || needsEnd(asked)
            else { return false }
        }
        messageCount += 1
        if let symbol = row.symbol, symbols.count < limits.maxFollowed { symbols.insert(symbol) }
        guard let asked else { return true }
        lastAnswerAt = seen.at
        asked.takeRow(
            at: seen.at, isForeign: row.isForeign, isHistoryUpdate: row.role.isHistoryUpdate)
        asked.lastBy.see(seen, body, scanner)
        return true
    }

    private func request(for row: Row) -> Followed? {
        if let id = row.request, let asked = byNumber[id], asked.rowIDs.contains(row.role.id) {
            return asked
        }
        for number in waiting {
            if let asked = followed[number], row.role.askers.contains(asked.messageID) {
                return asked
            }
        }
        return nil
    }
}
