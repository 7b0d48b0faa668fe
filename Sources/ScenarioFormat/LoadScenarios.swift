internal import EventLog

/// Reads a scenario file's text into checked scenarios, one for each matrix row.
///
/// - Parameters:
///   - file: The name for messages; clients run in its folder.
///   - environment: The variables for `${env.NAME}`, as far as they are set.
/// - Throws: Every mistake found, with its place.
package func loadScenarios(
    text: String, file: String, catalogue: PathologyCatalogue, environment: [String: String] = [:],
    limits: YAMLLimits = YAMLLimits()
) throws(ScenarioError) -> [Scenario] {
    let source = SourceText(file: file, text: text)
    let root = try YAMLReader.read(text, source: source, limits: limits)
    var matrixReading = Reading(
        source: source, catalogue: catalogue, environment: environment)
    let matrixNode: YAMLNode? =
        if case .mapping(let entries) = root.content {
            entries.first { $0.key == "matrix" }?.value
        } else {
            nil
        }
    let rows = matrixReading.matrix(matrixNode)
    if rows.count > limits.expandedNodes / root.size {
        matrixReading.report(
            "\(rows.count) rows of a file with \(root.size) values are too much",
            at: matrixNode?.span ?? root.span,
            hint: "the most is \(limits.expandedNodes) values, rows written out")
        throw ScenarioError(matrixReading.diagnostics)
    }
    var diagnostics = matrixReading.diagnostics
    var scenarios: [Scenario] = []
    for row in rows where diagnostics.count < Reading.mostDiagnostics {
        var reading = Reading(source: source, catalogue: catalogue, environment: environment)
        for (name, value, _) in row { reading.variables[name] = value }
        let scenario = reading.scenario(root, row: row)
        diagnostics += reading.diagnostics
        if let scenario { scenarios.append(scenario) }
    }
    guard diagnostics.isEmpty else {
        // Rows repeat the same mistakes; in the order of the text they read best.
        throw ScenarioError(
            diagnostics.enumerated().sorted {
                ($0.element.mark.line, $0.element.mark.column, $0.offset)
                    < ($1.element.mark.line, $1.element.mark.column, $1.offset)
            }.map(\.element))
    }
    return scenarios
}

extension Reading {
    private static let keys = [
        "version", "name", "about", "cite", "tags", "explained-by", "seed", "deadline", "speed",
        "matrix",
        "gateway", "gateways", "clients", "steps", "expect", "must-fail",
    ]

    fileprivate mutating func scenario(_ root: YAMLNode, row: MatrixRow) -> Scenario? {
        guard let fields = fields(root, of: "scenario", keys: Self.keys, required: ["name"]) else {
            return nil
        }
        checkVersion(fields, of: "scenario")
        let gateways = gateways(fields)
        let clients = clients(fields["clients"])
        checkMentionedClients()
        let steps = steps(fields["steps"], clients: clients)
        let expectations = expectations(fields["expect"])
        return Scenario(
            name: text(fields["name"]) ?? "", about: text(fields["about"]) ?? "",
            cite: texts(fields["cite"]), tags: texts(fields["tags"]),
            explainedBy: recordedCauses(fields["explained-by"]), file: source.file,
            variables: row.map { ($0.name, $0.value.text) },
            row: row.filter(\.isInTitle).map(\.value.text), seed: seed(fields["seed"]) ?? 1,
            deadline: duration(fields["deadline"]) ?? .seconds(60),
            speed: number(fields["speed"], in: 0.001...10_000) ?? 1, gateways: gateways,
            clients: clients, steps: steps, expectations: expectations,
            mustFail: mustFail(fields["must-fail"]))
    }

    private mutating func mustFail(_ node: YAMLNode?) -> MustFail? {
        guard let node,
            let fields = fields(node, of: "must-fail", keys: ["exit", "says"], required: ["exit"])
        else { return nil }
        return MustFail(
            exit: fields["exit"].flatMap { integer($0, in: 1...9) } ?? 1,
            says: texts(fields["says"]))
    }

    mutating func checkVersion(_ fields: Fields, of what: String) {
        guard let node = fields["version"] else {
            report(
                "the \(what) does not say its format's version", at: fields.span,
                hint: "start the file with 'version: 1'")
            return
        }
        guard let version = integer(node, in: 0...Int(Int32.max)) else { return }
        if version != 1 {
            report(
                "version \(version) of the format is not known", at: node.span,
                hint: "this fakegw reads version 1")
        }
    }
}
