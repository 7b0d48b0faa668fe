internal import CLinux
internal import Glibc
package import SocketDriver

/// The gateway's clock, for client programs that know nothing of it.
///
/// Programs are started with a small library that the dynamic loader puts in front of the C library
/// (`LD_PRELOAD`). It answers every question for the time, and bounds every wait, by the gateway's
/// clock, which it reads from a page of memory that this process shares. Library and page are files in
/// memory of this process. They are gone when it ends, however it ends.
package final class ClientClock {
    /// What a program needs in its environment to follow the clock.
    let environment: (shim: String, page: String)

    private static let pageSize = 4096
    private let loop: EventLoop
    private let shim: CInt
    private let file: CInt
    private let page: UnsafeMutablePointer<clock_page>

    /// Shares the loop's clock, and follows it until this is released.
    package init(_ loop: EventLoop) throws(OSFailure) {
        self.loop = loop
        shim = try Self.memoryFile("fakegw-time", holding: Self.library)
        do throws(OSFailure) {
            file = try Self.memoryFile(
                "fakegw-clock", holding: [UInt8](repeating: 0, count: Self.pageSize))
        } catch {
            close(shim)
            throw error
        }
        let memory = mmap(nil, Self.pageSize, PROT_READ | PROT_WRITE, MAP_SHARED, file, 0)
        guard let memory, memory != MAP_FAILED else {
            let failure = OSFailure.now("share the gateway's clock")
            close(shim)
            close(file)
            throw failure
        }
        page = memory.bindMemory(to: clock_page.self, capacity: 1)
        environment = (Self.path(of: shim), Self.path(of: file))
        clinux_seal(shim)
        fill()
        loop.onPace = { [unowned self] in tell() }
    }

    deinit {
        loop.onPace = nil
        munmap(page, Self.pageSize)
        close(shim)
        close(file)
    }

    /// Adds what the program needs to the launch; a library that it preloads itself comes after.
    package func add(to launch: inout Launch) {
        let others =
            launch.environment["LD_PRELOAD"]
            ?? getenv("LD_PRELOAD").map { String(cString: $0) } ?? ""
        launch.environment["LD_PRELOAD"] =
            others.isEmpty ? environment.shim : "\(environment.shim):\(others)"
        launch.environment["FAKEGW_CLOCK"] = environment.page
    }

    private func fill() {
        page.pointee.fastest = max(Pace.one, Pace.rate(of: loop.speed))
        if loop.speed < 1 { page.pointee.fastest = Pace.rate(of: loop.speed) }
        // The kernel's clocks run together, so what each showed at the start follows from now.
        let sinceStart = Self.time(of: CLOCK_MONOTONIC) - loop.began
        page.pointee.monotonic = loop.began
        page.pointee.realtime = Self.time(of: CLOCK_REALTIME) - sinceStart
        page.pointee.boottime = Self.time(of: CLOCK_BOOTTIME) - sinceStart
        page.pointee.raw = Self.time(of: CLOCK_MONOTONIC_RAW) - sinceStart
        page.pointee.tai = Self.time(of: CLOCK_TAI) - sinceStart
        tell()
        page.pointee.format = Int64(CLOCK_PAGE_FORMAT)
    }

    private func tell() {
        let pace = loop.pace
        let (until, overflow) = loop.began.addingReportingOverflow(pace.until)
        clinux_set_pace(
            page, loop.began + pace.since, pace.elapsed, pace.rate, overflow ? .max : until)
    }

    private static func time(of clock: clockid_t) -> Int64 {
        var time = timespec()
        clock_gettime(clock, &time)
        return Int64(time.tv_sec) * 1_000_000_000 + Int64(time.tv_nsec)
    }

    /// By our number, not `self`: programs close the descriptors that they do not know.
    private static func path(of file: CInt) -> String { "/proc/\(getpid())/fd/\(file)" }

    private static func memoryFile(
        _ name: String, holding bytes: [UInt8]
    ) throws(OSFailure) -> CInt {
        let file = clinux_memory_file(name)
        guard file >= 0, write(file, bytes, bytes.count) == bytes.count else {
            let failure = OSFailure.now("make the file '\(name)' in memory")
            if file >= 0 { close(file) }
            throw failure
        }
        return file
    }

    /// The library's bytes.
    private static var library: [UInt8] {
        EmbeddedTimeShim.hexadecimal.withUTF8Buffer { digits in
            func value(_ digit: UInt8) -> UInt8 { digit <= 0x39 ? digit - 0x30 : digit - 0x57 }
            let count = digits.count / 2
            return [UInt8](unsafeUninitializedCapacity: count) { bytes, filled in
                for index in 0..<count {
                    bytes[index] = value(digits[2 * index]) << 4 | value(digits[2 * index + 1])
                }
                filled = count
            }
        }
    }
}
