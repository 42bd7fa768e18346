import Runtime

/// Certificates in a folder that goes with its owner.
final class TestAuthority {
    private let folder: TemporaryFolder
    private let authority: DevelopmentAuthority
    var path: String { folder.path }

    init() throws {
        folder = try TemporaryFolder()
        authority = try DevelopmentAuthority(days: 1)
        try authority.write(to: "\(folder.path)/ca.pem")
    }

    /// Issues a certificate, over one of this name that is there.
    @discardableResult
    func issue(
        _ name: String, organisation: String? = nil, validity: ClosedRange<Int> = -60...3_600, as file: String? = nil
    ) throws -> TLSFiles {
        let files = TLSFiles(folder: path, principal: file ?? name)
        try authority.issue(
            .init(name, organisation: organisation, validity: validity), certificate: files.certificate, key: files.key)
        return files
    }

    /// These files, shown to those who trust another authority.
    func shown(to other: TestAuthority, _ files: TLSFiles) -> TLSFiles {
        TLSFiles(authorities: "\(other.path)/ca.pem", certificate: files.certificate, key: files.key)
    }
}
