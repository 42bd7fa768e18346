/// Why a backup is not made, not taken, or not restored: a fact, a colon, a remedy. No content of a file is in it.
package enum BackupError: Error, Equatable, CustomStringConvertible {
    /// A file of a backup cannot be read or written; the reason.
    case file(path: String, reason: String)
    /// The manifest is none of ours, or was changed; what is wrong.
    case manifest(path: String, reason: String)
    /// No trusted key of its service has signed the manifest.
    case unsigned(path: String, service: String)
    /// The stream is not what the manifest says; in which respect.
    case content(path: String, reason: String)
    /// It is sealed to another key.
    case otherKey(path: String)
    /// It lies in, or comes from, another country than the policy's.
    case country(String)
    /// A table of it holds what could open what is sealed in it.
    case holdsKeys(table: String)
    /// The file is not that of the service and partition that were asked for; what it is.
    case foreign(path: String, what: String)
    /// The partition has a file already.
    case present(path: String)
    /// The copy was not made; why.
    case notCopied(partition: Int32, reason: String)

    package var description: String {
        switch self {
        case .file(let path, let reason): "\(path) cannot be read or written, \(reason): mend its folder or rights"
        case .manifest(let path, let reason): "\(path) is no manifest of a backup, \(reason): take another backup"
        case .unsigned(let path, let service):
            "\(path) bears no signature of a trusted key of \(service): take another backup, or the right trust file"
        case .content(let path, let reason):
            "\(path) is not what its manifest says, \(reason): do not use it, take another backup"
        case .otherKey(let path): "\(path) is sealed to another backup key: give the private half of that one"
        case .country(let country):
            "the country of the backups is \(country), the policy names SG (10.1): keep and take them in SG"
        case .holdsKeys(let table):
            "table \(table) holds keys or unsent rows: no backup is made of it; correct what the service leaves out"
        case .foreign(let path, let what): "\(path) is of \(what): give the service and partition that it is of"
        case .present(let path):
            "\(path) is there: move it away, or say --replace, which removes it"
        case .notCopied(let partition, let reason): "no backup of partition \(partition), \(reason): it is tried again"
        }
    }
}
