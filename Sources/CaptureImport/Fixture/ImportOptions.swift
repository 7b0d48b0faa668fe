package import Diagnosis

/// What an import is asked to do.
package struct ImportOptions: Sendable {
    package var redaction = RedactionOptions()
    /// The only gateway connections wanted, as `fakegw decode` numbers them; empty for all.
    package var connections: Set<Int> = []
    /// Each connection becomes a fixture of its own.
    package var isApart = false
    /// Healthy connections beside broken ones are left out, and repetitions are folded further.
    package var isMinimal = false
    /// Where it is not empty, requests that do not matter to what these name are left out too.
    package var minimizingFor: [Suspect] = []
    /// How much of repeated messages is kept; `nil` for all.
    package var folding: Folding? = .usual
    /// What recorded times are multiplied by; 0 leaves them out.
    package var timeScale = 1.0
    /// Program and arguments to put into the fixtures, may hold `${gateway.port}`; empty for a
    /// stock program of the library that was recorded.
    package var program: [String] = []
    /// Name of the Python environment that runs it.
    package var python: String?

    package var limits = KeptLimits()

    package init() {}
}
