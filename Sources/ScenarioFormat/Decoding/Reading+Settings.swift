internal import GatewayModel

extension Reading {
    /// `settings:` of a gateway; a list's items count as joined by `+`.
    ///
    /// - Parameter dialect: What they start from.
    mutating func settings(
        _ node: YAMLNode?, from dialect: GatewayDialect? = nil
    ) -> GatewaySettings {
        var settings = GatewaySettings()
        dialect?.apply(to: &settings)
        for entry in entries(node, of: "settings") ?? [] { set(entry, in: &settings) }
        return settings
    }

    /// One of them.
    mutating func set(_ entry: YAMLEntry, in settings: inout GatewaySettings) {
        guard let setting = GatewaySetting.named(entry.key) else {
            reportUnknown(
                "a gateway has no setting '\(entry.key)'", entry.key,
                among: GatewaySetting.all.map(\.name), called: "Settings", at: entry.keySpan)
            return
        }
        let texts = texts(entry.value)
        guard texts.count == items(entry.value).count else { return }
        let text = texts.joined(separator: "+")
        if !setting.set(text, &settings) {
            report(
                setting.refusal(of: text), at: entry.value.span,
                hint: "'fakegw settings' lists them all")
        }
    }
}
