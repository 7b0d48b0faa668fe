extension PathologyCatalogue {
    /// The catalogue this program was built with.
    ///
    /// A test reads every file of it; one that does not parse is a programming error and traps.
    package static let shipped: PathologyCatalogue = {
        do {
            return try PathologyCatalogue(files: shippedFiles)
        } catch {
            preconditionFailure("the built-in catalogue is not well-formed:\n\(error)")
        }
    }()

    /// The files the catalogue was built from, by their path in the repository.
    package static var shippedFiles: [(file: String, text: String)] {
        EmbeddedCatalogue.files.filter { $0.file.hasPrefix("Scenarios/pathologies/") }
    }
}
