package import EventLog
internal import Simulation

/// What is expected of one run of a client program.
package struct ClientExpectation: Sendable {
    /// A client's name; with several runs `name#2` is the second, the plain name the last.
    package var client: String
    package var claims: [ClientClaim]
    package var mark: SourceMark

    /// The time from its start in which it must end.
    package var within: Duration? {
        for case .within(let bound) in claims { return bound }
        return nil
    }

    /// Whether it claims something of what the program holds or leaves behind.
    package var isOfLeaks: Bool { claims.contains(where: \.isOfLeak) }

    /// Whether it does not hold, and all that does not hold is a leak.
    func failsByLeaks(in tally: LogTally, at now: SimInstant) -> Bool {
        guard tally.run(client) != nil else { return false }
        func fails(_ claims: [ClientClaim]) -> Bool {
            ClientExpectation(client: client, claims: claims, mark: mark)
                .findings(in: tally, at: now).contains { !$0.holds }
        }
        return fails(claims.filter(\.isOfLeak)) && !fails(claims.filter { !$0.isOfLeak })
    }

    func findings(in tally: LogTally, at now: SimInstant) -> [Finding] {
        guard let run = tally.run(client) else {
            return [
                Outcome(false, "client '\(client)' has run", seen: "it was never started")
                    .finding(at: mark)
            ]
        }
        return claims.flatMap { claim in
            ClientClaimWord.all.lazy.compactMap { $0.judge(claim, run, now) }.first ?? []
        }.map { $0.finding(at: mark) }
    }

    var explainedEntries: [(key: String, value: String)] {
        [(key: "client", value: YAMLText.scalar(client))]
            + claims.flatMap { claim in
                ClientClaimWord.all.compactMap { word in
                    word.write(claim).map { (word.keyword, $0) }
                }
            }
    }
}
