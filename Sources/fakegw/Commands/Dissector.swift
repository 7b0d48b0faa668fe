import GatewayWire

/// `fakegw dissector`: the protocol for Wireshark.
enum Dissector {
    static let subcommand = Subcommand(
        name: "dissector", summary: "write a Wireshark dissector for the protocol",
        usage: "[-o FILE]",
        about: """
            Writes one Lua file, made from the same schema that decode reads: every message at every
            server version, text and protobuf, fields by name. For Wireshark and tshark 4.0 or later:

              fakegw dissector -o twsapi.lua
              tshark -X lua_script:twsapi.lua -r CAPTURE -Y twsapi -V

            Wireshark loads it from the folder named under Help > About > Folders > Personal Lua
            Plugins. Connections are found by their hello on any port. Fields are filtered by name:
            twsapi.message == "orderStatus", twsapi.field.reqId == 9, twsapi.malformed. Requests that
            were never answered stand in the expert information (twsapi.unanswered; "tshark -2").
            """,
        options: [
            Option("output", "FILE", "where to write it; also -o; standard output without it")
        ],
        run: { arguments in
            Tool.reportingErrors { () throws(CommandFailure) in
                guard arguments.rest.isEmpty else {
                    throw CommandFailure(
                        text: "dissector takes no '\(arguments.rest[0])'",
                        hint: "fakegw dissector -o FILE")
                }
                guard let path = arguments.last("output") else {
                    Terminal.outPart(DissectorText.lua)
                    return .success
                }
                try Files.write(DissectorText.lua, to: path)
                return .success
            }
        })
}
