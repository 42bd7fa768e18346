import FoundationEssentials

/// What a running instance tells others on its host: `<data>/run/<service>-N.json`. `troth` finds admin ports here.
package struct RunFile: Codable, Equatable, Sendable {
    /// The service's name, such as `metering`.
    package let service: String
    /// The seat, from 1.
    package let instance: Int
    /// The process.
    package let pid: Int32
    /// The admin port, as `127.0.0.1:PORT`.
    package let admin: String
    /// Whether the admin port speaks TLS.
    package let tls: Bool
    /// The program's version.
    package let version: String
    /// The bootstrap servers of its cluster.
    package let kafka: String
    /// When it took its seat: RFC 3339, UTC.
    package let startedAt: String
    /// Whether the process still holds its seat; what is left of one that was killed does not. Not in the file.
    package internal(set) var isAlive = false

    private enum CodingKeys: CodingKey {
        case service, instance, pid, admin, tls, version, kafka, startedAt
    }

    static func folder(data: String) -> String { "\(data)/run" }

    static func path(data: String, service: String, instance: Int) -> String {
        "\(folder(data: data))/\(service)-\(instance).json"
    }

    /// All that can be read, by service and instance; a file that is no run file is passed over.
    package static func all(data: String) -> [RunFile] {
        let names = namesInFolder(folder(data: data), limit: Limits.runFiles).filter { $0.hasSuffix(".json") }
        let files = names.compactMap { name -> RunFile? in
            guard let bytes = try? readFile("\(folder(data: data))/\(name)", limit: Limits.runFileBytes),
                var file = try? JSONDecoder().decode(RunFile.self, from: Data(bytes)),
                name == "\(file.service)-\(file.instance).json"
            else { return nil }
            file.isAlive = InstanceSeat.isTaken(data: data, service: file.service, instance: file.instance)
            return file
        }
        return files.sorted { ($0.service, $0.instance) < ($1.service, $1.instance) }
    }

    func write(data: String) throws(RuntimeError) {
        let path = Self.path(data: data, service: service, instance: instance)
        let encoder = JSONEncoder()
        encoder.outputFormatting = [.prettyPrinted, .sortedKeys, .withoutEscapingSlashes]
        do {
            try makeFolder(Self.folder(data: data))
            try replaceFile(path, with: Array(try encoder.encode(self)) + Array("\n".utf8))
        } catch {
            throw .folder(path: path, reason: (error as? FileFailure)?.reason ?? "it is not text")
        }
    }
}
