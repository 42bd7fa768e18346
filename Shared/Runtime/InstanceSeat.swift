import Glibc
package import Schema
import Store

/// The place of one process among the instances of its service: the first free `<data>/<service>/instance-N.lock`.
/// N is the instance's identity in Kafka's group. The seat is given up when this object, or its process, ends.
package final class InstanceSeat: Sendable {
    /// The service's name.
    package let service: String
    /// From 1.
    package let instance: Int
    /// When it was taken.
    package let startedAt: Instant
    private let data: String
    private let lock: FileLock

    /// Takes the first free seat. Throws `noSeat` where all 64 are taken, or `folder`.
    package init(data: String, service: String) throws(RuntimeError) {
        let folder = "\(data)/\(service)"
        do throws(FileFailure) { try makeFolder(folder) } catch { throw .folder(path: folder, reason: error.reason) }
        startedAt = ShardClock.now()
        let holder = "\(service) \(getpid()) \(hostName()) \(startedAt)"
        for instance in 1...Limits.instances {
            let path = Self.path(data: data, service: service, instance: instance)
            if let lock = try Self.lock(path, holder: holder) {
                self.lock = lock
                self.instance = instance
                self.data = data
                self.service = service
                return
            }
        }
        throw .noSeat(service: service, folder: data)
    }

    /// Writes the run file. To be called once the admin port listens. Throws `folder`.
    package func announce(admin port: UInt16, tls: Bool = false, kafka: String) throws(RuntimeError) {
        let file = RunFile(
            service: service, instance: instance, pid: getpid(), admin: "127.0.0.1:\(port)", tls: tls,
            version: Version.text, kafka: kafka, startedAt: startedAt.description)
        try file.write(data: data)
    }

    /// Removes the run file; the seat stays taken until the object ends.
    package func withdraw() { unlink(RunFile.path(data: data, service: service, instance: instance)) }

    /// The run files of all services on this folder, and whether their processes live.
    package static func running(data: String) -> [RunFile] { RunFile.all(data: data) }

    static func isTaken(data: String, service: String, instance: Int) -> Bool {
        FileLock.holder(of: path(data: data, service: service, instance: instance)) != nil
    }

    private static func path(data: String, service: String, instance: Int) -> String {
        "\(data)/\(service)/instance-\(instance).lock"
    }

    /// Nil where another process has it. Looking first is quick: the lock itself is tried for a while.
    private static func lock(_ path: String, holder: String) throws(RuntimeError) -> FileLock? {
        guard FileLock.holder(of: path) == nil else { return nil }
        do throws(StoreError) {
            return try FileLock.acquire(path, holder: holder)
        } catch {
            if case .locked = error { return nil }
            throw .folder(path: path, reason: error.description)
        }
    }
}

/// The name of this machine, at most 64 bytes.
private func hostName() -> String {
    var bytes = [CChar](repeating: 0, count: 65)
    gethostname(&bytes, bytes.count - 1)
    return String(decoding: bytes.prefix { $0 != 0 }.map { UInt8(bitPattern: $0) }, as: UTF8.self)
}
