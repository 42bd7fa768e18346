// swift-tools-version: 6.2
import PackageDescription

/// The rules every target is compiled under.
let house: [SwiftSetting] = [
    .swiftLanguageMode(.v6),
    .enableUpcomingFeature("ExistentialAny"),
    .enableUpcomingFeature("InternalImportsByDefault"),
    .enableUpcomingFeature("MemberImportVisibility"),
    .treatAllWarnings(as: .error),
]

func module(_ name: String, _ path: String, _ imports: [Target.Dependency]) -> Target {
    .target(name: name, dependencies: imports, path: path, exclude: ["README.md"], swiftSettings: house)
}
func service(_ name: String, _ path: String) -> Target {
    .target(
        name: name, dependencies: ["Schema", "Policy", "Seal", "Store", "Engine"], path: path, exclude: ["Main"],
        swiftSettings: house)
}
func program(_ name: String, _ path: String, _ imports: [Target.Dependency]) -> Target {
    .executableTarget(name: name, dependencies: imports, path: path, swiftSettings: house)
}
func c(_ name: String) -> Target { .systemLibrary(name: name, path: "Shared/C/\(name)") }
func tests(_ name: String, _ imports: [Target.Dependency]) -> Target {
    .testTarget(name: name, dependencies: imports, path: "Tests/\(name)", swiftSettings: house)
}

let package = Package(
    name: "troth",
    targets: [
        c("CRdKafka"), c("CSQLite"), c("COpenSSL"), c("CIdn2"), c("CEvent"), c("CCurl"), c("CArchive"),
        .systemLibrary(name: "CGMime", path: "Shared/C/CGMime", pkgConfig: "gmime-3.0"),
        module("Schema", "Shared/Schema", []),
        module("Policy", "Shared/Policy", ["Schema"]),
        module("Seal", "Shared/Seal", ["Schema", "COpenSSL", "CIdn2"]),
        module("Store", "Shared/Store", ["CSQLite"]),
        module("Engine", "Shared/Engine", ["Schema", "Policy", "Seal", "Store"]),
        module("Calendars", "Shared/Calendars", ["Schema", "Policy"]),
        module("Archive", "Shared/Archive", ["Schema", "Seal", "CArchive"]),
        module("Kafka", "Shared/Kafka", ["CRdKafka"]),
        module(
            "Runtime", "Shared/Runtime",
            ["Schema", "Seal", "Store", "Engine", "Archive", "Kafka", "COpenSSL", "CEvent", "CCurl"]),
        module("Intake", "Shared/Intake", ["Schema", "CGMime"]),
        module("Invariants", "Shared/Invariants", ["Schema", "Policy"]),
        service("MeteringService", "Services/metering"),
        service("BillingService", "Services/billing"),
        service("IdentityService", "Services/identity"),
        service("NotifierService", "Services/notifier"),
        service("RightsWorkerService", "Services/rights-worker"),
        service("RetentionService", "Services/retention-worker"),
        module(
            "Simulator", "Shared/Simulator",
            [
                "Schema", "Policy", "Seal", "Store", "Engine", "Invariants", "MeteringService", "BillingService",
                "IdentityService", "NotifierService", "RightsWorkerService", "RetentionService",
            ]),
        program("metering", "Services/metering/Main", ["MeteringService", "Runtime"]),
        program("billing", "Services/billing/Main", ["BillingService", "Runtime"]),
        program("identity", "Services/identity/Main", ["IdentityService", "Runtime"]),
        program("notifier", "Services/notifier/Main", ["NotifierService", "Runtime"]),
        program(
            "rights-worker", "Services/rights-worker/Main", ["RightsWorkerService", "Calendars", "Runtime"]),
        program("retention-worker", "Services/retention-worker/Main", ["RetentionService", "Runtime"]),
        program("devbroker", "Shared/Tools/devbroker", ["Schema", "Kafka", "Runtime"]),
        .target(
            name: "CommandLineTool",
            dependencies: [
                "Schema", "Policy", "Seal", "Store", "Engine", "Archive", "Kafka", "Runtime", "Invariants", "Simulator",
                "Calendars", "Intake", "MeteringService", "BillingService", "IdentityService", "NotifierService",
                "RightsWorkerService", "RetentionService",
            ], path: "Shared/Tools/troth", exclude: ["Main"], swiftSettings: house),
        program("troth", "Shared/Tools/troth/Main", ["CommandLineTool"]),
        program(
            "bench", "Tests/Bench",
            [
                "Schema", "Seal", "Store", "Engine", "Kafka", "Runtime", "MeteringService", "BillingService",
                "IdentityService", "NotifierService", "CommandLineTool",
            ]),
        .target(
            name: "Support", dependencies: ["Schema", "Seal", "Store", "Engine"], path: "Tests/Support",
            swiftSettings: house),
        .testTarget(
            name: "SchemaTests", dependencies: ["Schema"], path: "Tests/SchemaTests",
            exclude: ["exchange.py", "validate.py"], swiftSettings: house),
        .testTarget(
            name: "SealTests", dependencies: ["Seal", "Schema"], path: "Tests/SealTests",
            exclude: ["vectors.json", "seal.py"], swiftSettings: house),
        .testTarget(
            name: "PolicyTests", dependencies: ["Policy", "Schema"], path: "Tests/PolicyTests",
            exclude: ["clock.py", "retention.py"], swiftSettings: house),
        tests("HouseTests", []),
        tests("StoreTests", ["Store"]),
        .testTarget(
            name: "KafkaTests", dependencies: ["Kafka"], path: "Tests/KafkaTests", exclude: ["batches.py"],
            swiftSettings: house),
        .testTarget(
            name: "RuntimeTests", dependencies: ["Runtime", "Archive", "Schema", "Seal", "Store", "Engine"],
            path: "Tests/RuntimeTests",
            exclude: ["smtp_server.py"], swiftSettings: house),
        .testTarget(
            name: "ArchiveTests", dependencies: ["Archive", "Schema", "Seal"], path: "Tests/ArchiveTests",
            exclude: ["archive.py"], swiftSettings: house),
        tests("EngineTests", ["Engine", "Schema", "Seal", "Store", "Support"]),
        tests("MeteringTests", ["MeteringService", "Engine", "Policy", "Schema", "Store", "Support"]),
        tests(
            "BillingTests",
            ["BillingService", "MeteringService", "Engine", "Invariants", "Policy", "Schema", "Store", "Support"]),
        tests("IdentityTests", ["IdentityService", "Engine", "Policy", "Schema", "Seal", "Store", "Support"]),
        tests("NotifierTests", ["NotifierService", "Engine", "Policy", "Schema", "Seal", "Store", "Support"]),
        tests(
            "RightsWorkerTests",
            [
                "RightsWorkerService", "IdentityService", "Engine", "Archive", "Runtime", "Policy", "Schema", "Seal",
                "Store", "Support", "CommandLineTool",
            ]),
        tests("RetentionTests", ["RetentionService", "Engine", "Policy", "Schema", "Store", "Support"]),
        tests("InvariantsTests", ["Invariants", "Schema", "Store", "Engine", "MeteringService", "BillingService"]),
        .testTarget(
            name: "SimulationTests", dependencies: ["Simulator", "Invariants", "Engine", "Schema"],
            path: "Tests/Simulation", swiftSettings: house),
        tests("IntakeTests", ["Intake", "CommandLineTool", "Schema", "Seal", "Engine", "Kafka"]),
        tests("ToolsTests", ["CommandLineTool", "Archive", "Schema", "Seal", "Engine", "Kafka", "Runtime"]),
    ]
)
