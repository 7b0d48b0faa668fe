/// Something that two conversations do not have in common.
package struct Difference: Hashable, Sendable {
    package enum Subject: Hashable, Sendable {
        case field(message: String, field: String, FieldDifference)
        /// A step of a topic of this kind, and the step before it.
        case sequence(topic: String, SequenceDifference, step: String, after: String)
    }

    package enum SequenceDifference: String, Hashable, Sendable, CaseIterable {
        /// The recording has the step, the other conversation has not.
        case lacks
        /// The other conversation has a step that the recording has not.
        case surplus
        /// Both have it, at another place.
        case order
    }

    package let subject: Subject
    /// Forms of both sides, by which differences are grouped; of a sequence empty.
    package let recordedForm: String
    package let otherForm: String
    /// What stood there.
    package let recorded: String
    package let other: String
    /// Where in the recording, and about what.
    package let line: Int
    package let topic: String
}
