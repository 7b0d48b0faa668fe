import Glibc

// Writes a Swift file that holds the given files' texts: embed-texts OUTPUT TYPE ROOT FILE…
// TYPE is the enum that has them. The files are named in it by their path below ROOT.

func fail(_ message: String) -> Never {
    let line = Array("embed-texts: \(message)\n".utf8)
    _ = write(STDERR_FILENO, line, line.count)
    exit(1)
}

func contents(of path: String) -> String {
    guard let file = fopen(path, "r") else { fail("cannot read \(path)") }
    defer { fclose(file) }
    var bytes: [UInt8] = []
    var chunk = [UInt8](repeating: 0, count: 65_536)
    while true {
        let count = fread(&chunk, 1, chunk.count, file)
        if count == 0 { break }
        bytes += chunk[..<count]
    }
    guard let text = String(validating: bytes, as: UTF8.self) else { fail("\(path) is not UTF-8") }
    return text
}

let arguments = CommandLine.arguments
guard arguments.count >= 4 else { fail("usage: embed-texts OUTPUT TYPE ROOT FILE…") }
let root = arguments[3].hasSuffix("/") ? arguments[3] : arguments[3] + "/"

var entries: [String] = []
for path in arguments[4...].sorted() {
    let name = path.hasPrefix(root) ? String(path.dropFirst(root.count)) : path
    let text = contents(of: path)
    if text.contains("\"\"\"###") { fail("\(path) holds \"\"\"###") }
    entries.append("        (file: \"\(name)\", text: ###\"\"\"\n\(text)\n\"\"\"###),\n")
}
let output = """
    // Made from files of the repository at every build; edit them there.
    enum \(arguments[2]) {
        static let files: [(file: String, text: String)] = [
    \(entries.joined())    ]
    }

    """
guard let file = fopen(arguments[1], "w"), fputs(output, file) >= 0, fclose(file) == 0 else {
    fail("cannot write \(arguments[1])")
}
