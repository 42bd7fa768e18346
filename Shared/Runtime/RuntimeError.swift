import Glibc

/// Why the runtime cannot begin.
package enum RuntimeError: Error, Equatable, CustomStringConvertible {
    /// Another process listens on the port.
    case portTaken(UInt16)
    /// The port could not be opened; the system's number.
    case port(UInt16, code: Int32)
    /// All instances of the service are running on this folder.
    case noSeat(service: String, folder: String)
    /// A folder or file of the runtime's could not be made; the reason.
    case folder(path: String, reason: String)
    /// A service's folder lacks the files of partitions; how many.
    case noStores(folder: String, missing: Int)
    /// A topic is not there.
    case topicMissing(String)
    /// A topic may not be seen.
    case topicRefused(String)
    /// A topic has another number of partitions than the stores were made for.
    case topicPartitions(String, found: Int, wanted: Int)
    /// The system gave no thread or descriptor; the system's number.
    case resources(String, code: Int32)
    /// Mail cannot leave; the reason.
    case mail(String)

    package var description: String {
        switch self {
        case .portTaken(let port): "admin port \(port) is taken: use another, or 0 for a free one"
        case .port(let port, let code): "admin port \(port) cannot be opened, \(text(of: code)): use another"
        case .noSeat(let service, let folder):
            "\(folder) has \(Limits.instances) running instances of \(service): stop one, or use another data folder"
        case .folder(let path, let reason): "\(path) cannot be written, \(reason): mend the folder or its rights"
        case .noStores(let folder, let missing):
            "\(folder) lacks the files of \(missing) partitions: make them with troth init, or start with --create-stores"
        case .topicMissing(let topic): "topic \(topic) is not there: make it with troth init"
        case .topicRefused(let topic):
            "topic \(topic) may not be seen: give the certificate's principal its permissions with troth acl apply"
        case .topicPartitions(let topic, let found, let wanted):
            "topic \(topic) has \(found) partitions, the stores are made for \(wanted): "
                + "recreate it, or start with --partitions \(found) on stores of that many"
        case .mail(let reason): "mail cannot leave, \(reason): mend the configuration of mail"
        case .resources(let what, let code): "there is no \(what), \(text(of: code)): raise the limits of the process"
        }
    }
}

private func text(of code: Int32) -> String { "error \(code) (\(String(cString: strerror(code))))" }
