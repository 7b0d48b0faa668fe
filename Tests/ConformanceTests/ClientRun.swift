import Glibc
import ProcessDriver
import SocketDriver

/// What one library's driver reported.
struct ClientReport: Sendable {
    struct Responses: Sendable {
        var cases = 0
        var compared = 0
        var byPosition = 0
        var skipped = 0
        var mismatches = 0
        var messages = 0
        var versions = 0
    }

    let client: Client
    /// By what was done to the schema; `schema` for nothing.
    var responses: [String: Responses] = [:]
    var framesMade = 0
    var refusals: [String] = []
    var requestsSkipped = 0
    /// Ready to read: message, version, shape, field, sent, received.
    var mismatches: [String] = []
    var complaints: [String] = []
    var isDone = false

    init(_ client: Client) {
        self.client = client
    }

    mutating func read(_ line: String) {
        let words = line.split(separator: "\t", omittingEmptySubsequences: false).map(String.init)
        let numbers = words.map { Int($0) ?? 0 }
        switch words.first {
        case "responses" where words.count == 9:
            responses[words[1]] = Responses(
                cases: numbers[2], compared: numbers[3], byPosition: numbers[4],
                skipped: numbers[5], mismatches: numbers[6], messages: numbers[7],
                versions: numbers[8])
        case "requests" where words.count == 4:
            framesMade = numbers[1]
            requestsSkipped = numbers[3]
        case "refused":
            refusals.append("\(client.rawValue): \(words.dropFirst().joined(separator: " "))")
        case "mismatch" where words.count == 8:
            guard words[1] == "schema" else { return }
            mismatches.append(
                "\(client.rawValue): \(words[2]) at \(words[3]) (\(words[4])): \(words[5]): "
                    + "sent \(words[6]), received \(words[7])")
        case "done": isDone = true
        default: complaints.append("\(client.rawValue): \(line)")
        }
    }
}

/// The drivers of all libraries at work, as many at a time as there are processors.
struct ClientRun {
    /// The file with the frames a client made of the requests.
    static func frames(of client: Client, in folder: String) -> String {
        "\(folder)/\(client.rawValue).frames"
    }

    /// Runs every driver to its end; `whenRequestsAreMade` is called for each that has written its
    /// frames.
    static func reports(
        requests: String, responses: String, folder: String,
        whenRequestsAreMade: (Client) -> Void
    ) throws -> [ClientReport] {
        let loop = try EventLoop()
        var reports = Client.allCases.map(ClientReport.init)
        var ready: [Client] = []
        var processes: [ClientProcess] = []
        for (index, client) in Client.allCases.enumerated() {
            // The other tests go first.
            var launch = Launch(
                "nice",
                [
                    client.python, "-B", client.driver, requests, responses,
                    frames(of: client, in: folder),
                ])
            launch.takesInput = false
            let process = try ClientProcess(launch, on: loop)
            process.onLine = { line in
                reports[index].read(line.text)
                if line.text.hasPrefix("requests\t") { ready.append(client) }
            }
            processes.append(process)
        }
        var isOver: Bool { processes.allSatisfy { $0.ending != nil } }
        while !isOver {
            guard loop.run(until: { isOver || !ready.isEmpty }, forReal: .seconds(300)) else {
                break
            }
            for client in ready { whenRequestsAreMade(client) }
            ready = []
        }
        return reports
    }
}
