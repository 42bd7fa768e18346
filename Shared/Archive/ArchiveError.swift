/// Why an archive could not be made, or is not believed. Each is a fact, a colon, a remedy; none holds a value of a
/// row.
package enum ArchiveError: Error, Equatable, Sendable, CustomStringConvertible {
    /// libarchive failed at what the text names.
    case library(String)
    /// A slice is not what was said of it.
    case slice(String, reason: String)
    /// The file is no archive of ours, or was changed.
    case refused(reason: String)
    /// A file or folder could not be read or made.
    case file(path: String, reason: String)

    package var description: String {
        switch self {
        case .library(let what): "the archive library failed at \(what): see that there is memory, and try again"
        case .slice(let name, let reason): "slice \(name) \(reason): ask its service for it again"
        case .refused(let reason): "the archive \(reason): do not use it, get it again"
        case .file(let path, let reason): "\(path) \(reason): correct it, or name another place"
        }
    }
}
