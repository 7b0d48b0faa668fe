import Diagnosis

extension Suspect {
    /// The suspect for a recording without the client's side: no sign asks that nobody has asked.
    var withoutUnasked: Suspect {
        let signs = recognition.signs.filter { sign in
            !sign.clauses.contains { clause in
                clause.tests.contains {
                    $0.attribute == "asked" && $0.test == .flag(false)
                        || $0.attribute == "unasked" && $0.test == .flag(true)
                }
            }
        }
        return Suspect(
            name: name, recognition: Recognition(signs: signs, like: recognition.like),
            priority: priority, neighbours: neighbours)
    }
}
