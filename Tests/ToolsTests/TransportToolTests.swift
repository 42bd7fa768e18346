import Foundation
import Runtime
import Testing
import CommandLineTool

@Suite struct TransportToolTests {
    private func options(_ words: String...) throws -> KafkaOptions {
        let configuration = CommandConfiguration(
            commandName: "test", abstract: "", example: "", options: KafkaOptions.options)
        return try KafkaOptions(try Arguments(parsing: words, for: configuration))
    }

    @Test func `plaintext goes to this machine alone`() throws {
        #expect(try options("--kafka", "127.0.0.1:9092").settings.allSatisfy { $0.name != "security.protocol" })
        #expect(throws: Failure.self) { try options("--kafka", "kafka:9092") }
        #expect(throws: Failure.self) { try options("--kafka", "127.0.0.1:1", "--tls-ca-file", "/none/ca.pem") }
    }

    @Test(arguments: [
        "security.protocol=plaintext", "enable.ssl.certificate.verification=false", "ssl.ca.location=x",
        "bootstrap.servers=kafka:1",
    ])
    func `a setting of librdkafka cannot weaken a connection`(setting: String) {
        #expect(throws: Failure.self) { try options("--kafka", "127.0.0.1:1", "--set", setting) }
    }

    @Test func `certs makes a CA and files that only their owner reads`() throws {
        let folder = NSTemporaryDirectory() + "troth-certs-\(UUID().uuidString)"
        defer { try? FileManager.default.removeItem(atPath: folder) }
        let configuration = CertsCommand.configuration
        let words = ["--out", folder, "--days", "3", "--names", "metering,rights-worker"]
        let status = try CertsCommand(try Arguments(parsing: words, for: configuration)).run()
        #expect(status == .done)
        for name in ["metering", "rights-worker"] {
            let files = TLSFiles(folder: folder, principal: name)
            let found = try files.check()
            #expect(found.name == name)
            #expect((found.notAfter - Int64(Date().timeIntervalSince1970) + 10) / 86_400 == 3)
            let mode = try FileManager.default.attributesOfItem(atPath: files.key)[.posixPermissions] as? Int
            #expect(mode == 0o600)
            #expect(try String(contentsOfFile: files.key, encoding: .utf8).hasPrefix("-----BEGIN PRIVATE KEY-----"))
            let options = try options(
                "--kafka", "kafka:9092", "--tls-ca-file", files.authorities, "--tls-certificate-file",
                files.certificate, "--tls-key-file", files.key)
            #expect(options.settings.contains { $0.name == "security.protocol" && $0.value == "ssl" })
        }
        for words in [["--names", "../x"], ["--hosts", "kafka,DNS:*"]] {
            #expect(throws: Failure.self) {
                try CertsCommand(try Arguments(parsing: ["--out", folder] + words, for: configuration))
            }
        }
    }
}
