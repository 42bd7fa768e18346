import Foundation
import Testing

/// What a target is, as `swift package describe` prints it.
private struct Package: Decodable {
    struct Target: Decodable {
        let name: String
        let path: String
        let type: String
        let sources: [String]
        let target_dependencies: [String]?
    }
    let targets: [Target]
}

@Suite struct ImportTests {
    private static let package: Package? = {
        let scratch = NSTemporaryDirectory() + "troth-house-\(getpid())"
        defer { try? FileManager.default.removeItem(atPath: scratch) }
        let data = try? House.output("swift", ["package", "--scratch-path", scratch, "describe", "--type", "json"])
        return data.flatMap { try? JSONDecoder().decode(Package.self, from: $0) }
    }()
    /// C libraries: the module that wraps each.
    private static let owners = [
        "CRdKafka": ["Kafka"], "CSQLite": ["Store"], "COpenSSL": ["Seal", "Runtime"], "CIdn2": ["Seal"],
        "CEvent": ["Runtime"], "CCurl": ["Runtime"], "CArchive": ["Archive"], "CGMime": ["Intake"],
    ]

    @Test func `each import is a declared dependency`() throws {
        let package = try #require(Self.package)
        let ours = Set(package.targets.map(\.name))
        for target in package.targets where target.type != "system-target" {
            let declared = Set(target.target_dependencies ?? [])
            for source in target.sources {
                for name in imports("\(target.path)/\(source)") where ours.contains(name) && name != target.name {
                    #expect(declared.contains(name), "\(target.path)/\(source) imports \(name), undeclared")
                }
            }
        }
    }

    @Test func `no service imports another, and only a Main joins one to the Runtime`() {
        for file in House.files(["Services"]) {
            let names = imports(file.path)
            if file.path.contains("/Main/") {
                let statements = file.lines.filter { line in line.first.map { $0 != " " && $0 != "}" } ?? false }
                #expect(statements.count <= 4, "\(file.path) is more than its call")
                continue
            }
            for name in names {
                #expect(!name.hasSuffix("Service") && name != "Runtime" && name != "Kafka", "\(file.path): \(name)")
            }
        }
    }

    @Test func `a C library has one owner`() {
        for file in House.files(["Services", "Shared"]) {
            for name in imports(file.path) {
                guard let owners = Self.owners[name] else { continue }
                #expect(
                    owners.contains { file.path.hasPrefix("Shared/\($0)/") },
                    "\(file.path) imports \(name), which is that of \(owners)")
            }
        }
    }

    @Test func `what is a function of its input has no clock, no randomness, no thread and no async`() {
        let words = [
            "async ", "await ", "Date()", "clock_gettime", "SystemRandomNumberGenerator", ".random(", "getenv",
            "Thread",
            "pthread", "import Dispatch", "import Foundation",
        ]
        let folders = ["Schema", "Policy", "Engine", "Invariants", "Simulator"].map { "Shared/\($0)" } + ["Services"]
        for file in House.files(folders) where !file.path.contains("/Main/") {
            for (number, line) in code(file) {
                for word in words {
                    #expect(!line.contains(word), "\(file.path):\(number) has \(word)")
                }
            }
        }
    }

    private func imports(_ path: String) -> [String] {
        guard let text = try? String(contentsOf: House.root.appendingPathComponent(path), encoding: .utf8) else {
            return []
        }
        return text.components(separatedBy: "\n").compactMap { line in
            let words = line.split(separator: " ")
            guard let place = words.firstIndex(of: "import"), place <= 1, words.count > place + 1 else { return nil }
            return String(words[place + 1])
        }
    }

    private func code(_ file: House.File) -> [(Int, String)] {
        file.lines.enumerated().filter { !$0.element.trimmingCharacters(in: .whitespaces).hasPrefix("//") }
            .map { ($0.offset + 1, $0.element) }
    }
}
