import CommandLineTool
import Foundation
import Testing

/// What `make compose-test` plays, as far as a text says it.
@Suite struct ComposeTests {
    private static func text(_ name: String) throws -> String {
        let root = URL(fileURLWithPath: #filePath).deletingLastPathComponent().deletingLastPathComponent()
            .deletingLastPathComponent()
        return try String(contentsOf: root.appendingPathComponent(name), encoding: .utf8)
    }

    @Test(arguments: Services.names)
    func `every service has a container, stores, secrets and a certificate`(service: String) throws {
        let compose = try Self.text("compose.yaml")
        for part in [
            "\n  \(service):\n", "command: [\(service)]\n", "TROTH_ADMIN_NAMES: operator,monitor,\(service)\n",
            "\n  \(service)-stores:\n", "\n  \(service)-secrets:\n",
        ] {
            #expect(compose.contains(part), "\(part)")
        }
        // the service itself, init, verify; and the service itself, certificates
        #expect(compose.components(separatedBy: "- \(service)-stores:/var/lib/troth/\(service)\n").count - 1 == 3)
        #expect(compose.contains("- \(service)-secrets:/run/secrets/troth-\(service):ro\n"))
        #expect(compose.contains("- \(service)-secrets:/var/lib/troth/secrets/\(service)\n"))
        let names = compose.components(separatedBy: "\n").first { $0.contains("--names ") } ?? ""
        #expect(names.split(whereSeparator: { $0 == " " || $0 == "," }).contains { $0 == service })
    }

    @Test(arguments: Services.names) func `the image has every service and its folders`(service: String) throws {
        let lines = try Self.text("Dockerfile").components(separatedBy: "\n")
        for mark in ["cd .build/release && cp ", "for name in "] {
            let words = lines.first { $0.contains(mark) }?.split(whereSeparator: { $0 == " " || $0 == ";" }) ?? []
            #expect(words.contains { $0 == service }, "\(mark)")
        }
    }
}
