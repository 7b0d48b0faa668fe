import GatewayWire

/// The OpenAPI document of the control API, made from its routes.
package enum OpenAPI {
    /// OpenAPI 3.1, as JSON.
    package static var document: String {
        var info = JSONLine()
        info.add("title", "fakegw control API")
        info.add("version", "1")
        info.add(
            "description",
            "Steers and watches running gateways. Bodies are read as a scenario's YAML is, of which JSON "
                + "is a part. '_' names the first gateway. Errors are application/problem+json.")
        var document = JSONLine()
        document.add("openapi", "3.1.0")
        document.addRaw("info", info.finished)
        var paths = JSONLine()
        for path in uniquePaths { paths.addRaw(path, item(path)) }
        document.addRaw("paths", paths.finished)
        return document.finished
    }

    /// Method, path and a body to try, for documentation and tests.
    package static var examples: [(method: String, path: String, body: String?, status: Int)] {
        ControlRoute.all.map { ($0.method, $0.path, $0.body, $0.status) }
    }

    private static var uniquePaths: [String] {
        var paths: [String] = []
        for route in ControlRoute.all where !paths.contains(route.path) { paths.append(route.path) }
        return paths
    }

    private static func item(_ path: String) -> String {
        var item = JSONLine()
        for route in ControlRoute.all where route.path == path {
            item.addRaw(route.method.lowercased(), operation(route))
        }
        return item.finished
    }

    private static func operation(_ route: ControlRoute) -> String {
        var operation = JSONLine()
        operation.add("summary", route.summary)
        let places = route.path.split(separator: "/").filter { $0.hasPrefix("{") }
            .map { parameter(String($0.dropFirst().dropLast()), "path", nil) }
        let queries = route.query.map { parameter($0.name, "query", $0) }
        if !(places + queries).isEmpty {
            operation.addRaw("parameters", JSONLine.array(places + queries))
        }
        if let body = route.body {
            operation.addRaw(
                "requestBody", #"{"content":{"application/json":{"example":\#(body)}}}"#)
        }
        var answer = JSONLine()
        answer.add("description", route.answers)
        operation.addRaw(
            "responses",
            "{\"\(route.status)\":\(answer.finished),\"default\":{\"description\":\"a problem\"}}")
        return operation.finished
    }

    private static func parameter(
        _ name: String, _ place: String, _ parameter: ControlRoute.Parameter?
    ) -> String {
        var line = JSONLine()
        line.add("name", name)
        line.add("in", place)
        if place == "path" { line.addRaw("required", "true") }
        if let parameter {
            line.add("description", parameter.meaning)
            if !parameter.example.isEmpty { line.add("example", parameter.example) }
        }
        line.addRaw("schema", #"{"type":"string"}"#)
        return line.finished
    }
}
