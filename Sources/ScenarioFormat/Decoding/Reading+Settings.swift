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
        for entry in entries(node, of: "settings") ?? [] {
            guard let setting = GatewaySetting.named(entry.key) else {
                reportUnknown(
                    "a gateway has no setting '\(entry.key)'", entry.key,
                    among: GatewaySetting.all.map(\.name), called: "Settings", at: entry.keySpan)
                continue
            }
            let texts = texts(entry.value)
            guard texts.count == items(entry.value).count else { continue }
            let text = texts.joined(separator: "+")
            if !setting.set(text, &settings) {
                report(
                    setting.refusal(of: text), at: entry.value.span,
                    hint: "'fakegw settings' lists them all")
            }
        }
        return settings
    }
}
