import Glibc

// Writes a Swift file that tells what is built: embed-commit OUTPUT COMMIT DATE CHANGED

let arguments = CommandLine.arguments
guard arguments.count == 5 else { exit(2) }
let output = """
    // Made by the build from what git says of the checkout.
    enum EmbeddedCommit {
        static let hash = "\(arguments[2])"
        static let date = "\(arguments[3])"
        static let isChanged = \(arguments[4])
    }

    """
guard let file = fopen(arguments[1], "w"), fputs(output, file) >= 0, fclose(file) == 0 else {
    let line = Array("embed-commit: cannot write \(arguments[1])\n".utf8)
    _ = write(STDERR_FILENO, line, line.count)
    exit(1)
}
