/// The bounds of the command line. Each wait and buffer has its name here.
package enum Limits {
    /// How long a command waits for backups that it asked for, in seconds.
    static let backupRunSeconds = 1_800
    /// People of a restore drill, and its usage: records, and how many a second.
    static let drillPeople = 30
    static let drillRows = 3_000
    static let drillRate: Int64 = 200
    /// How long a service may take to answer a command, in seconds.
    package static let answerSeconds = 10
    /// How long files may take to report when they are asked, in seconds: their timer runs every minute.
    static let reportSeconds = 75
    /// How old an intake key is before it is used, in seconds: the files of its owner have read it by then.
    package static let intakeKeySeconds: Int64 = 3
    /// How often a request of many is sent before it counts as not answered.
    package static let askTries = 3
    /// Bytes of a session file.
    package static let sessionBytes = 16_384
    /// How long Kafka may take to confirm a record, in milliseconds: longer than a killed broker takes to come back.
    package static let confirmationMilliseconds: Int32 = 120_000
    /// The same for the few records of a command, in milliseconds.
    package static let commandMilliseconds: Int32 = 30_000
    /// How long a cluster may take to say what it is, in milliseconds.
    package static let metadataMilliseconds: Int32 = 5_000
    /// How long new topics may take to appear, in seconds.
    package static let topicsSeconds = 15
    /// Bytes of a config record: below the 64 KiB of `metering.config`, with its headers.
    package static let configBytes = 60_000
    /// Rows of a trace.
    package static let traceRows = 10_000_000
    /// How far back the calls of accounts that have just been opened lie: less than the tolerance of an account's life.
    package static let newAccountSpan: Int64 = 4 * 60 * 1_000_000
    /// Turns that a record of a workload is sent late.
    package static let turnsOutOfOrder: Int64 = 300
    /// Turns after which a record of a workload is sent again.
    package static let turnsRepeated: Int64 = 1_500
}

extension Limits {
    /// How long a killed process may take to be gone, in seconds.
    static let killSeconds = 10
    /// How long devbroker, or the topics of a new broker, may take to be there, in seconds.
    static let startSeconds = 30
    /// How long services may take to read and acknowledge the rest, in seconds.
    static let drainSeconds = 70
    /// Bytes of a log that are read at once.
    static let logReadBytes = 262_144
    /// How long an admin port may take to answer, in seconds.
    static let adminSeconds = 10
    /// Bytes of an admin port's answer.
    static let adminAnswerBytes = 16 * 1_048_576
}

extension Limits {
    /// How long billing may take to answer all payments of a story, in seconds.
    static let paymentSeconds = 90
    /// How long the services may take to read and send everything after the last kill, in seconds.
    static let quietSeconds = 180
    /// How often everything is seen at rest, one look after the other, before and after the clock is moved.
    static let clockLooks = 5
}

extension Limits {
    /// How long a command of a story may take, in seconds, and a request of it from its proof to its end.
    static let commandSeconds = 60
    static let requestSeconds = 90
    /// How long before and after the end of a period a story looks: purges run every minute.
    static let storySweep: Int64 = 2 * 60 * 1_000_000
    /// How long the story of an account's end may take, in seconds.
    static let endingSeconds = 240
    /// People of a story who ask for their rights.
    static let storyAskers = 2
    /// Accounts of a story.
    static let storyAccounts = 200
    /// How often a person of a story repeats a request while processes are killed: 10 s each.
    static let storyTries = 12
    /// How long no mail may come in a story, in seconds.
    static let storyMailSeconds = 60
    /// How much identity's limits are raised for a story: all its people come within seconds.
    static let storyLimitFactor = 1_000
    /// How long `troth verify` may take, in seconds.
    static let verifySeconds = 300
    /// How long the scripts of a Kafka may take, in seconds.
    static let clusterSeconds = 120
    /// Ports that are tried for a Kafka.
    static let portTries = 200
    /// How long a service may take to end after SIGTERM or a drain, in seconds: the broker may be away meanwhile.
    static let leaveSeconds = 45
    /// How long a broker is up before it is killed again, in seconds: time for clients to come back and do something.
    static let brokerUpSeconds = 5
    /// Requests of its trace that the demo publishes.
    static let demoRows = 8_819
    /// Records a second that the demo publishes.
    static let demoRate: Int64 = 150
    /// How long a service that ended by itself waits before it is started again, in seconds: at most.
    static let restartSeconds = 30
    /// People who register while a torture goes on.
    static let tortureNewcomers = 40
    /// Rounds over its trace that a torture sends at most.
    static let tortureRounds = 10_000
}

extension Limits {
    /// How long a connection that will be refused is tried, in milliseconds.
    static let refusalMilliseconds: Int32 = 3_000
    /// How long a service may take to see that its certificate files are others, in seconds.
    static let rotationSeconds = 60
    /// Characters of a reason in a table.
    static let reasonCharacters = 160
}

extension Limits {
    /// How long one attempt of the test of permissions may take, in milliseconds.
    static let aclMilliseconds: Int32 = 10_000
    /// How long a refused certificate is tried, in milliseconds.
    static let aclRefusalMilliseconds: Int32 = 3_000
    /// Differences that the test of permissions names.
    static let aclDifferences = 20
    /// How long a change of permissions may take to bite on open connections, in seconds.
    static let revocationSeconds = 15
}

extension Limits {
    /// Calendars that a clock runs in at once.
    static let calendars = 8
    /// Holidays that a clock is given.
    static let holidays = 1_000
}

extension Limits {
    /// How long the process that reads a letter may take, in seconds.
    static let letterSeconds = 10
    /// Letters that are read in a minute. SECURITY.md, budgets: mail in.
    static let lettersAMinute = 60
    /// Letters that wait for their turn, the oldest; the others are left for later.
    static let letterQueue = 1_000
    /// Names in a folder of letters that are looked at.
    static let letterNames = 100_000
    /// Requests that one address opens in a day by letters: each has mail sent to it.
    static let answersADay = 2
    /// Pause between two looks at a Maildir, in seconds.
    static let intakeSeconds = 10
    /// Files of a folder of heads that are read.
    static let headFilesMax = 200_000
}

extension Limits {
    /// Partitions of a deployment that is abused.
    static let abusePartitions: Int32 = 4
    /// Erasures that are forged.
    static let abuseForgeries = 10_000
    /// Erasures with both signing keys, in one file: more than its breaker lets through.
    static let abuseBreaker = 60
    /// Addresses with and without an account that are compared.
    static let abuseNames = 20
    /// Browsers that are made up.
    static let abuseSignals = 6_000
    /// How long a hold lasts, in seconds: longer than an erasure takes to come to it.
    static let abuseHold: Int64 = 25
    /// Letters of a flood, each of another sender.
    static let abuseLetters = 100
}
