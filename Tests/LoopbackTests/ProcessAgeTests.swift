import Glibc
import SocketDriver
import Testing

@Suite struct `How long a process has been running` {
    private let numbers = "S 1 2 3 4 5 6 7 8 9 10 11 12 13 14 15 16 17 18 12345 20 21"

    @Test(arguments: ["java", "a b) c", ")", ""])
    func `is read past whatever the command is called`(command: String) {
        let start = ProcFiles.startAfterBoot(
            stat: "77 (\(command)) \(numbers)", ticksPerSecond: 100)
        #expect(start == .milliseconds(123_450))
    }

    @Test(arguments: ["", "77 (java", "77 (java) S 1 2 3", "77 (java) S x"])
    func `is not guessed from anything else`(stat: String) {
        #expect(ProcFiles.startAfterBoot(stat: stat, ticksPerSecond: 100) == nil)
    }

    @Test func `is known for ourselves and not for a process that is not there`() throws {
        #expect(try #require(ProcFiles.age(of: getpid())) < .seconds(86_400))
        #expect(ProcFiles.age(of: Int32.max) == nil)
    }
}
