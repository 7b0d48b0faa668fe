import GatewayWire

/// The gateway's own settings, read and changed by clients of server version 219 and above.
///
/// Recorded at 219 and 225: the fields of an answer, and that false and empty ones are present. What
/// this gateway acts on is told as it is set, the rest as the recordings show it. The words of
/// `status` are assumed.
extension Reference {
    /// A setting a client may see and change, by its name in the messages.
    private struct Setting: Sendable {
        let field: String
        let value: @Sendable (GatewaySettings) -> String
        /// False when the text is no value for it.
        let change: @Sendable (inout GatewaySettings, String) -> Bool

        static func box(
            _ field: String, _ path: any WritableKeyPath<GatewaySettings, Bool> & Sendable
        )
            -> Setting
        {
            Setting(
                field: field, value: { $0[keyPath: path] ? "1" : "0" },
                change: { settings, text in
                    settings[keyPath: path] = text == "1"
                    return true
                })
        }
    }

    private static let adjustable: [Setting] = [
        .box("api.settings.readOnlyApi", \.readOnly),
        .box("api.settings.useNegativeAutoRange", \.bindsWithNegativeIDs),
        .box(
            "api.settings.downloadOpenOrdersOnConnection", \.downloadOpenOrdersOnConnection),
        .box("api.settings.rejectMessagesAboveMaxRate", \.rejectMessagesAboveMaxRate),
        Setting(
            field: "api.settings.masterClientId",
            value: { $0.masterClientID.map(String.init) ?? "" },
            change: { settings, text in
                guard let number = Int32(text), number >= 0 else { return false }
                settings.masterClientID = Int(number)
                return true
            }),
    ]

    func reqConfig(_ request: Request, _ context: inout GatewayContext) {
        var message = Message("configResponse", ["reqId": String(request.id)])
        // Writes false and empty values too.
        message.encoding = .protobuf
        for (field, value) in ConfigurationContent.fields { message[field] = value }
        for setting in Self.adjustable {
            let value = setting.value(context.settings)
            if !value.isEmpty { message[setting.field] = value }
        }
        message.setItems(of: "messages", to: ConfigurationContent.messages)
        message.setItems(of: "api.settings.trustedIPs", to: [["_value": "127.0.0.1"]])
        context.send(message, to: request.connection)
    }

    /// Changes all that was asked for, or nothing when a part of it cannot be changed here.
    func updateConfig(_ request: Request, _ context: inout GatewayContext) {
        var changed = context.settings
        var names: [String] = []
        var errors: [String] = []
        for (item, value) in zip(request.message.schema.items, request.message.values)
        where value != .absent && item.name != "reqId" {
            guard let setting = Self.adjustable.first(where: { $0.field == item.name }),
                let text = value.string
            else {
                errors.append("\(item.name) cannot be changed")
                continue
            }
            let before = setting.value(changed)
            if !setting.change(&changed, text) {
                errors.append("'\(quoted(text))' is no value for \(item.name)")
            } else if setting.value(changed) != before {
                names.append(item.name)
            }
        }
        var message = Message(
            "updateConfigResponse",
            ["reqId": String(request.id), "status": errors.isEmpty ? "Success" : "Failure"])
        if errors.isEmpty {
            context.adopt(changed)
            message.setItems(of: "changedFields", to: names.map { ["_value": $0] })
        } else {
            message.setItems(of: "errors", to: errors.map { ["_value": $0] })
        }
        context.send(message, to: request.connection)
    }
}
