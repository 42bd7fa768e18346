package import Runtime

/// The certificates of `troth tls-test`: good ones, and one for each thing that can be wrong with one.
package final class TestCertificates {
    /// Where they are.
    package let folder: String
    private let authority: DevelopmentAuthority

    /// A folder beside the good one, of an authority that nobody knows.
    private var foreign: String { "\(folder)/foreign" }

    /// Makes all of them.
    package init(folder: String) throws(Failure) {
        self.folder = folder
        try Folder.make(folder)
        do throws(TransportError) {
            authority = try DevelopmentAuthority(days: 2)
            try authority.write(to: "\(folder)/ca.pem")
        } catch {
            throw .check("\(error)")
        }
        for name in CertsCommand.principals { try issue(name, .init(name, validity: -3_600...86_400)) }
        try issue("expired", .init("provision", validity: -7_200 ... -60))
        try issue("other-host", .init("broker", hosts: ["DNS:other.example"], validity: -60...86_400))
        for name in ["provision", "operator"] {
            try issue("evil-\(name)", .init(name, organisation: "evil", validity: -60...86_400))
        }
        try CertsCommand.make(foreign, names: ["provision", "operator", "metering", "broker"], days: 1)
        for name in ["broker", "metering"] { try mix(name) }
    }

    /// Issues a certificate into the good folder, over one that is there.
    package func issue(_ file: String, _ subject: DevelopmentAuthority.Subject) throws(Failure) {
        let files = TLSFiles(folder: folder, principal: file)
        do throws(TransportError) {
            try authority.issue(subject, certificate: files.certificate, key: files.key)
        } catch {
            throw .check("\(error)")
        }
    }

    /// The good files of a principal, or of `expired`, `other-host`, `evil-NAME`.
    package func files(_ name: String) -> TLSFiles { TLSFiles(folder: folder, principal: name) }

    /// Who trusts the good authority and shows a certificate of the foreign one.
    package func foreign(_ name: String) -> TLSFiles {
        TLSFiles(
            authorities: "\(folder)/ca.pem", certificate: "\(foreign)/\(name).pem", key: "\(foreign)/\(name).key")
    }

    /// A foreign server's files in the good folder, as `foreign-NAME`.
    private func mix(_ name: String) throws(Failure) {
        for end in ["pem", "key"] {
            try TextFile.write(
                Array(try TextFile.read("\(foreign)/\(name).\(end)").utf8), to: "\(folder)/foreign-\(name).\(end)")
        }
    }
}
