import Glibc
import Kafka
import Runtime
import Synchronization

/// The connections to Kafka, of which a real one listens: what we refuse as its client, and what it refuses of us.
package struct KafkaCases {
    private let certificates: TestCertificates
    private let port: Int

    /// The broker's listeners, in the order of their ports.
    package static let listeners = [
        KafkaSecurity.Listener("SSL"),
        KafkaSecurity.Listener("OLD", version: "TLSv1.2"),
        KafkaSecurity.Listener("OTHER", certificate: "other-host"),
        KafkaSecurity.Listener("EXPIRED", certificate: "expired"),
        KafkaSecurity.Listener("FOREIGN", certificate: "foreign-broker"),
    ]

    /// `bootstrap` is the broker's first listener.
    package init(_ certificates: TestCertificates, bootstrap: String) {
        self.certificates = certificates
        port = Int(bootstrap.split(separator: ":").last ?? "") ?? 0
    }

    package var all: [TLSCase] { client + broker }

    private var client: [TLSCase] {
        let good = certificates.files("provision").settings
        func row(_ peer: String, _ place: Int, signs: [String], isGood: Bool = false) -> TLSCase {
            TLSCase("Kafka, our side", peer, isGood: isGood, signs: signs) { () throws(Failure) in
                try ask(place, good)
            }
        }
        return [
            row("a good broker", 0, signs: ["cluster"], isGood: true),
            row("a broker of TLS 1.2 alone", 1, signs: ["protocol version", "unsupported protocol"]),
            row("a broker with another name", 2, signs: ["mismatch", "certificate verify failed"]),
            row("a broker whose certificate has ended", 3, signs: ["expired", "certificate verify failed"]),
            row("a broker of a foreign CA", 4, signs: ["certificate verify failed"]),
        ]
    }

    private var broker: [TLSCase] {
        func row(_ peer: String, _ settings: Settings, signs: [String] = [], isGood: Bool = false) -> TLSCase {
            TLSCase("Kafka, the broker's side", peer, isGood: isGood, signs: signs) { () throws(Failure) in
                try ask(0, settings)
            }
        }
        let anonymous = certificates.files("provision").settings.filter {
            !["ssl.certificate.location", "ssl.key.location"].contains($0.name)
        }
        let old = TLSCase("Kafka, the broker's side", "a client of TLS 1.2 alone", signs: ["protocol version"]) {
            () throws(Failure) in try askAnew(version: 0x0303)
        }
        return [
            row("no certificate", anonymous, signs: ["certificate"]),
            row("a certificate that has ended", certificates.files("expired").settings, signs: ["certificate"]),
            row("a certificate of a foreign CA", certificates.foreign("provision").settings, signs: ["certificate"]),
            row("O=evil,CN=provision", certificates.files("evil-provision").settings),
            row("plaintext", [("security.protocol", "plaintext")]),
            old,
            row("a good client", certificates.files("monitor").settings, signs: ["cluster"], isGood: true),
        ]
    }

    /// Asks for the cluster as librdkafka does; refused with what it last said of the connection.
    private func ask(_ place: Int, _ settings: Settings) throws(Failure) -> TLSCase.Outcome {
        let heard = Heard()
        let log = KafkaLog { _, _, text in heard.add(text) }
        do throws(KafkaError) {
            let admin = try Admin(
                [("bootstrap.servers", "127.0.0.1:\(port + place)"), ("client.id", "tls-test")] + settings, log: log)
            let found = try admin.metadata(topics: nil, milliseconds: Limits.refusalMilliseconds)
            guard let cluster = found.clusterID else { return .refused(heard.last ?? "no cluster") }
            return .answered("cluster \(cluster)")
        } catch {
            guard error.name != "_INVALID_ARG" else { throw .check("\(error)") }
            return .refused(heard.last ?? error.name)
        }
    }

    private func askAnew(version: Int32) throws(Failure) -> TLSCase.Outcome {
        guard let socket = AdminClient.connect(to: "127.0.0.1:\(port)") else { throw .check("nobody listens") }
        defer { close(socket) }
        return TLSCase.outcome { () throws(TransportError) in
            try TLSExchange.run(
                "", on: socket, files: certificates.files("provision"), peer: nil, limit: 1, version: version)
        }
    }

    /// What librdkafka's threads have said.
    private final class Heard: Sendable {
        private let text = Mutex<String?>(nil)

        /// Keeps what is said of a connection, from where it speaks of its end on.
        func add(_ line: String) {
            let signs = ["SSL handshake", "SSL routines", "Disconnected"]
            guard let place = signs.compactMap({ line.firstRange(of: $0) }).first else { return }
            text.withLock { $0 = $0 ?? String(line[place.lowerBound...].prefix(Limits.reasonCharacters)) }
        }
        var last: String? { text.withLock { $0 } }
    }
}
