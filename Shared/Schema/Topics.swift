/// A topic and what its records say.
package struct Topic<M: Message>: AnyTopic {
    package let name: TopicName
    package let kind: TopicKind
    package let retention: Retention
    package let owner: String
    package var messageType: any Message.Type { M.self }
    /// `owner`: by default the name's first part.
    init(_ name: String, _ kind: TopicKind, kept retention: Retention, owner: String? = nil) {
        (self.name, self.kind, self.retention) = (TopicName(unchecked: name), kind, retention)
        self.owner = owner ?? String(name.prefix { $0 != "." })
    }
}

/// A topic, whatever its message.
package protocol AnyTopic: Sendable {
    var name: TopicName { get }
    var kind: TopicKind { get }
    var retention: Retention { get }
    var messageType: any Message.Type { get }
    /// The service that writes it, or that takes what outsiders write to it.
    var owner: String { get }
}

/// Who writes a topic and how it is laid out.
package enum TopicKind: Equatable, Sendable {
    /// Outsiders write it, keyed by account.
    case outside
    /// Outsiders write each record into every partition.
    case everybody
    /// One service writes it, with links.
    case service
    /// One service writes it, in the account's partition; the last value of a key wins, so it carries no links.
    case state
    /// One service writes each record into every partition; the last value of a key wins.
    case stateOfAll
    /// A service's refused records: one partition, no key.
    case deadLetters
    /// Answers: no links, never an input.
    case replies
    /// Questions for the broker's time: one partition, never an input.
    case clock
}

/// How long a topic keeps its records.
package enum Retention: Equatable, Sendable {
    /// Microseconds.
    case time(Int64)
    /// The last value of each key, for ever.
    case compacted
}

extension AnyTopic {
    /// How strictly it is read.
    package var trust: TopicTrust {
        switch kind {
        case .outside, .everybody: .outside
        case .service, .state, .stateOfAll, .deadLetters, .replies, .clock: .service
        }
    }

    /// True where each record carries its writer's signature. SECURITY.md: Topics and permissions.
    package var isSigned: Bool { Topics.signed.contains(name) }

    /// True where its records carry links: one service writes it, and what was lost must be seen.
    package var isLinked: Bool { kind == .service || kind == .deadLetters }

    /// Its partitions where the deployment has n.
    package func partitionCount(n: Int32) -> Int32 { kind == .deadLetters || kind == .clock ? 1 : n }

    /// Bytes of a record at most.
    package var recordBytesMax: Int { trust == .outside ? 65_536 : 1_048_576 }

    /// Its settings on a Kafka, under Kafka's own names.
    package var settings: [(name: String, value: String)] {
        var all = [
            ("max.message.bytes", "\(recordBytesMax + Limits.recordSurroundings)"),
            ("message.timestamp.type", "LogAppendTime"),
            ("unclean.leader.election.enable", "false"),
        ]
        switch retention {
        case .compacted:
            all += [
                ("cleanup.policy", "compact"), ("segment.ms", "\(6 * 3_600_000)"),
                ("max.compaction.lag.ms", "\(12 * 3_600_000)"),
            ]
        case .time(let microseconds) where microseconds <= Instant.hour:
            all += [("cleanup.policy", "delete"), ("retention.ms", "\(45 * 60_000)"), ("segment.ms", "\(10 * 60_000)")]
        case .time(let microseconds):
            // a record lives for retention and up to a segment more: Kafka's default segment would double it
            let milliseconds = microseconds / 1_000 - 7 * 3_600_000
            all += [
                ("cleanup.policy", "delete"), ("retention.ms", "\(milliseconds)"), ("segment.ms", "\(6 * 3_600_000)"),
            ]
        }
        return all.map { (name: $0.0, value: $0.1) }
    }
}

