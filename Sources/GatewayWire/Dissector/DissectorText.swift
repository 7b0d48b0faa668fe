/// The Wireshark dissector: one Lua file, made from the schema.
///
/// ```
/// program   fixed Lua: reading the layouts, text fields, protobuf, streams     DissectorProgram
/// layouts   one line a field, as in the schema, read when first needed         DissectorLayouts
/// closing   fixed Lua: declares the fields and registers the dissector         DissectorProgram
/// ```
///
/// It shows what `fakegw decode` shows, under the same names. It does not redact anything, and
/// leaves gaps in the capture to Wireshark.
package enum DissectorText {
    /// The whole file.
    package static var lua: String {
        var layouts = DissectorLayouts()
        let messages = ProtocolSchema.messages.map { layouts.message($0) }
        return [
            DissectorProgram.head, DissectorProgram.layouts, DissectorProgram.textForm,
            DissectorProgram.protobufForm, DissectorProgram.messages, DissectorAnswers.lua,
            DissectorProgram.answers, DissectorProgram.display, DissectorProgram.streams,
            "-- The schema.\n\n"
                + layouts.levels.joined() + messages.joined() + layouts.fieldKinds,
            DissectorProgram.closing,
        ].joined(separator: "\n")
    }
}
