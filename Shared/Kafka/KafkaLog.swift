/// Where a client's log lines and statistics go. The closures run on librdkafka's threads or in a `poll`; none runs
/// after the client's owner is gone.
package struct KafkaLog: Sendable {
    /// A log line: syslog level (3 error, 4 warning, 6 information), librdkafka's facility, text.
    package let line: @Sendable (Int, String, String) -> Void
    /// The JSON document of `statistics.interval.ms`.
    package let statistics: @Sendable (String) -> Void

    /// Sends lines and statistics to the given closures.
    package init(
        line: @escaping @Sendable (Int, String, String) -> Void,
        statistics: @escaping @Sendable (String) -> Void = { _ in }
    ) {
        self.line = line
        self.statistics = statistics
    }

    /// Drops everything.
    package static let silent = KafkaLog(line: { _, _, _ in })
}
