import CommandLineTool
import Foundation
import Glibc
import Runtime

/// All services on one Kafka, each a process; mail goes into a Maildir.
final class House {
    let cluster: Cluster
    private var programs: [String: Program] = [:]
    private let limitFactor: Int

    /// Starts them and waits until all are ready. `limitFactor`: how much limits are raised, the breaker's among them.
    init(on cluster: Cluster, limitFactor: Int = 1) throws {
        (self.cluster, self.limitFactor) = (cluster, limitFactor)
        if limitFactor > 1 { Progress.line("limits are raised, the breaker's of erasures an hour among them") }
        for name in Services.names { try start(name) }
        try awaitReady()
    }

    var maildir: String { "\(cluster.data)/maildir" }

    /// The services that run, by name.
    var running: [(name: String, program: Program)] { programs.sorted { $0.key < $1.key }.map { ($0.key, $0.value) } }

    /// Starts a service.
    func start(_ name: String) throws {
        let more = name == "notifier" ? ["--mail-maildir", maildir] : []
        programs[name] = try Program(
            name, data: cluster.data, on: cluster, more: ["--limit-factor", "\(limitFactor)"] + more)
    }

    /// Stops a service.
    func stop(_ name: String) throws {
        try programs[name]?.stop()
        programs[name] = nil
    }

    /// Stops all, in the order in which messages flow.
    func stop() throws { for name in Services.flow { try stop(name) } }

    /// Waits until every file of all that run is running.
    func awaitReady() throws { for program in programs.values { try program.awaitReady() } }

    /// The sum of a counter over the files of a service.
    func count(_ counter: String, of service: String) -> Int {
        (programs[service]?.status?.partitions ?? []).reduce(0) { $0 + Int($1.counters[counter] ?? 0) }
    }

    /// How many records a service has not read; nil: it does not say.
    func lag(of service: String) -> Int? {
        guard let lags = programs[service]?.status?.partitions.map(\.lag), !lags.contains(nil) else { return nil }
        return lags.reduce(0) { $0 + Int($1 ?? 0) }
    }
}

/// A pause of so many microseconds between two looks.
func rest(_ microseconds: UInt32) { usleep(microseconds) }

/// Looks at something until it is there. Errors: it is not in time; `what` says what is missing.
func attend(_ what: String, seconds: Double, every microseconds: UInt32, _ isThere: () throws -> Bool) throws {
    let deadline = Date() + seconds
    while try !isThere() {
        guard Date() < deadline else { throw BenchError.failed("\(what): see the logs of the services") }
        usleep(microseconds)
    }
}
