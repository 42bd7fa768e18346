import Foundation
import Runtime
import Store

/// `troth partition status`: every partition of every service, who has it and how it is.
package struct PartitionStatus: ParsableCommand {
    package static let configuration = CommandConfiguration(
        commandName: "partition status", abstract: "show how every partition is, and which instance holds it",
        example: "troth partition status --data ./.troth/up", options: [OperatorOptions.data])

    private let data: String
    private let isJSON: Bool

    package init(_ arguments: Arguments) throws(Failure) {
        data = OperatorOptions.folder(arguments)
        isJSON = arguments.has("--json")
    }

    package func run() throws(Failure) -> ExitCode {
        try AdminClient.check(RunFile.all(data: data))
        let rows = PartitionRow.all(data: data)
        if isJSON {
            Terminal.printJSON(rows)
            return .done
        }
        guard !rows.isEmpty else {
            throw .unreachable("\(data) has no stores and no running instance: name the folder with --data DIR")
        }
        let cells = rows.map {
            [$0.service, "\($0.partition)", $0.state, $0.lag.map { "\($0)" } ?? "-", $0.holder ?? "-", $0.reason ?? ""]
        }
        for line in TableText.lines([["SERVICE", "PARTITION", "STATE", "LAG", "HOLDER", "REASON"]] + cells) {
            Terminal.print(line)
        }
        return .done
    }
}

/// A partition, as `partition status` shows it.
package struct PartitionRow: Encodable, Equatable, Sendable {
    package let service: String
    package let partition: Int32
    /// As the instance says it, or `unassigned` where nobody has it.
    package let state: String
    package let reason: String?
    /// Records that are not read yet; absent where it is not known.
    package let lag: Int64?
    /// The instance, or who has the file's lock.
    package let holder: String?

    private enum CodingKeys: CodingKey { case service, partition, state, reason, lag, holder }

    /// Names all fields, null where there is nothing.
    package func encode(to encoder: any Encoder) throws {
        var fields = encoder.container(keyedBy: CodingKeys.self)
        try fields.encode(service, forKey: .service)
        try fields.encode(partition, forKey: .partition)
        try fields.encode(state, forKey: .state)
        try fields.encode(reason, forKey: .reason)
        try fields.encode(lag, forKey: .lag)
        try fields.encode(holder, forKey: .holder)
    }

    /// All partitions on a folder, from the live instances and the stores' files, in order.
    package static func all(data: String) -> [PartitionRow] {
        var rows: [PartitionRow] = []
        var held: Set<String> = []
        for status in Survey(data: data).statuses {
            for partition in status.partitions {
                held.insert("\(status.service) \(partition.partition)")
                rows.append(
                    PartitionRow(
                        service: status.service, partition: partition.partition, state: partition.state,
                        reason: partition.reason, lag: partition.lag,
                        holder: partition.holder ?? "\(status.service)-\(status.instance)"))
            }
        }
        for service in Services.names {
            for partition in partitions(of: service, data: data) where !held.contains("\(service) \(partition)") {
                let name = partition < 10 ? "p-0\(partition)" : "p-\(partition)"
                rows.append(
                    PartitionRow(
                        service: service, partition: partition, state: "unassigned", reason: nil, lag: nil,
                        holder: FileLock.holder(of: "\(data)/\(service)/\(name).lock")))
            }
        }
        return rows.sorted { ($0.service, $0.partition) < ($1.service, $1.partition) }
    }

    /// The partitions that have a file.
    private static func partitions(of service: String, data: String) -> [Int32] {
        let files = (try? FileManager.default.contentsOfDirectory(atPath: "\(data)/\(service)")) ?? []
        return files.compactMap { file in
            file.hasPrefix("p-") && file.hasSuffix(".sqlite") ? Int32(file.dropFirst(2).dropLast(7)) : nil
        }
    }
}
