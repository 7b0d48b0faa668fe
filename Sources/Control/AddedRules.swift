import Faults
import ScenarioFormat

/// What is wrong with a gateway by one name: a pathology in use with its rules, or one fault that belongs
/// to none.
struct AddedRules {
    enum Kind: String {
        case pathology, fault

        /// What the control port calls all of them.
        var plural: String {
            switch self {
            case .pathology: "pathologies"
            case .fault: "faults"
            }
        }
    }

    /// `nil` for a fault.
    let use: PathologyUse?
    let rules: [FaultRule]
    var isEnabled = true

    init(_ use: PathologyUse, _ rules: [FaultRule]) {
        self.use = use
        self.rules = rules
    }

    init(_ fault: FaultRule) {
        use = nil
        rules = [fault]
    }

    var kind: Kind { use == nil ? .fault : .pathology }
    /// Unlike that of any other of its kind.
    var name: String { use?.label ?? rules.first?.name ?? "" }
}
