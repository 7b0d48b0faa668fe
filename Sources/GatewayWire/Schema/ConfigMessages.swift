/// The gateway's own settings, read and changed by clients.
///
/// One line a message, one line a field; the words are explained in `SchemaText`.
enum ConfigMessages {
    static let text = #"""
        message reqConfig toGateway 108 since 219 protobuf ConfigRequest protobufSince 219 textForm no evidence recorded

        message updateConfig toGateway 109 since 221 protobuf UpdateConfigRequest protobufSince 221 textForm no evidence verified

        message configResponse toClient 110 since 219 protobuf ConfigResponse protobufSince 219 textForm no evidence recorded

        message updateConfigResponse toClient 111 since 221 protobuf UpdateConfigResponse protobufSince 221 textForm no evidence verified
        """#
}
