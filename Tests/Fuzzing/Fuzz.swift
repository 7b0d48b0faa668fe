import CFuzzing
import Glibc
import Simulation

/// `Fuzz TARGET seeds SEED FOLDER` writes inputs to begin with; `Fuzz TARGET [LIBFUZZER-OPTION…]`
/// runs.
@main struct Fuzz {
    static func main() {
        let arguments = CommandLine.arguments
        guard arguments.count > 1,
            let index = FuzzTarget.all.firstIndex(where: { $0.name == arguments[1] })
        else {
            print("targets: " + FuzzTarget.all.map(\.name).joined(separator: " "))
            exit(2)
        }
        if arguments.count == 5, arguments[2] == "seeds", let seed = UInt64(arguments[3]) {
            writeSeeds(of: FuzzTarget.all[index], seed, into: arguments[4])
        } else {
            run(index)
        }
    }

    private static func writeSeeds(of target: FuzzTarget, _ seed: UInt64, into folder: String) {
        var random = SeededRandom(seed: seed)
        for (number, bytes) in target.seeds(&random).enumerated() {
            guard let file = fopen("\(folder)/seed-\(number)", "w") else {
                print("cannot write to \(folder)")
                exit(2)
            }
            fwrite(bytes, 1, bytes.count, file)
            fclose(file)
        }
    }

    private static func run(_ index: Int) {
        // A C function pointer captures nothing, so each target has its own.
        let tests: [@convention(c) (UnsafePointer<UInt8>?, Int) -> CInt] = [
            { bytes, count in test(FuzzTarget.framing, bytes, count) },
            { bytes, count in test(FuzzTarget.text, bytes, count) },
            { bytes, count in test(FuzzTarget.protobuf, bytes, count) },
            { bytes, count in test(FuzzTarget.handshake, bytes, count) },
            { bytes, count in test(FuzzTarget.capture, bytes, count) },
        ]
        var count = CommandLine.argc - 1
        // The target's name takes the place of the program's.
        var arguments: UnsafeMutablePointer<UnsafeMutablePointer<CChar>?>? =
            CommandLine.unsafeArgv + 1
        exit(LLVMFuzzerRunDriver(&count, &arguments, tests[index]))
    }
}

private func test(
    _ target: FuzzTarget, _ bytes: UnsafePointer<UInt8>?, _ count: Int
) -> CInt {
    let input = Array(UnsafeBufferPointer(start: bytes, count: count))
    target.check(input[...])
    return 0
}
