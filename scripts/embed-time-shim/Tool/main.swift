import Glibc

// Compiles C files to a shared library and writes a Swift file that holds it, in hexadecimal
// digits: embed-time-shim OUTPUT COMPILER HEADERS FILE…

func fail(_ message: String) -> Never {
    let line = Array("embed-time-shim: \(message)\n".utf8)
    _ = write(STDERR_FILENO, line, line.count)
    exit(1)
}

/// Runs a program to its end.
func run(_ command: [String]) {
    var process: pid_t = 0
    var arguments = command.map { strdup($0) } + [nil]
    defer { for argument in arguments { free(argument) } }
    guard posix_spawnp(&process, command[0], nil, nil, &arguments, environ) == 0 else {
        fail("cannot start \(command[0])")
    }
    var status: CInt = 0
    while waitpid(process, &status, 0) < 0 {
        guard errno == EINTR else { fail("\(command[0]) was lost") }
    }
    guard status == 0 else { fail("\(command[0]) failed") }
}

func contents(of path: String) -> [UInt8] {
    guard let file = fopen(path, "r") else { fail("cannot read \(path)") }
    defer { fclose(file) }
    var bytes: [UInt8] = []
    var chunk = [UInt8](repeating: 0, count: 65_536)
    while true {
        let count = fread(&chunk, 1, chunk.count, file)
        if count == 0 { return bytes }
        bytes += chunk[..<count]
    }
}

let arguments = CommandLine.arguments
guard arguments.count > 4 else { fail("usage: embed-time-shim OUTPUT COMPILER HEADERS FILE…") }
let library = arguments[1] + ".so"
run(
    [
        arguments[2], "-std=gnu11", "-O2", "-Wall", "-Wextra", "-Werror", "-fPIC",
        "-fvisibility=hidden", "-shared", "-Wl,-s", "-I", arguments[3], "-o", library,
    ] + arguments[4...])

let digits = Array("0123456789abcdef".utf8)
var hexadecimal: [UInt8] = []
for byte in contents(of: library) {
    hexadecimal += [digits[Int(byte >> 4)], digits[Int(byte & 15)]]
}
unlink(library)
let output = """
    // Made from Sources/TimeShim at every build; edit the files there.
    enum EmbeddedTimeShim {
        static let hexadecimal: StaticString = "\(String(decoding: hexadecimal, as: UTF8.self))"
    }

    """
guard let file = fopen(arguments[1], "w"), fputs(output, file) >= 0, fclose(file) == 0 else {
    fail("cannot write \(arguments[1])")
}
