/// The bounds of this module. Each loop, buffer and wait has its name here.
package enum Limits {
    /// Messages that one call takes from a librdkafka queue before they are read and destroyed.
    package static let messagesPerCall = 512
    /// Bytes of a text that librdkafka writes into a buffer of ours.
    package static let errorTextBytes = 512
    /// Client errors that wait for `Consumer.poll`; later ones only reach the log.
    package static let pendingErrors = 16
    /// How long a request to the cluster may take when the caller names no time, in milliseconds.
    package static let requestMilliseconds: Int32 = 10_000
    /// How long a broker may work on an administrative request, in milliseconds; below `requestMilliseconds`.
    static let operationMilliseconds: Int32 = 8_000
    /// How long `TopicReader.read` waits for the next message or end of a partition, in milliseconds.
    package static let idleMilliseconds: Int32 = 30_000
    /// Pause between two questions to a partition whose leader is being elected, in microseconds.
    static let electionMicroseconds: UInt32 = 100_000
    /// One wait of `TopicReader.read`, in milliseconds: how late a client error may reach the log.
    static let readMilliseconds: Int32 = 500
    /// How long `Consumer.close` waits for the group, in milliseconds.
    package static let closeMilliseconds: Int32 = 5_000
    /// One wait of `Consumer.close`, in milliseconds: how late it may notice that it is done.
    static let closeStepMilliseconds: Int32 = 20
    /// Distinct (topic, partition) pairs whose source a queue remembers by their handle.
    static let knownSources = 1_024
}
