// swift-tools-version: 6.2
import PackageDescription

/// The sanitizers that `scripts/fuzz` wants, `fuzzer` among them; unset in every other build.
let fuzzers = Context.environment["FAKEGW_FUZZ"]
let isFuzzing = fuzzers != nil
let sanitize = ["-sanitize=\(fuzzers ?? "fuzzer")"]
let instrumentation: [SwiftSetting] = isFuzzing ? [.unsafeFlags(sanitize)] : []

/// Every Swift target: Swift 6 mode, explicit imports, no warning left standing.
let strict: [SwiftSetting] = [
    .swiftLanguageMode(.v6),
    .enableUpcomingFeature("ExistentialAny"),
    .enableUpcomingFeature("MemberImportVisibility"),
    .enableUpcomingFeature("InternalImportsByDefault"),
    .treatAllWarnings(as: .error),
]

/// A test target, which a release build does not optimize.
///
/// It runs once, and compiles in half the time. What it tests is optimized.
let unoptimized: [SwiftSetting] =
    strict + [.unsafeFlags(["-Onone"], .when(configuration: .release))]

/// The targets that only `scripts/fuzz` builds.
let fuzzing: [Target] =
    isFuzzing
    ? [
        .target(name: "CFuzzing", path: "Tests/CFuzzing"),
        .executableTarget(
            name: "Fuzz",
            dependencies: [
                "CFuzzing", "CaptureImport", "Diagnosis", "EventLog", "GatewayWire",
                "ScenarioFormat", "Simulation", "WireSamples",
            ],
            path: "Tests/Fuzzing", swiftSettings: strict + instrumentation,
            linkerSettings: [.unsafeFlags(sanitize + ["-use-ld=lld"])]),
    ] : []

func pure(_ name: String, _ dependencies: [Target.Dependency] = []) -> Target {
    .target(name: name, dependencies: dependencies, swiftSettings: strict)
}

func tests(
    _ name: String, _ dependencies: [Target.Dependency], exclude: [String] = []
) -> Target {
    .testTarget(
        name: name, dependencies: dependencies, exclude: exclude, swiftSettings: unoptimized)
}

