import Glibc
import Runtime

/// How an Apache Kafka of this machine speaks TLS: every listener with certificates on both sides, permissions by the
/// name in the client's certificate.
package struct KafkaSecurity: Sendable {
    /// A place where the broker listens, on the ports from its own on.
    package struct Listener: Sendable {
        /// Capital letters.
        package let name: String
        /// Who the broker is here, among the certificates of the folder.
        package let certificate: String
        /// The version that it speaks.
        package let version: String

        package init(_ name: String, certificate: String = "broker", version: String = "TLSv1.3") {
            (self.name, self.certificate, self.version) = (name, certificate, version)
        }
    }

    /// The folder that `troth certs` made.
    package let certificates: String
    /// Who may do everything.
    package let superUsers: [String]
    /// The first one is the broker's own.
    package let listeners: [Listener]

    /// Writes the broker's stores: certificate and key in one file. Errors: the files are not there.
    package init(
        certificates: String, superUsers: [String], listeners: [Listener] = [Listener("SSL")]
    ) throws(Failure) {
        (self.certificates, self.superUsers, self.listeners) = (certificates, superUsers, listeners)
        for name in Set(listeners.map(\.certificate)) {
            let files = TLSFiles(folder: certificates, principal: name)
            let text = try TextFile.read(files.key) + "\n" + TextFile.read(files.certificate) + "\n"
            try TextFile.write(Array(text.utf8), to: store(name))
            chmod(store(name), 0o600)
        }
    }

    private func store(_ name: String) -> String { "\(certificates)/\(name)-store.pem" }

    /// Lines of server.properties that replace those of a broker without TLS. The controller listens 100 above.
    func settings(port: Int) -> [String] {
        let own = listeners[0].name
        let places = listeners.enumerated().map { "\($1.name)://127.0.0.1:\(port + $0)" }
        let protocols = (listeners.map(\.name) + ["CONTROLLER"]).map { "\($0):SSL" }
        return [
            "listeners=\((places + ["CONTROLLER://127.0.0.1:\(port + 100)"]).joined(separator: ","))",
            "advertised.listeners=\(places.joined(separator: ","))",
            "listener.security.protocol.map=\(protocols.joined(separator: ","))",
            "inter.broker.listener.name=\(own)",
            "ssl.enabled.protocols=TLSv1.3", "ssl.protocol=TLSv1.3", "ssl.client.auth=required",
            "ssl.keystore.type=PEM", "ssl.keystore.location=\(store(listeners[0].certificate))",
            "ssl.truststore.type=PEM", "ssl.truststore.location=\(certificates)/ca.pem",
            "ssl.allow.dn.changes=false", "ssl.allow.san.changes=false",
            "ssl.principal.mapping.rules=RULE:^CN=([a-z-]+)$/$1/",
            "authorizer.class.name=org.apache.kafka.metadata.authorizer.StandardAuthorizer",
            "allow.everyone.if.no.acl.found=false",
            "super.users=\(superUsers.map { "User:\($0)" }.joined(separator: ";"))",
        ]
            + listeners.dropFirst().flatMap { listener in
                let prefix = "listener.name.\(listener.name.lowercased())."
                return [
                    "\(prefix)ssl.keystore.type=PEM",
                    "\(prefix)ssl.keystore.location=\(store(listener.certificate))",
                    "\(prefix)ssl.enabled.protocols=\(listener.version)", "\(prefix)ssl.protocol=\(listener.version)",
                ]
            }
    }
}
