import Diagnosis
import EventLog
import ScenarioFormat

extension RecordedCause {
    /// Places of a recording that one cause names.
    private static let maxPlaces = 8

    /// What explains some connections of a recording, in the order of the incidents.
    ///
    /// - Parameter numbers: The connections of one fixture, and what `decode` numbers them.
    static func causes(
        of incidents: [Incident], _ numbers: [ConnectionName: Int]
    ) -> [RecordedCause] {
        incidents.compactMap { incident in
            guard let best = incident.named.first else { return nil }
            let connections = best.match.connections.compactMap { numbers[$0] }.sorted()
            // A closed port, or a pause of the whole gateway, is of no one connection.
            if connections.isEmpty, !best.match.connections.isEmpty { return nil }
            return RecordedCause(
                pathologies: incident.named.map(\.name), certainty: incident.certainty,
                seen: seen(best.match.sightings, connections))
        }
    }

    private static func seen(_ sightings: [Sighting], _ connections: [Int]) -> String {
        let isCapture = sightings.contains { $0.packets != nil }
        let ranges = joined(sightings.map { $0.packets ?? $0.number...$0.number })
        let places = ranges.prefix(maxPlaces).map { range in
            range.count == 1
                ? "\(range.lowerBound)" : "\(range.lowerBound)-\(range.upperBound)"
        }
        let more = ranges.count > maxPlaces ? ", …" : ""
        let word = isCapture ? "packets" : "lines"
        let names = connections.map(String.init).joined(separator: ", ")
        let place =
            connections.isEmpty ? "" : " on connection\(connections.count > 1 ? "s" : "") \(names)"
        return "\(word) \(places.joined(separator: ", "))\(more)\(place)"
    }

    /// In order, those that touch as one.
    private static func joined(_ ranges: [ClosedRange<Int>]) -> [ClosedRange<Int>] {
        var joined: [ClosedRange<Int>] = []
        for range in ranges.sorted(by: { $0.lowerBound < $1.lowerBound }) {
            if let last = joined.last, range.lowerBound <= last.upperBound + 1 {
                joined[joined.count - 1] =
                    last.lowerBound...max(last.upperBound, range.upperBound)
            } else {
                joined.append(range)
            }
        }
        return joined
    }
}
