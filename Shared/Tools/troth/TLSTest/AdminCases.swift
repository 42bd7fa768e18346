import Glibc
import Runtime

/// The connections to a service's admin port: what the port refuses, and what `troth` refuses of a port.
package struct AdminCases {
    private let certificates: TestCertificates
    private static let request = "GET /health HTTP/1.0\r\nHost: 127.0.0.1\r\nContent-Length: 0\r\n\r\n"

    package init(_ certificates: TestCertificates) { self.certificates = certificates }

    package var all: [TLSCase] { server + client }

    private var server: [TLSCase] {
        func row(
            _ peer: String, _ files: TLSFiles, showsCertificate: Bool = true, version: Int32 = 0,
            signs: [String], isGood: Bool = false
        ) -> TLSCase {
            TLSCase("admin port, its side", peer, isGood: isGood, signs: signs) { () throws(Failure) in
                try meet(certificates.files("metering")) { socket in
                    TLSCase.outcome { () throws(TransportError) in
                        try TLSExchange.run(
                            Self.request, on: socket, files: files, peer: "metering", limit: Limits.adminAnswerBytes,
                            showsCertificate: showsCertificate, version: version)
                    }
                }
            }
        }
        // a port that closes while a request is on its way may cut its own reason off
        let cut = ["connection reset", "broken pipe"]
        let `operator` = certificates.files("operator")
        return [
            row("an operator", `operator`, signs: ["200"], isGood: true),
            row("a client of TLS 1.2 alone", `operator`, version: 0x0303, signs: ["protocol version"]),
            row("no certificate", `operator`, showsCertificate: false, signs: ["certificate required"] + cut),
            row(
                "a certificate that has ended", certificates.files("expired"), signs: ["certificate expired"] + cut),
            row("a certificate of a foreign CA", certificates.foreign("operator"), signs: ["unknown ca"] + cut),
            row("a name that is not on the list", certificates.files("gateway"), signs: ["403"]),
            row("O=evil,CN=operator", certificates.files("evil-operator"), signs: ["403"]),
            TLSCase("admin port, its side", "plaintext") { () throws(Failure) in
                try meet(certificates.files("metering"), Self.plaintext)
            },
        ]
    }

    private var client: [TLSCase] {
        func row(
            _ peer: String, _ files: TLSFiles?, version: Int32 = 0, signs: [String], isGood: Bool = false
        ) -> TLSCase {
            TLSCase("admin port, our side", peer, isGood: isGood, signs: signs) { () throws(Failure) in
                try meet(files, version: version) { socket in
                    TLSCase.outcome { () throws(TransportError) in
                        try TLSExchange.run(
                            Self.request, on: socket, files: certificates.files("operator"), peer: "metering",
                            limit: Limits.adminAnswerBytes)
                    }
                }
            }
        }
        return [
            row("a good port", certificates.files("metering"), signs: ["200"], isGood: true),
            row(
                "a port of TLS 1.2 alone", certificates.files("metering"), version: 0x0303,
                signs: ["protocol version", "unsupported protocol"]),
            row("a port with another name", certificates.files("gateway"), signs: ["names gateway"]),
            row("a port whose certificate has ended", certificates.files("expired"), signs: ["expired"]),
            row("a port of a foreign CA", certificates.foreign("metering"), signs: ["certificate"]),
            row("a plaintext port", nil, signs: []),
        ]
    }

    /// Opens a port with these files and connects to it.
    private func meet(
        _ files: TLSFiles?, version: Int32 = 0, _ talk: (Int32) -> TLSCase.Outcome
    ) throws(Failure) -> TLSCase.Outcome {
        let port: AdminPort
        do {
            let tls = try files.map { try AdminTLS($0, names: ["operator"], version: version) }
            port = try AdminPort(port: 0, tls: tls) { _ in .text(200, "well\n") }
        } catch {
            throw .check("\(error)")
        }
        defer { port.close() }
        guard let socket = AdminClient.connect(to: "127.0.0.1:\(port.port)") else { throw .check("nobody listens") }
        defer { close(socket) }
        return talk(socket)
    }

    private static func plaintext(_ socket: Int32) -> TLSCase.Outcome {
        let answer = AdminClient.plain(request, socket) ?? []
        let text = String(decoding: answer, as: UTF8.self)
        return text.hasPrefix("HTTP/") ? .answered(text) : .refused("\(answer.count) bytes that are no answer")
    }
}
