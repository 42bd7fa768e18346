import COpenSSL

/// Why a process does not speak to another. A description is a fact, a colon, a remedy; it has paths and names of
/// certificates, never what is in a key.
package enum TransportError: Error, Equatable, CustomStringConvertible {
    /// The environment wants the keys of all connections written to a file.
    case keyLog
    /// OpenSSL did not take the settings of the process.
    case settings(reason: String)
    /// OpenSSL took the settings, and they have no effect: the least version that a context has.
    case settingsWithoutEffect(leastVersion: Int)
    /// Some of the three files are given, one is not; the key that names it.
    case partial(missing: String)
    /// There are no certificates, and this is no development.
    case noCertificates
    /// A server that is not on this machine, and no certificates.
    case plaintext(server: String)
    /// A key file that its group or others may read.
    case openKey(path: String)
    /// A file that cannot be read as what it should be.
    case file(path: String, reason: String)
    /// A key that is not the certificate's.
    case otherKey(path: String, certificate: String)
    /// A certificate that has ended, or has not begun.
    case outOfDate(path: String)
    /// The other side was refused, or refused us.
    case refused(String)

    package var description: String {
        switch self {
        case .keyLog:
            "SSLKEYLOGFILE is set, which writes the keys of connections to a file: unset it"
        case .settings(let reason):
            "OpenSSL does not take the settings of this process, \(reason): mend the installation of OpenSSL 3"
        case .settingsWithoutEffect(let version):
            "OpenSSL would speak less than TLS 1.3 (its least version is \(version)): mend the settings of OpenSSL 3"
        case .partial(let missing): "\(missing) is not given, the other files are: give all three or none"
        case .noCertificates:
            "there are no certificates: give tls-ca-file, tls-certificate-file and tls-key-file, or on a development "
                + "machine --development"
        case .plaintext(let server):
            "\(server) is not on this machine, and without certificates all could read the connection: give "
                + "tls-ca-file, tls-certificate-file and tls-key-file"
        case .openKey(let path): "\(path) may be read by its group or by others: chmod 0600 it"
        case .file(let path, let reason): "\(path) cannot be used, \(reason): mend the path or the file"
        case .otherKey(let path, let certificate): "\(path) is not the key of \(certificate): give the pair"
        case .outOfDate(let path): "the certificate \(path) is not valid now: issue another, and look at the clock"
        case .refused(let reason): "the connection is refused (\(reason)): compare the certificates of both sides"
        }
    }
}

/// What OpenSSL last complained of on this thread; forgets all complaints.
func opensslReason() -> String {
    let code = ERR_get_error()
    defer { ERR_clear_error() }
    guard code != 0, let text = ERR_reason_error_string(code) else { return "without a reason" }
    return String(cString: text)
}
