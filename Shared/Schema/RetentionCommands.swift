/// To retention-worker: of the schedule keyed by an id in partition 0, of a hold by its person or its own id, and a
/// question by an id in the partition that it is about. Exactly one.
package struct RetentionCommand: CommandMessage {
    package static let type = "troth.retention.command.v1"
    package var replyTo: ReplyAddress?
    /// Sets another period, or sets it back.
    package var override: RetentionOverride?
    /// Places a hold on the key's person.
    package var place: PlaceHold?
    /// Ends a hold.
    package var release: ReleaseHold?
    /// Has every file report. Partition 0.
    package var ask: Flag?
    /// Says what the partition's files have reported. A question.
    package var status: Flag?
    package init(override: RetentionOverride, replyTo: ReplyAddress?) {
        (self.override, self.replyTo) = (override, replyTo)
    }
    package init(place: PlaceHold, replyTo: ReplyAddress?) { (self.place, self.replyTo) = (place, replyTo) }
    package init(release: ReleaseHold, replyTo: ReplyAddress?) { (self.release, self.replyTo) = (release, replyTo) }
    package init(ask: Flag, replyTo: ReplyAddress?) { (self.ask, self.replyTo) = (ask, replyTo) }
    package init(status: Flag, replyTo: ReplyAddress?) { (self.status, self.replyTo) = (status, replyTo) }
    package var isQuestion: Bool { status != nil }
}

/// What of a person is to stay, why, and until when.
package struct PlaceHold: Codable, Equatable, Sendable {
    package var held: Held
    package var reason: Remark
    package var until: Instant
    package init(held: Held, reason: Remark, until: Instant) {
        (self.held, self.reason, self.until) = (held, reason, until)
    }
}

/// Which hold ends, and why.
package struct ReleaseHold: Codable, Equatable, Sendable {
    package var hold: HoldID
    package var reason: Remark
    package init(hold: HoldID, reason: Remark) { (self.hold, self.reason) = (hold, reason) }
}

/// What retention-worker knows of one partition.
package struct RetentionStatus: Codable, Equatable, Sendable {
    package var partition: PartitionNumber
    package var asOf: Instant
    /// Of partition 0 only.
    package var overrides: [OverrideState]
    package var holds: [HoldState]
    package var files: [FileReport]
    package init(
        partition: PartitionNumber, asOf: Instant, overrides: [OverrideState], holds: [HoldState], files: [FileReport]
    ) {
        (self.partition, self.asOf, self.overrides) = (partition, asOf, overrides)
        (self.holds, self.files) = (holds, files)
    }
    /// Holds in one answer at most.
    package static let holdsMax = 200
    /// Services in one answer at most.
    package static let filesMax = 20
}

/// A period that differs from the schedule's, and since when.
package struct OverrideState: Codable, Equatable, Sendable {
    package var override: RetentionOverride
    package var since: Instant
    package init(override: RetentionOverride, since: Instant) { (self.override, self.since) = (override, since) }
}

/// A hold that is in force.
package struct HoldState: Codable, Equatable, Sendable {
    package var hold: HoldID
    package var subject: SubjectID
    package var held: Held
    package var reason: Remark
    package var placed: Instant
    package var until: Instant
    package init(hold: HoldID, subject: SubjectID, held: Held, reason: Remark, placed: Instant, until: Instant) {
        (self.hold, self.subject, self.held, self.reason) = (hold, subject, held, reason)
        (self.placed, self.until) = (placed, until)
    }
}

/// What the file of a service has reported last.
package struct FileReport: Codable, Equatable, Sendable {
    package var service: KeeperName
    /// Absent: it has not yet.
    package var report: RetentionReport?
    /// True for one that is silent for longer than a report may take.
    package var silent: Flag
    package init(service: KeeperName, report: RetentionReport?, silent: Flag) {
        (self.service, self.report, self.silent) = (service, report, silent)
    }
}

extension RetentionCommand: Ruled {
    package static var exactlyOne: [String] { ["override", "place", "release", "ask", "status"] }
}

extension RetentionStatus: Ruled {
    package static var arrayBounds: [String: ClosedRange<Int>] {
        ["overrides": 0...Held.allCases.count, "holds": 0...holdsMax, "files": 0...filesMax]
    }
}
