import Foundation
import Glibc
import Runtime

/// What a process refuses of itself: settings without effect, keys written away, plaintext that nobody asked for.
package struct ProcessCases {
    private let certificates: TestCertificates
    private let folder: String

    /// `folder` is for the output of the processes.
    package init(_ certificates: TestCertificates, folder: String) {
        (self.certificates, self.folder) = (certificates, folder)
    }

    package var all: [TLSCase] {
        let files = certificates.files("metering")
        let open = certificates.files("open")
        let words = [
            "--tls-ca-file", files.authorities, "--tls-certificate-file", files.certificate, "--tls-key-file",
        ]
        return [
            TLSCase("process", "MinProtocol = TLS1.3, a misspelt setting", signs: ["least version"], Self.misspelt),
            row("SSLKEYLOGFILE", "troth", ["--version"], environment: "SSLKEYLOGFILE=/dev/null", "SSLKEYLOGFILE"),
            row("no certificates and no --development", "metering", [], "no certificates"),
            row("plaintext to another host", "metering", ["--development", "--kafka", "192.0.2.1:9092"], "192.0.2.1"),
            row("a key without its certificate", "metering", ["--tls-key-file", files.key], "tls-ca-file"),
            row("another's key", "metering", words + [certificates.files("billing").key], "is not the key of"),
            row("a key that others may read", "metering", words + [open.key], "may be read by"),
        ]
    }

    /// The settings of this process, misspelt, and put right again.
    private static func misspelt() throws(Failure) -> TLSCase.Outcome {
        do throws(TransportError) {
            let text = ProcessTLS.settings.replacing("MinProtocol = TLSv1.3", with: "MinProtocol = TLS1.3")
            defer { try? ProcessTLS.load(ProcessTLS.settings) }  // they were taken before; rows of TLS 1.2 would tell
            try ProcessTLS.load(text)
            try ProcessTLS.check()
            return .answered("taken")
        } catch {
            return .refused("\(error)")
        }
    }

    private func row(
        _ what: String, _ name: String, _ words: [String], environment: String? = nil, _ sign: String
    ) -> TLSCase {
        TLSCase("process", what, signs: [sign]) { () throws(Failure) in
            let log = "\(folder)/process.log"
            unlink(log)
            chmod(certificates.files("open").key, 0o644)
            let start = (environment.map { ["/usr/bin/env", $0] } ?? []) + [try Programs.path(name)]
            let program = Program(
                name: name, words: start + (name == "troth" ? [] : ["--data", "\(folder)/none"]) + words, log: log)
            try program.start()
            guard program.wait(seconds: Limits.killSeconds) else {
                program.kill9()
                return .answered("it runs")
            }
            let last = program.lastLines(1).first ?? ""
            return program.ending == .status(2) ? .refused(last) : .answered("\(program.ending.map { "\($0)" } ?? "")")
        }
    }
}
