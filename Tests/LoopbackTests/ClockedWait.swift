import Glibc
import ProcessDriver
import SocketDriver
import Testing

/// What a Python program found out about one of its waits, in seconds.
struct ClockedWait {
    static let speed = 60.0

    let wanted: Double
    /// By the program's own monotonic clock, which is the gateway's.
    let passed: Double
    /// By its clock of the day.
    let wall: Double
    /// Real time, as the kernel tells it in /proc/uptime, in steps of ten milliseconds.
    let real: ClosedRange<Double>

    /// It is never early, and it takes a sixtieth of the real time.
    func check() {
        #expect(passed >= wanted)
        #expect(wall >= wanted - 0.001)
        let scaled = passed / Self.speed
        #expect(scaled >= real.lowerBound - 0.02 && scaled <= real.upperBound + 0.02)
        // Not shortened, or waiting for an instant of the wrong clock, it lasts a minute or more.
        #expect(real.lowerBound < wanted / 2)
    }

    /// The waits that a program measures, by name.
    static func all(of program: String) -> [String: ClockedWait] {
        guard let lines = try? output(of: measuring + program, at: speed) else { return [:] }
        var found: [String: ClockedWait] = [:]
        for line in lines {
            let words = line.split(separator: " ")
            let numbers = words.dropFirst().compactMap { Double($0) }
            guard numbers.count == 5, numbers[3] <= numbers[4] else { continue }
            found[String(words[0])] = ClockedWait(
                wanted: numbers[0], passed: numbers[1], wall: numbers[2],
                real: numbers[3]...numbers[4])
        }
        return found
    }

    /// What a Python program prints, under a clock of that speed.
    static func output(
        of program: String, at speed: Double, during: (EventLoop) -> Void = { _ in }
    ) throws -> [String] {
        let loop = try EventLoop(speed: speed)
        let clock = try ClientClock(loop)
        let python = access("/usr/bin/python3", X_OK) == 0 ? "/usr/bin/python3" : "python3"
        var launch = Launch(python, ["-u", "-c", program])
        #expect(clock.objection(to: launch) == nil)
        clock.add(to: &launch)
        let process = try ClientProcess(launch, on: loop)
        during(loop)
        let hasEnded = loop.run(until: { process.ending != nil }, forReal: .seconds(60))
        #expect(hasEnded && process.ending == .exited(0), "\(process.output.lines)")
        return process.output.lines.map(\.text)
    }

    /// Reads the real time before and after the gateway's, so that no delay in between matters.
    private static let measuring = """
        import os, threading, time

        WAIT = 60.0

        def uptime():
            with open("/proc/uptime") as file:
                return float(file.read().split()[0])

        def measure(name, wait, wanted=WAIT):
            outer = uptime(); begin = time.monotonic(); wall = time.time(); inner = uptime()
            wait()
            before = uptime(); wall = time.time() - wall
            passed = time.monotonic() - begin; after = uptime()
            line = f"{name} {wanted} {passed} {wall} {before - inner} {after - outer}\\n"
            os.write(1, line.encode())

        def in_threads(waits):
            threads = [threading.Thread(target=measure, args=item) for item in waits.items()]
            for thread in threads:
                thread.start()
            for thread in threads:
                thread.join()

        # Whoever mixes up clocks waits for an instant that is a minute away.
        time.sleep(WAIT)

        """
}
