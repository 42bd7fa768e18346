/// The bounds of the runtime's loops, queues and buffers.
package enum Limits {
    /// Bytes of a configuration file.
    package static let configurationFileBytes = 65_536
    /// Bytes of a name, as a refusal repeats it.
    package static let configurationNameBytes = 64
    /// Keys that a refusal proposes.
    package static let configurationProposals = 3

    /// Bytes of a logged value before it is cut.
    package static let logValueBytes = 500
    /// Bytes of a log line: what a pipe takes in one piece (PIPE_BUF).
    package static let logLineBytes = 4_096

    /// Series of one metric; what comes after is counted in the series whose labels are `_other`.
    package static let metricSeries = 8_192
    /// Bytes of a label's value before it is cut.
    package static let metricLabelBytes = 128
    /// Bytes of librdkafka's statistics that are read.
    package static let statisticsBytes = 16 * 1_048_576

    /// Bytes of the headers of a request to the admin port.
    package static let adminHeaderBytes = 8_192
    /// Bytes of the body of a request to the admin port.
    package static let adminBodyBytes = 65_536
    /// Names in the query of a request to the admin port.
    package static let adminQueryNames = 32
    /// Seconds that a connection to the admin port may be silent.
    package static let adminTimeoutSeconds: Int32 = 10
    /// Connections to the admin port that wait to be accepted.
    package static let adminBacklog: Int32 = 32

    /// Instances of one service on one data folder.
    package static let instances = 64
    /// Bytes of a run file.
    package static let runFileBytes = 4_096
    /// Run files that are looked at.
    package static let runFiles = 1_024

    /// Values that wait in one mailbox.
    package static let mailboxValues = 1_000_000
}

extension Limits {
    /// How long a shard's thread sleeps at most, in microseconds.
    static let shardSleep: Int64 = 1_000_000
    /// How long a shard has nothing to do before it gives its memory back, in microseconds.
    static let calmAfter: Int64 = 5_000_000
    /// How often a process that has little to do gives free memory back to the system, in microseconds, and how much
    /// processor time of that is little.
    static let trimEvery: Int64 = 20_000_000
    static let trimBelow: Int64 = 1_000_000
    /// How long the threads that serve a consumer and a producer sleep at most, in milliseconds.
    static let pollMilliseconds: Int32 = 200
    /// How often a busy shard shows how it is, in microseconds.
    static let publishEvery: Int64 = 200_000
    /// How long a rebalance waits for the files to open, in milliseconds: those that are late are assigned later.
    static let openMilliseconds = 3_000
    /// How long an operator waits for an answer, in milliseconds.
    static let answerMilliseconds = 8_000
    /// How long an operator waits for an operation that has begun, in milliseconds.
    static let answerGraceMilliseconds = 2_000
    /// How long a stop waits until everything is read and acknowledged, in milliseconds.
    static let drainMilliseconds = 60_000
    /// Consumers that may end within `endingsWindow` microseconds, each replaced; then the process ends.
    static let endingsMax = 5
    static let endingsWindow: Int64 = 60_000_000
    /// How long it takes until certificate files are looked at again, in milliseconds.
    static let certificateMilliseconds: ClosedRange<Int64> = 20_000...40_000
    /// How long what is not permitted rests before it is tried again, in microseconds.
    static let permissionRetry: Int64 = 30_000_000
    /// How long a refusal counts that does not come again, in microseconds: a try, and the time for its answer.
    static let refusalLasts: Int64 = 36_000_000
    /// Pause between tries to reach the broker, in milliseconds.
    static let brokerRetryMilliseconds = 500
}

extension Limits {
    /// Jobs that wait in a work runner: what does not fit is handed in again later.
    static let workJobs = 4_096
    /// Jobs that one thread of a work runner takes at once, and that share a connection or a folder's fsync.
    static let workBatch = 16

    /// Names in the folder of one request's chunks: slices of six services, 65,536 chunks each, are never so many.
    static let spoolNames = 1_000_000
    /// Pieces of one archive.
    static let archivePieces = 1_000_000

    /// How long libcurl may take to reach a relay, and for one mail, in seconds.
    static let mailConnectSeconds = 10
    static let mailSeconds = 60
    /// Bytes of the address of a relay.
    static let mailRelayBytes = 300
    /// Bytes of the password for a relay.
    static let mailPasswordBytes = 256
}

extension Limits {
    /// Bytes of a backup's manifest.
    static let manifestBytes = 1_048_576
    /// Bytes that are sealed, hashed and written at once.
    static let backupPieceBytes = 262_144
    /// Files of one folder of backups that are looked at.
    static let backupsListed = 10_000
    /// Pages of 16 KiB that are copied between two steps of a shard.
    static let backupStepPages = 32
    /// How long the copy of one file may take, with what it had still to send, in seconds.
    static let backupCopySeconds = 900
    /// How long a backup that failed rests, and the removal of old ones that could not be done, in microseconds.
    static let backupRetry: Int64 = 600_000_000
    /// How often old backups are looked for, in microseconds.
    static let backupSweepEvery: Int64 = 3_600_000_000
    /// How old a backup becomes, in microseconds: with a day for its removal, 35 days. Policy §3.3.
    package static let backupKept: Int64 = 34 * 86_400_000_000
}