/// All topics of this release. docs/contracts.md: Topics.
package enum Topics {
    /// What the gateway says that was used.
    package static let meteringUsage = Topic<Usage>("metering.usage", .outside, kept: .time(7 * Instant.day))
    /// What metering says that an hour cost.
    package static let meteringTotals = Topic<Totals>("metering.totals", .service, kept: .time(7 * Instant.day))
    /// Price lists and the register of upstreams.
    package static let meteringConfig = Topic<Config>("metering.config", .everybody, kept: .compacted)
    /// Questions to metering.
    package static let meteringCommands = Topic<MeteringCommand>(
        "metering.commands", .outside, kept: .time(3 * Instant.day))
    /// Commands and questions to billing.
    package static let billingCommands = Topic<BillingCommand>(
        "billing.commands", .outside, kept: .time(3 * Instant.day))
    /// Whose calls a gateway lets through.
    package static let billingStanding = Topic<Standing>("billing.standing", .state, kept: .compacted)
    /// What metering refused.
    package static let meteringDeadLetters = deadLetters(of: "metering")
    /// What billing refused.
    package static let billingDeadLetters = deadLetters(of: "billing")
    /// Answers to the command line.
    package static let trothReplies = replies(to: .troth)

    /// The dead letters of a service.
    package static func deadLetters(of service: String) -> Topic<DeadLetter> {
        Topic("\(service).deadletters", .deadLetters, kept: .time(90 * Instant.day))
    }

    /// The answers to an asker.
    package static func replies(to asker: AskerName) -> Topic<Reply> {
        Topic("replies.\(asker.text)", .replies, kept: .time(Instant.hour))
    }

    /// Commands and questions to identity.
    package static let identityCommands = Topic<IdentityCommand>(
        "identity.commands", .outside, kept: .time(3 * Instant.day))
    /// What portal and gateway saw of people's accesses.
    package static let identityAccessLog = Topic<AccessEvent>(
        "identity.access-log", .outside, kept: .time(3 * Instant.day))
    /// Between identity's files.
    package static let identityClaims = Topic<Claim>("identity.claims", .service, kept: .time(3 * Instant.day))
    /// Which accounts there are.
    package static let identityAccounts = Topic<AccountState>("identity.accounts", .state, kept: .compacted)
    /// Which API keys there are.
    package static let identityAPIKeys = Topic<APIKeyState>("identity.api-keys", .state, kept: .compacted)
    /// The keys of people, wrapped, and what is left of destroyed ones.
    package static let identityKeys = Topic<SubjectKeys>("identity.keys", .state, kept: .compacted)
    /// What outsiders seal to that write to identity.
    package static let identityIntakeKeys = Topic<IntakeKey>(
        "intake-keys.identity", .stateOfAll, kept: .compacted, owner: "identity")
    /// What identity has the notifier mail.
    package static let notifierMessagesIdentity = Topic<NotifierMessage>(
        "notifier.messages.identity", .service, kept: .time(7 * Instant.day), owner: "identity")
    /// Mail that was refused for good.
    package static let notifierBounces = Topic<Bounce>("notifier.bounces", .service, kept: .time(7 * Instant.day))
    /// Commands to notifier.
    package static let notifierCommands = Topic<NotifierCommand>(
        "notifier.commands", .outside, kept: .time(3 * Instant.day))
    /// People who were erased.
    package static let rightsSuppressions = Topic<Suppression>(
        "rights.suppressions", .state, kept: .compacted, owner: "rights-worker")
    /// What every service is asked to do for a person.
    package static let rightsRequests = Topic<RightsRequest>(
        "rights.requests", .service, kept: .time(7 * Instant.day), owner: "rights-worker")
    /// Commands and questions about requests.
    package static let rightsCommands = Topic<RightsCommand>(
        "rights.commands", .outside, kept: .time(3 * Instant.day), owner: "rights-worker")
    /// Who is this?
    package static let rightsChallenges = Topic<RightsChallenge>(
        "rights.challenges", .service, kept: .time(7 * Instant.day), owner: "rights-worker")
    /// Who it is, proved.
    package static let rightsProofs = Topic<ProvedRequest>(
        "rights.proofs", .service, kept: .time(7 * Instant.day), owner: "identity")
    /// What outsiders seal to that write to rights-worker.
    package static let rightsWorkerIntakeKeys = Topic<IntakeKey>(
        "intake-keys.rights-worker", .stateOfAll, kept: .compacted, owner: "rights-worker")
    /// What rights-worker has the notifier mail.
    package static let notifierMessagesRightsWorker = Topic<NotifierMessage>(
        "notifier.messages.rights-worker", .service, kept: .time(7 * Instant.day), owner: "rights-worker")
    /// What rights-worker refused.
    package static let rightsWorkerDeadLetters = deadLetters(of: "rights-worker")
    /// What identity refused.
    package static let identityDeadLetters = deadLetters(of: "identity")
    /// What notifier refused.
    package static let notifierDeadLetters = deadLetters(of: "notifier")
    /// The services that hold something on people: each of them answers every request.
    package static let participants = ["identity", "metering", "billing", "notifier"]

    /// What a service did for requests.
    package static func rightsOutcomes(of service: String) -> Topic<RightsOutcomes> {
        Topic("rights.outcomes.\(service)", .service, kept: .time(7 * Instant.day), owner: service)
    }

    /// A service's part of exports.
    package static func rightsSlices(of service: String) -> Topic<SliceChunk> {
        Topic("rights.slices.\(service)", .service, kept: .time(Instant.day), owner: service)
    }

    /// Commands to retention-worker.
    package static let retentionCommands = Topic<RetentionCommand>(
        "retention.commands", .outside, kept: .time(3 * Instant.day), owner: "retention-worker")
    /// What differs from the schedule of retention: overrides, holds.
    package static let retentionSchedule = Topic<RetentionChange>(
        "retention.schedule", .stateOfAll, kept: .compacted, owner: "retention-worker")
    /// What retention-worker refused.
    package static let retentionDeadLetters = deadLetters(of: "retention-worker")
    /// The services whose files purge what they hold: each of them reports.
    package static let keepers = ["identity", "metering", "billing", "notifier", "retention-worker"]

    /// What a service holds, and has purged.
    package static func retentionReports(of service: String) -> Topic<RetentionReport> {
        Topic("retention.reports.\(service)", .service, kept: .time(7 * Instant.day), owner: service)
    }

    /// Where the broker is asked for its time.
    package static let clock = Topic<ClockQuestion>("troth.clock", .clock, kept: .time(Instant.hour))

    /// The topics whose records are signed.
    static let signed: Set<TopicName> = Set(
        [
            identityKeys.name, identityIntakeKeys.name, rightsWorkerIntakeKeys.name, rightsSuppressions.name,
            rightsRequests.name, rightsProofs.name, retentionSchedule.name,
        ]
            + participants.map { rightsOutcomes(of: $0).name })

    /// Every topic, in the order of the alphabet.
    package static let all: [any AnyTopic] = declared.sorted { $0.name.text < $1.name.text }

    private static let declared: [any AnyTopic] =
        [
            billingCommands, billingDeadLetters, billingStanding, identityAccessLog, identityAccounts, identityAPIKeys,
            identityClaims, identityCommands, identityDeadLetters, identityKeys, identityIntakeKeys,
            rightsWorkerIntakeKeys, meteringCommands, meteringConfig, meteringDeadLetters, meteringTotals,
            meteringUsage, notifierBounces, notifierCommands, notifierDeadLetters, notifierMessagesIdentity,
            notifierMessagesRightsWorker, trothReplies, rightsChallenges, rightsCommands, rightsProofs, rightsRequests,
            rightsSuppressions, rightsWorkerDeadLetters, retentionCommands, retentionSchedule, retentionDeadLetters,
            clock,
        ] + participants.map { rightsOutcomes(of: $0) } + participants.map { rightsSlices(of: $0) }
        + keepers.map { retentionReports(of: $0) }
}
