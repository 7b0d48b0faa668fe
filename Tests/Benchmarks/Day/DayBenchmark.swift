import GatewayMachine
import GatewayModel
import Glibc
import Simulation

/// Trading days under a clock moved by hand: what a gateway full of clients costs without a network.
///
/// The machine is the one `fakegw serve --quiet` runs, bytes in and bytes out; only the sockets are
/// missing. 100 invented stocks tick every half a second; see `DayClient` for what a client does.
///
/// - `day`: 6.5 hours, 50 clients connected throughout, each with two lines of its own.
/// - `day --lines N`: each with N lines, shared with the others.
/// - `day --days N`: N days of 24 hours instead. The gateway restarts every night, and clients stay
///   for half an hour to three; whoever leaves is followed by one with a new client id. What is
///   printed after each day should stay the same from day to day.
enum DayBenchmark {
    static let clientCount = 50
    private static let tradingDay = Duration.seconds(23_400)
    private static let calendarDay = Duration.seconds(86_400)

    /// False when an argument is none.
    static func run(_ arguments: [String]) -> Bool {
        var lines = 2
        var days: Int?
        switch (arguments.first, arguments.dropFirst().first.flatMap { Int($0) }) {
        case (nil, _): break
        case ("--lines", let count?) where (1...100).contains(count): lines = count
        case ("--days", let count?) where (1...365).contains(count): days = count
        default: return false
        }
        var settings = GatewaySettings()
        settings.newestVersion = 176
        settings.maxClients = clientCount
        if days != nil { settings.life.nightlyRestart = 4 * 3600 }
        let model = HealthyGateway(world: StreamWorld.world, settings: settings, seed: 1)
        let gateway = FaultedGateway(
            name: "gateway", origin: ModelOrigin(model), rules: [], seed: 1, logging: .none)
        var floor = TradingFloor(gateway, linesEach: lines, comeAndGo: days != nil)
        print(
            "\(clientCount) clients, \(lines) lines each, on \(StreamWorld.symbols.count) symbols")
        for _ in 1...(days ?? 1) {
            let before = floor.count
            let began = (cpu: Measurement.processorSeconds, wall: wallSeconds)
            let length = days == nil ? tradingDay : calendarDay
            floor.advance(by: length)
            let cpu = Measurement.processorSeconds - began.cpu
            let wall = wallSeconds - began.wall
            let seconds = Double(length.components.seconds)
            print(
                "\(seconds / 3600) h: \(floor.count.messages - before.messages) messages, "
                    + "\(floor.count.fills - before.fills) fills, "
                    + "\(floor.count.bars - before.bars) historical answers, "
                    + "\(floor.count.clients - before.clients) clients, "
                    + "\(Table.short(wall)) s wall, \(Table.short(cpu)) s processor, "
                    + "\(Int(seconds / wall)) times real time, peak \(peakMegabytes) MB")
        }
        return true
    }

    private static var wallSeconds: Double {
        var time = timespec()
        clock_gettime(CLOCK_MONOTONIC, &time)
        return Double(time.tv_sec) + Double(time.tv_nsec) * 1e-9
    }

    private static var peakMegabytes: Int {
        var usage = rusage()
        getrusage(__rusage_who_t(RUSAGE_SELF.rawValue), &usage)
        return usage.ru_maxrss / 1024
    }
}
