import Engine
import Schema
import Store
import Support

/// A service that holds rows on people and purges them.
struct Diary: Service {
    static let name: ServiceName = "metering"
    static var owns: [any Noun.Type] { [Pages.self] }
    static let gives: [any AnyTopic] = [Topics.retentionReports(of: "metering"), Topics.clock]
    static let migrations = [Migration(number: 1_000, sql: Pages.table)]
    static let purges: [Purge] = [.rows(of: "pages", .technicalLog, since: "at", key: "number")]

    var anchor: Input { .stream(Topics.meteringUsage, .bulk) { (_: Batch<Usage>, _, _) in } }
    var takes: [Input] { [] }
    var timers: [Timer] { [] }

    /// The input of the schedule.
    static let schedule = 1

    struct Pages: Noun {
        static let name = "pages"
        static let category = DataCategory.technical
        static let table = """
            CREATE TABLE pages (
                number  INTEGER PRIMARY KEY,
                subject BLOB NOT NULL,
                at      INTEGER NOT NULL
            ) STRICT;
            CREATE INDEX pagesByTime ON pages (at)
            """
    }
}

extension TestStand<Diary> {
    /// Writes pages of a person.
    func write(_ count: Int = 1, of subject: SubjectID = .example, at moment: Instant) throws {
        for _ in 0..<count {
            try store.change(.one, "INSERT INTO pages (subject, at) VALUES (\(subject), \(moment))")
        }
    }

    var pages: Int64 { get throws { try number("SELECT count(*) AS answer FROM pages") ?? 0 } }

    /// Lets a minute pass, in which the broker says the same time as we do, or another.
    func sweep(broker: Int64 = 0) {
        if wait(Instant.minute).contains(.askTime) {
            step(.brokerTime(now + broker))
            wait(Instant.minute)
        }
    }

    /// Tells the shard of a change to the schedule.
    func tell(_ change: RetentionChange, by signer: String = "retention-worker") throws {
        let record = try TestRecord.signed(
            change, on: Topics.retentionSchedule, partition: 0, key: "key", by: TestSecrets.signing(signer))
        give(Diary.schedule, record)
    }

    var alarms: [String] { shard.report.alarms.map(\.name.text) }
}
