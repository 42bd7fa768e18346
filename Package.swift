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
        name: name, dependencies: ["Schema", "Policy", "Store", "Engine"], path: path, exclude: ["Main"],
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
        c("CRdKafka"), c("CSQLite"), c("CEvent"), c("COpenSSL"),
        module("Schema", "Shared/Schema", []),
        module("Policy", "Shared/Policy", ["Schema"]),
        module("Store", "Shared/Store", ["CSQLite"]),
        module("Engine", "Shared/Engine", ["Schema", "Policy", "Store"]),
        module("Kafka", "Shared/Kafka", ["CRdKafka"]),
        module("Runtime", "Shared/Runtime", ["Schema", "Store", "Engine", "Kafka", "CEvent", "COpenSSL"]),
        module("Invariants", "Shared/Invariants", ["Schema", "Policy"]),
        service("MeteringService", "Services/metering"),
        service("BillingService", "Services/billing"),
        module(
            "Simulator", "Shared/Simulator",
            ["Schema", "Policy", "Store", "Engine", "Invariants", "MeteringService", "BillingService"]),
        program("metering", "Services/metering/Main", ["MeteringService", "Runtime"]),
        program("billing", "Services/billing/Main", ["BillingService", "Runtime"]),
        program("devbroker", "Shared/Tools/devbroker", ["Schema", "Kafka", "Runtime"]),
        program(
            "troth", "Shared/Tools/troth",
            [
                "Schema", "Policy", "Store", "Engine", "Kafka", "Runtime", "Invariants", "Simulator",
                "MeteringService", "BillingService",
            ]),
        program(
            "bench", "Tests/Bench",
            ["Schema", "Store", "Engine", "Kafka", "Runtime", "MeteringService", "BillingService"]),
        .target(
            name: "Support", dependencies: ["Schema", "Store", "Engine"], path: "Tests/Support", swiftSettings: house),
        .testTarget(
            name: "SchemaTests", dependencies: ["Schema"], path: "Tests/SchemaTests",
            exclude: ["exchange.py", "validate.py"], swiftSettings: house),
        tests("HouseTests", []),
        tests("StoreTests", ["Store"]),
        tests("KafkaTests", ["Kafka"]),
        tests("RuntimeTests", ["Runtime", "Schema"]),
        tests("EngineTests", ["Engine", "Schema", "Store", "Support"]),
        tests("MeteringTests", ["MeteringService", "Engine", "Schema", "Store", "Support"]),
        tests("BillingTests", ["BillingService", "MeteringService", "Engine", "Schema", "Store", "Support"]),
        tests("InvariantsTests", ["Invariants", "Schema", "Store", "Engine", "MeteringService", "BillingService"]),
        .testTarget(
            name: "SimulationTests", dependencies: ["Simulator", "Invariants", "Engine", "Schema"],
            path: "Tests/Simulation", swiftSettings: house),
        tests("ToolsTests", ["troth", "Schema", "Kafka", "Runtime"]),
    ]
)
