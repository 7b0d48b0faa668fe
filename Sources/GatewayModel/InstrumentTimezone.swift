/// Whose clocks bars and executions are dated by; the setting `sendInstrumentTimezone` of a real
/// gateway.
///
/// Before server version 174 every time is the gateway's own, without a zone.
package enum InstrumentTimezone: String, Hashable, Sendable, CaseIterable {
    /// The contract's: `20260713 09:30:00 US/Eastern`. Recorded, on a gateway in Central Europe.
    case instrument
    /// The gateway's. Recorded once, as `Europe/Amsterdam`; that this setting does it is inferred.
    case `operator`
    /// Without a zone's name: `20260713-13:30:00`. Recorded for executions, inferred for bars.
    case utc
}

extension WallClock {
    /// When something happened to a contract, as bars and executions say it.
    func dateTime(
        _ seconds: Int64, of contract: Contract, by setting: InstrumentTimezone, version: Int
    ) -> String {
        if version < Self.zonedSince { return dateTime(seconds, version: version) }
        return switch setting {
        case .instrument: contract.zone.dateTime(seconds)
        case .operator: dateTime(seconds, version: version)
        case .utc: "\(Self.day(of: seconds))-\(Self.timeOfDay(of: seconds))"
        }
    }
}
