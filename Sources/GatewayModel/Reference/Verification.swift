import GatewayWire

/// The handshake of programs IB has certified; this gateway certifies nobody.
///
/// Assumed: nobody outside has seen a real answer. Its messages exist for one purpose only, and the
/// completed form with its reason is the one that ends the conversation.
extension Reference {
    private static let reason = "Verification of this program is not supported"

    func refuseVerification(_ request: Request, _ context: inout GatewayContext) {
        context.send(
            Message(
                "verifyCompleted", ["isSuccessful": "false", "errorText": Self.reason]),
            to: request.connection)
    }

    func refuseAuthentication(_ request: Request, _ context: inout GatewayContext) {
        context.send(
            Message(
                "verifyAndAuthCompleted", ["isSuccessful": "false", "errorText": Self.reason]),
            to: request.connection)
    }
}
