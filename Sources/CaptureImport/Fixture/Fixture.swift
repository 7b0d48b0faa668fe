/// A scenario made from recorded connections, as files to be written side by side.
package struct Fixture: Equatable, Sendable {
    /// Also the scenario's name: `NAME-1` for one connection, else `NAME`.
    package let name: String
    /// The transcripts in the connections' order, then the scenario.
    package let files: [File]
    /// What was recorded, in a sentence.
    package let about: String

    package struct File: Equatable, Sendable {
        package let name: String
        package let text: String
        /// The last of a fixture.
        package let isScenario: Bool
    }
}
