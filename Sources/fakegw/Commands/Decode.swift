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
                    while let event = try capture.next() { Terminal.out(lines.line(for: event)) }
                    for note in capture.notes { Terminal.error("note: \(note)") }
                } catch {
                    throw CommandFailure(text: "\(error)")
                }
                return .success
            }
        })
}