let package = Package(
    name: "fakegw",
    products: [.executable(name: "fakegw", targets: ["fakegw"])],
    targets: [
        // System interfaces: the kernel calls Glibc's module leaves out, and five Debian libraries.
        .target(name: "CLinux"),
        .systemLibrary(
            name: "CYaml", pkgConfig: "yaml-0.1", providers: [.apt(["libyaml-dev"])]),
        .systemLibrary(name: "CPcap", pkgConfig: "libpcap", providers: [.apt(["libpcap-dev"])]),
        .systemLibrary(
            name: "CMicroHTTPD", pkgConfig: "libmicrohttpd",
            providers: [.apt(["libmicrohttpd-dev"])]),
        .systemLibrary(name: "CZlib", pkgConfig: "zlib", providers: [.apt(["zlib1g-dev"])]),
        .systemLibrary(name: "CZstd", pkgConfig: "libzstd", providers: [.apt(["libzstd-dev"])]),

        // Deciding: pure values in, values out.
        .target(name: "Simulation", swiftSettings: strict + instrumentation),
        .target(name: "GatewayWire", swiftSettings: strict + instrumentation),
        pure("GatewayModel", ["GatewayWire", "Simulation"]),
        pure("EventLog", ["GatewayWire", "Simulation"]),
        pure("Faults", ["EventLog", "GatewayModel", "GatewayWire", "Simulation"]),
        pure("Diagnosis", ["EventLog", "Faults", "GatewayModel", "GatewayWire", "Simulation"]),
        pure(
            "GatewayMachine", ["EventLog", "Faults", "GatewayModel", "GatewayWire", "Simulation"]),
        .target(
            name: "ScenarioFormat",
            dependencies: [
                "CYaml", "Diagnosis", "EventLog", "Faults", "GatewayModel", "GatewayWire",
                "Simulation",
            ],
            swiftSettings: strict, plugins: ["EmbedCatalogue"]),
        pure(
            "ScenarioRun",
            [
                "EventLog", "Faults", "GatewayMachine", "GatewayModel", "GatewayWire",
                "ScenarioFormat", "Simulation",
            ]),
        pure(
            "Control",
            [
                "EventLog", "Faults", "GatewayMachine", "GatewayModel", "GatewayWire",
                "HTTPMessages", "Pages", "ScenarioFormat", "Simulation",
            ]),
        pure("RunReport", ["EventLog", "GatewayWire", "Pages", "ScenarioRun", "Simulation"]),
        .target(
            name: "Pages", exclude: ["Files"], swiftSettings: strict, plugins: ["EmbedPages"]),
        pure("HTTPMessages", ["GatewayWire", "Simulation"]),
        pure("Toxiproxy", ["GatewayWire", "HTTPMessages", "Simulation"]),
        .target(
            name: "CaptureImport",
            dependencies: [
                "CLinux", "CPcap", "CZlib", "CZstd", "Diagnosis", "EventLog", "Faults",
                "GatewayModel", "GatewayWire", "ScenarioFormat", "Simulation",
            ],
            swiftSettings: strict + instrumentation),

        pure(
            "Comparison",
            [
                "CaptureImport", "EventLog", "GatewayMachine", "GatewayModel", "GatewayWire",
                "ScenarioFormat", "Simulation",
            ]),

        // Puts texts of the repository into the binary, at build time: Scenarios/pathologies and
        // Scenarios/dialects, and the files of the HTML pages.
        .executableTarget(
            name: "embed-texts", path: "scripts/embed-texts/Tool", swiftSettings: strict),
        .plugin(
            name: "EmbedCatalogue", capability: .buildTool(), dependencies: ["embed-texts"],
            path: "scripts/embed-texts/Catalogue"),
        .plugin(
            name: "EmbedPages", capability: .buildTool(), dependencies: ["embed-texts"],
            path: "scripts/embed-texts/Pages"),

        // Puts the commit that is built into the binary.
        .executableTarget(
            name: "embed-commit", path: "scripts/embed-commit/Tool", swiftSettings: strict),
        .plugin(
            name: "EmbedCommit", capability: .buildTool(), dependencies: ["embed-commit"],
            path: "scripts/embed-commit/Plugin"),

        // Compiles Sources/TimeShim and puts it into the binary, at build time.
        .executableTarget(
            name: "embed-time-shim", path: "scripts/embed-time-shim/Tool", swiftSettings: strict),
        .plugin(
            name: "EmbedTimeShim", capability: .buildTool(), dependencies: ["embed-time-shim"],
            path: "scripts/embed-time-shim/Plugin"),

        // Doing: sockets, processes, the real clock.
        pure("SocketDriver", ["CLinux", "Simulation"]),
        pure("HTTPDriver", ["CMicroHTTPD", "HTTPMessages", "Simulation", "SocketDriver"]),
        .target(
            name: "ProcessDriver", dependencies: ["CLinux", "Simulation", "SocketDriver"],
            swiftSettings: strict, plugins: ["EmbedTimeShim"]),

        // The command line.
        .executableTarget(
            name: "fakegw",
            dependencies: [
                "CaptureImport", "Comparison", "Control", "Diagnosis", "EventLog", "Faults",
                "GatewayMachine", "GatewayModel", "GatewayWire", "HTTPDriver", "HTTPMessages",
                "ProcessDriver", "RunReport", "ScenarioFormat", "ScenarioRun", "Simulation",
                "SocketDriver", "Toxiproxy",
            ],
            swiftSettings: strict, plugins: ["EmbedCommit"]),

        .target(
            name: "TestSupport",
            dependencies: ["EventLog", "Faults", "GatewayMachine", "GatewayWire", "Simulation"],
            path: "Tests/TestSupport", swiftSettings: strict),
        .target(
            name: "WireSamples", dependencies: ["GatewayWire", "Simulation"],
            path: "Tests/WireSamples", swiftSettings: strict + instrumentation),
        // Feeds Tests/Conformance, where public clients' own code checks the schema.
        .executableTarget(
            name: "wire-lines", dependencies: ["GatewayWire", "Simulation", "WireSamples"],
            path: "Tests/Conformance/WireLines", swiftSettings: strict),
        // Feeds Tests/Dissector/compare.py, where tshark checks the dissector.
        .executableTarget(
            name: "dissector-captures",
            dependencies: ["CaptureImport", "GatewayWire", "Simulation", "WireSamples"],
            path: "Tests/Dissector/Captures", swiftSettings: strict),
        // Built by scripts/bench, in release.
        .executableTarget(
            name: "Benchmarks",
            dependencies: [
                "GatewayMachine", "GatewayModel", "GatewayWire", "Simulation", "SocketDriver",
                "WireSamples",
            ],
            path: "Tests/Benchmarks",
            exclude: [
                "Capture/measure.py", "Record", "Run", "Stream/server.c", "Stream/server.py",
                "ib_insync_decoder.py",
                "thresholds.txt",
            ], swiftSettings: strict),

        tests("SimulationTests", ["Simulation"]),
        tests(
            "DiagnosisTests",
            [
                "Diagnosis", "EventLog", "Faults", "GatewayMachine", "GatewayModel", "GatewayWire",
                "ScenarioFormat", "Simulation", "TestSupport", "WireSamples",
            ], exclude: ["catalogue.expected"]),
        tests("GatewayWireTests", ["GatewayWire", "Simulation", "WireSamples"]),
        tests(
            "ScenarioFormatTests",
            [
                "EventLog", "Faults", "GatewayModel", "GatewayWire", "ScenarioFormat", "Simulation",
            ]),
        tests(
            "LoopbackTests",
            [
                "CLinux", "EventLog", "GatewayMachine", "GatewayModel", "GatewayWire",
                "ProcessDriver",
                "Simulation", "SocketDriver", "TestSupport",
            ]),
        tests(
            "GatewayMachineTests",
            [
                "EventLog", "Faults", "GatewayMachine", "GatewayModel", "GatewayWire",
                "ScenarioFormat", "Simulation", "TestSupport",
            ]),
        tests(
            "HTTPDriverTests", ["HTTPDriver", "HTTPMessages", "Simulation", "SocketDriver"]),
        tests(
            "ToxiproxyTests", ["GatewayWire", "HTTPMessages", "Simulation", "Toxiproxy"]),
        tests("EventLogTests", ["EventLog", "GatewayWire", "Simulation", "WireSamples"]),
        tests(
            "ScenarioRunTests",
            [
                "EventLog", "Faults", "GatewayMachine", "GatewayModel", "GatewayWire",
                "ScenarioFormat", "ScenarioRun", "Simulation", "TestSupport",
            ]),
        tests(
            "ControlTests",
            [
                "Control", "EventLog", "Faults", "GatewayMachine", "GatewayModel", "GatewayWire",
                "HTTPMessages", "ScenarioFormat", "Simulation", "TestSupport",
            ]),
        tests(
            "RunReportTests",
            ["EventLog", "GatewayWire", "RunReport", "ScenarioRun", "Simulation"]),
        tests(
            "RepositoryTests",
            ["Diagnosis", "Faults", "GatewayModel", "GatewayWire", "ScenarioFormat"]),
        tests(
            "CaptureTests",
            [
                "CaptureImport", "Diagnosis", "EventLog", "GatewayMachine", "GatewayWire",
                "ScenarioFormat",
                "Simulation", "TestSupport", "WireSamples",
            ]),
        tests("GatewayModelTests", ["GatewayModel", "GatewayWire", "Simulation"]),
        .testTarget(
            name: "ComparisonTests",
            dependencies: [
                "CaptureImport", "Comparison", "EventLog", "GatewayMachine", "GatewayModel",
                "GatewayWire", "ScenarioFormat", "Simulation", "TestSupport",
            ],
            exclude: ["Recordings"], swiftSettings: strict),
        .testTarget(
            name: "ConformanceTests",
            dependencies: [
                "GatewayWire", "ProcessDriver", "Simulation", "SocketDriver", "WireSamples",
            ],
            exclude: ["Clients"], swiftSettings: unoptimized),
        .testTarget(
            name: "CommandTests",
            dependencies: [
                "fakegw", "CaptureImport", "EventLog", "GatewayMachine", "GatewayModel",
                "GatewayWire", "ProcessDriver", "RunReport", "ScenarioFormat", "ScenarioRun",
                "Simulation", "SocketDriver", "TestSupport",
            ],
            exclude: ["Files", "Golden"], swiftSettings: unoptimized),
    ] + fuzzing
)
