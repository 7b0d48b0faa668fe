import GatewayWire

/// The handshake of programs IB has certified; this gateway certifies nobody.
///
/// Assumed: no real answer is known. The "completed" message with a reason is used, because it ends
/// the handshake for the client.
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
