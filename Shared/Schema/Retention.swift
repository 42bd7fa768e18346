/// Something that is held on people, or for them, and goes when its period ends: `Schedule` says when. Policy §4.
package enum Held: String, NamedField {
    /// Accounts, addresses, API keys, acceptances, the ledger of categories. Policy §4.1.
    case accountInformation = "account-information"
    /// What an account used in a day. Policy §4.1.
    case dailyTotals = "daily-totals"
    /// Calls, and where they were forwarded. Policy §4.2.
    case callRecords = "call-records"
    /// What an account used in an hour. Policy §4.2.
    case hourlyTotals = "hourly-totals"
    /// What is posted of an hour: the mark that makes its total count once. Policy §4.2.
    case hourMarks = "hour-marks"
    /// Payments, and what was posted to the books. Policy §4.4.
    case paymentRecords = "payment-records"
    /// Sign-ins and accesses. Policy §4.5.
    case technicalLog = "technical-log"
    /// Choices and objections that hold no more. Policy §5, §8.5.
    case consents
    /// What is kept of a request that was answered. Policy §8.7.
    case requestRecords = "request-records"
    /// Letters, codes and evidence of a request. Policy §8.7.
    case requestEvidence = "request-evidence"
    /// A copy that was refused under PDPA s 21. Policy §8.1.
    case refusedCopies = "refused-copies"
    /// Export archives. Policy §7.3.
    case archives
    /// What was mailed, and what came back. Policy §2.3.
    case mailDeliveries = "mail-deliveries"
    /// Sign-ins that have ended. Policy §5.1.
    case sessions
    /// Codes that were asked for. Policy §5.1.
    case attempts
    /// That a code was asked for: a repetition begins no other. Policy §5.1.
    case starts
    /// Answers to commands: a repeated one gets its first answer.
    case commandAnswers = "command-answers"
    /// Refused records. Policy §3.1.
    case deadLetters = "dead-letters"
    /// Copies of files. Policy §3.3.
    case backups
    /// That a person was erased, by a keyed hash. Policy §8.3.
    case suppressions
    package static let category = DataCategory.none
    package static let example = Held.technicalLog
}

/// On `retention.schedule`, signed by retention-worker: what differs from the schedule. An override and a question are
/// in every partition, a hold in its person's. Exactly one of the three.
package struct RetentionChange: Message {
    package static let type = "troth.retention.schedule.v1"
    /// Of an override, or of a hold: the higher one wins.
    package var version: Revision
    package var override: RetentionOverride?
    package var hold: RetentionHold?
    /// Every file reports once more that has not since this moment.
    package var asked: Instant?
    package init(version: Revision, override: RetentionOverride) { (self.version, self.override) = (version, override) }
    package init(version: Revision, hold: RetentionHold) { (self.version, self.hold) = (version, hold) }
    package init(version: Revision, asked: Instant) { (self.version, self.asked) = (version, asked) }
}

/// Another period than the schedule's, in its unit.
package struct RetentionOverride: Codable, Equatable, Sendable {
    package var held: Held
    /// Absent: the schedule's holds again.
    package var count: PeriodCount?
    /// The law that asks for a longer one.
    package var statute: Remark?
    package init(held: Held, count: PeriodCount?, statute: Remark?) {
        (self.held, self.count, self.statute) = (held, count, statute)
    }
}

/// What is held on a person does not go before an end. A hold that was released has nothing but its id.
package struct RetentionHold: Codable, Equatable, Sendable {
    package var hold: HoldID
    package var subject: SubjectID?
    package var held: Held?
    package var until: Instant?
    package init(hold: HoldID, subject: SubjectID?, held: Held?, until: Instant?) {
        (self.hold, self.subject, self.held, self.until) = (hold, subject, held, until)
    }
}

/// On `retention.reports.<service>`, in the partition of the file: what it holds, and what it has purged.
package struct RetentionReport: Message {
    package static let type = "troth.retention.report.v1"
    package var at: Instant
    package var entries: [RetentionEntry]
    package init(at: Instant, entries: [RetentionEntry]) { (self.at, self.entries) = (at, entries) }
    /// Purges of one service at most.
    package static let entriesMax = 40
}

/// What a file holds in one place that it purges.
package struct RetentionEntry: Codable, Equatable, Sendable {
    package var held: Held
    /// The place: a noun of the service.
    package var noun: SliceName
    /// When the period of the oldest row began that is under no hold; absent: there is none.
    package var oldest: Instant?
    /// When that row may go.
    package var due: Instant?
    /// Rows that were purged since the file was made.
    package var purged: CallCount
    /// Holds that are in force on it.
    package var holds: CallCount
    /// True for a row that should have gone a day ago, or before.
    package var overdue: Flag
    package init(
        held: Held, noun: SliceName, oldest: Instant?, due: Instant?, purged: CallCount, holds: CallCount,
        overdue: Flag
    ) {
        (self.held, self.noun, self.oldest, self.due) = (held, noun, oldest, due)
        (self.purged, self.holds, self.overdue) = (purged, holds, overdue)
    }
}

/// How many units a period has.
package struct PeriodCount: IntegerField {
    package let value: Int64
    @inlinable package init(unchecked value: Int64) { self.value = value }
    package static let range: ClosedRange<Int64> = 1...1_000
    package static let category = DataCategory.none
    package static let example = PeriodCount(unchecked: 3)
}

/// A hold: what is held on a person stays for a reason. Its partition is the person's.
package struct HoldID: Identifier {
    package let high: UInt64
    package let low: UInt64
    @inlinable package init(high: UInt64, low: UInt64) { (self.high, self.low) = (high, low) }
    package static let category = DataCategory.none
    package static let example = HoldID(high: 0x2f7c_91d3_5ba0_4c6e, low: 0x9d18_e4f2_7b3a_5c60)
}

/// The name of a service: lowercase letters and hyphens.
package struct KeeperName: TextField {
    package let text: String
    package init?(text: String) {
        guard (1...40).contains(text.utf8.count), text.utf8.allSatisfy({ (97...122).contains($0) || $0 == 45 }) else {
            return nil
        }
        self.text = text
    }
    private init() { text = "metering" }
    package static let category = DataCategory.none
    package static let example = KeeperName()
    package static let shape = Shape.text(pattern: "^[a-z-]{1,40}$")
}

extension RetentionChange: Ruled {
    package static var exactlyOne: [String] { ["override", "hold", "asked"] }
}

extension RetentionReport: Ruled {
    package static var arrayBounds: [String: ClosedRange<Int>] { ["entries": 0...entriesMax] }
}
