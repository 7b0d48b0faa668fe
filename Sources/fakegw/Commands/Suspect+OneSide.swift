import Diagnosis

extension Suspect {
    /// The suspect for a recording without the client's side: no sign says that a message was not
    /// asked for, or how much the client said.
    var withoutClient: Suspect {
        let signs = recognition.signs.filter { sign in
            !sign.clauses.contains { clause in
                clause.tests.contains {
                    $0.attribute == "asked" && $0.test == .flag(false) || $0.attribute == "rate"
                }
            }
        }
        return Suspect(
            name: name, recognition: Recognition(signs: signs, like: recognition.like),
            priority: priority, neighbours: neighbours)
    }
}
