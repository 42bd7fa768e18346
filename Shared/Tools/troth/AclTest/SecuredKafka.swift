import Runtime

/// The certificates of a Kafka that lets nobody do what is not permitted.
struct SecuredKafka {
    /// Whose certificate may do everything: the broker itself.
    static let broker = "broker"
    /// Has a certificate and no permission.
    static let stranger = "stranger"
    /// The files of a subject that is no principal: `O=evil,CN=admin`.
    static let evil = "evil"
    /// Where certificates and keys lie.
    let folder: String

    /// Makes an authority and the certificates of all principals, the broker, a stranger and an impostor.
    func makeCertificates(_ principals: [String]) throws(Failure) {
        try Folder.make(folder)
        do throws(TransportError) {
            let authority = try DevelopmentAuthority(days: 1)
            let validity = -3_600...86_400
            for name in principals + [Self.broker, Self.stranger] {
                let files = files(name)
                try authority.issue(.init(name, validity: validity), certificate: files.certificate, key: files.key)
            }
            let files = files(Self.evil)
            try authority.issue(
                .init("admin", organisation: Self.evil, validity: validity), certificate: files.certificate,
                key: files.key)
            try authority.write(to: files.authorities)
        } catch {
            throw .check("\(error)")
        }
    }

    /// How the broker is set: TLS 1.3 with client certificates, an authorizer, default deny.
    func security() throws(Failure) -> KafkaSecurity {
        try KafkaSecurity(certificates: folder, superUsers: [Self.broker])
    }

    /// What a client of a name connects with.
    func options(_ bootstrap: String, as name: String) -> KafkaOptions { KafkaOptions(bootstrap, tls: files(name)) }

    private func files(_ name: String) -> TLSFiles { TLSFiles(folder: folder, principal: name) }
}
