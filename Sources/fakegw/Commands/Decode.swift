import CaptureImport

/// `fakegw decode`: what a capture holds, message by message.
enum Decode {
    static let subcommand = Subcommand(
        name: "decode", summary: "print every message of a capture", usage: "CAPTURE [--json]",
        about: """
            Reads a pcap or pcapng file, finds the gateway connections in it by their hello, and
            prints every message of both directions, and what happened to the connections.
            """,
        options: [Option("json", nil, "one JSON object a line")],
        run: { arguments in
            Tool.reportingErrors { () throws(CommandFailure) in
                guard let path = arguments.rest.first, arguments.rest.count == 1 else {
                    throw CommandFailure(text: "decode takes one capture")
                }
                do throws(CaptureError) {
                    var capture = try DecodedCapture(path: path)
                    var lines = DecodedLines(isJSON: arguments.has("json"))
                    // A write for every line would take longer than the decoding.
                    var page: [String] = []
                    while let event = try capture.next() {
                        page.append(lines.line(for: event))
                        guard page.count == 256 else { continue }
                        Terminal.out(page.joined(separator: "\n"))
                        page.removeAll(keepingCapacity: true)
                    }
                    if !page.isEmpty { Terminal.out(page.joined(separator: "\n")) }
                    for note in capture.notes { Terminal.error("note: \(note)") }
                } catch {
                    throw CommandFailure(text: "\(error)")
                }
                return .success
            }
        })
}
