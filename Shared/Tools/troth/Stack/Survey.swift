import Foundation
package import Runtime
package import Schema

/// How all live instances on a folder are.
package struct Survey {
    /// The instances that answered.
    package private(set) var statuses: [Status] = []

    /// Asks every instance with a run file; one that does not answer is left out.
    package init(data: String) {
        for file in RunFile.all(data: data) where file.isAlive {
            guard let answer = try? AdminClient.ask("GET", file, "/status"), answer.status == 200,
                let status = try? JSONDecoder().decode(Status.self, from: Data(answer.body.utf8))
            else { continue }
            statuses.append(status)
        }
    }

    /// Nil where all partitions of a service are held, run, have read everything and have nothing to send; else what is
    /// missing.
    package func unrest(of service: String, partitions: Int32) -> String? {
        let all = statuses.filter { $0.service == service }.flatMap(\.partitions)
        let running = all.filter { $0.state == "running" }
        if let bad = all.first(where: { $0.isBad }) {
            return "\(service) \(bad.partition) \(bad.state), \(bad.reason ?? "without a reason")"
        }
        if running.count < partitions { return "\(running.count) of \(partitions) partitions of \(service) run" }
        let lag = running.reduce(0) { $0 + ($1.lag ?? 0) }
        let unknown = running.count { $0.lag == nil }
        let outbox = running.reduce(0) { $0 + $1.outboxRows }
        if lag > 0 || unknown > 0 || outbox > 0 {
            return "\(service) has \(lag) records to read and \(outbox) rows to send"
                + (unknown > 0 ? ", \(unknown) partitions do not know" : "")
        }
        return nil
    }

    /// Nil where all instances answer and each of their partitions is at rest and has done what was due by a time; else
    /// what is missing.
    package func unrest(until time: Instant, instances: Int) -> String? {
        guard statuses.count == instances else { return "\(statuses.count) of \(instances) instances answer" }
        for service in Set(statuses.map(\.service)).sorted() {
            if let unrest = unrest(of: service, partitions: 1) { return unrest }
        }
        for status in statuses {
            for partition in status.partitions {
                let now = partition.time.flatMap { Instant(rfc3339: $0) } ?? time
                if let due = partition.due.flatMap({ Instant(rfc3339: $0) }), due <= max(now, time) {
                    return "\(status.service) \(partition.partition) has something to do"
                }
            }
        }
        return nil
    }

    /// The sum of a counter over a service's partitions.
    package func count(_ counter: String, of service: String) -> Int64 {
        statuses.filter { $0.service == service }.flatMap(\.partitions).reduce(0) { $0 + ($1.counters[counter] ?? 0) }
    }
}
