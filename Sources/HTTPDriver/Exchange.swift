internal import CMicroHTTPD
internal import HTTPMessages

/// One request while it arrives.
final class Exchange {
    private let server: HTTPServer
    private let connection: OpaquePointer
    private let method: String
    private let path: String
    private var body: [UInt8] = []
    private var isTooLong = false
    private var stream: ResponseStream?

    init(_ server: HTTPServer, _ connection: OpaquePointer, method: String, path: String) {
        self.server = server
        self.connection = connection
        self.method = method
        self.path = path
    }

    /// The head is complete: a body that is announced as too long is refused before it comes.
    func begin() -> MHD_Result {
        let length = fields(.HEADER_KIND).first { $0.name.lowercased() == "content-length" }
        guard let count = length.flatMap({ Int($0.value) }), count > server.handler.maxBodyBytes
        else { return .YES }
        return queue(Self.tooLong(server.handler.maxBodyBytes))
    }

    func take(_ bytes: UnsafeRawBufferPointer) {
        if body.count + bytes.count > server.handler.maxBodyBytes {
            isTooLong = true
            body = []
        }
        if !isTooLong { body.append(contentsOf: bytes) }
    }

    /// The request is complete.
    func answer() -> MHD_Result {
        if isTooLong { return queue(Self.tooLong(server.handler.maxBodyBytes)) }
        let query = fields(.GET_ARGUMENT_KIND).map { field in
            HTTPField(decoded(field.name), decoded(field.value))
        }
        let request = HTTPRequest(
            method, path, query: query, headers: fields(.HEADER_KIND), body: body)
        switch server.handler.reply(to: request) {
        case .whole(let response): return queue(response)
        case .stream(let type, let begin): return stream(type, begin)
        }
    }

    /// The request is over; its socket is still open.
    func end() { stream?.unwatch() }

    private func decoded(_ text: String) -> String { HTTPRequest.unescaped(text) ?? text }

    private static func tooLong(_ bound: Int) -> HTTPResponse {
        .problem(413, "body too long", "a body here has \(bound) bytes at most")
    }

    private func queue(_ response: HTTPResponse) -> MHD_Result {
        let made = response.body.withUnsafeBytes { bytes in
            MHD_create_response_from_buffer(
                bytes.count, UnsafeMutableRawPointer(mutating: bytes.baseAddress),
                .RESPMEM_MUST_COPY)
        }
        guard let made else { return .NO }
        defer { MHD_destroy_response(made) }
        for field in response.headers { MHD_add_response_header(made, field.name, field.value) }
        return MHD_queue_response(connection, UInt32(response.status), made)
    }

    private func stream(_ type: String, _ begin: @escaping (any HTTPStream) -> Void) -> MHD_Result {
        guard server.streams.count < server.bounds.maxStreams else {
            let detail = "\(server.bounds.maxStreams) streams are open; end one and try again"
            return queue(.problem(503, "too many streams", detail))
        }
        let stream = ResponseStream(server, connection)
        let context = Unmanaged.passRetained(stream)
        let made = MHD_create_response_from_callback(
            UInt64.max, ResponseStream.pieceSize, readStream, context.toOpaque(), releaseStream)
        guard let made else {
            context.release()
            return .NO
        }
        defer { MHD_destroy_response(made) }
        MHD_add_response_header(made, "Content-Type", type)
        MHD_add_response_header(made, "Cache-Control", "no-store")
        cmicrohttpd_wait_forever(connection)
        self.stream = stream
        stream.watchClient()
        begin(stream)
        return MHD_queue_response(connection, 200, made)
    }

    private func fields(_ kind: MHD_ValueKind) -> [HTTPField] {
        var fields: [HTTPField] = []
        withUnsafeMutablePointer(to: &fields) { list in
            _ = MHD_get_connection_values(
                connection, kind,
                { list, _, name, value in
                    guard let list, let name else { return .YES }
                    let text = value.map { String(cString: $0) } ?? ""
                    list.assumingMemoryBound(to: [HTTPField].self).pointee
                        .append(HTTPField(String(cString: name), text))
                    return .YES
                }, list)
        }
        return fields
    }
}

/// libmicrohttpd calls this for the head of a request, for each piece of its body, and at its end.
func handleRequest(
    context: UnsafeMutableRawPointer?, connection: OpaquePointer?, path: UnsafePointer<CChar>?,
    method: UnsafePointer<CChar>?, version: UnsafePointer<CChar>?, upload: UnsafePointer<CChar>?,
    uploadCount: UnsafeMutablePointer<Int>?,
    state: UnsafeMutablePointer<UnsafeMutableRawPointer?>?
) -> MHD_Result {
    guard let context, let connection, let path, let method, let uploadCount, let state else {
        return .NO
    }
    guard let known = state.pointee else {
        let server = Unmanaged<HTTPServer>.fromOpaque(context).takeUnretainedValue()
        let exchange = Exchange(
            server, connection, method: String(cString: method), path: String(cString: path))
        state.pointee = Unmanaged.passRetained(exchange).toOpaque()
        return exchange.begin()
    }
    let exchange = Unmanaged<Exchange>.fromOpaque(known).takeUnretainedValue()
    guard uploadCount.pointee > 0 else { return exchange.answer() }
    exchange.take(UnsafeRawBufferPointer(start: upload, count: uploadCount.pointee))
    uploadCount.pointee = 0
    return .YES
}

/// libmicrohttpd calls this once a request is over, answered or not.
func forgetRequest(
    context: UnsafeMutableRawPointer?, connection: OpaquePointer?,
    state: UnsafeMutablePointer<UnsafeMutableRawPointer?>?,
    why: MHD_RequestTerminationCode
) {
    guard let state, let known = state.pointee else { return }
    let exchange = Unmanaged<Exchange>.fromOpaque(known).takeRetainedValue()
    exchange.end()
    state.pointee = nil
}
