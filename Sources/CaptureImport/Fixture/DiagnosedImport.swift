package import Diagnosis
package import GatewayWire

/// Imports what is read of a recording, and beside that tells a diagnosis of it.
package struct DiagnosedImport: DecodedEventSink {
    private var importing: ImportingSink
    private var diagnosing: RelayedDiagnosis?

    /// - Parameter facts: Get everything too, when there are some.
    init(_ importing: ImportingSink, _ facts: WireFacts?) {
        self.importing = importing
        diagnosing = facts.map { RelayedDiagnosis($0, looksAhead: false) }
    }

    package mutating func take(_ event: DecodedEvent) {
        diagnosing?.take(event)
        importing.take(event)
    }

    package mutating func take(
        _ place: MessagePlace, _ body: Span<UInt8>, _ scanner: borrowing MessageScanner
    ) {
        diagnosing?.take(place, body, scanner)
        importing.take(place, body, scanner)
    }

    /// - Parameters:
    ///   - notes: What is not known of the recording, in sentences.
    ///   - isDamaged: Something of it could not be read.
    /// - Returns: The importer and the facts, both with what was read.
    package mutating func finish(
        notes: [String], isDamaged: Bool
    ) -> (CaptureImporter, WireFacts?) {
        let facts = diagnosing?.finish()
        return (importing.finish(notes: notes, isDamaged: isDamaged), facts)
    }

    /// - Returns: The importer and the facts, both with what was read.
    mutating func finish() -> (CaptureImporter, WireFacts?) {
        let facts = diagnosing?.finish()
        return (importing.finish(), facts)
    }
}
