import Engine
import Schema
import Store
import Support

/// The smallest service that holds something on people and takes part in requests: who stayed, night by night.
struct House: Service {
    static let name: ServiceName = "notifier"
    static var owns: [any Noun.Type] { [Guests.self, Trunks.self] }
    static let gives: [any AnyTopic] = [Topics.notifierDeadLetters, Topics.notifierBounces]
    static let migrations = [Migration(number: 1_000, sql: [Guests.table, Trunks.table].joined(separator: ";\n"))]

    /// Inputs by their place: the last two are the engine's.
    enum Place {
        static let claims = 0
        static let suppressions = 1
        static let requests = 2
    }

    var anchor: Input { .stream(Topics.identityClaims, .bulk, note) }
    var takes: [Input] { [] }
    var timers: [Timer] { [] }

    /// Tells of somebody whose claim is released.
    func note(_ claims: Batch<Claim>, at now: Instant, in tx: Transaction) throws {
        for subject in claims.entries.compactMap(\.message.release?.subject) {
            try tx.send(
                Bounce(notice: .example, subject: subject, at: now, code: .example), to: Topics.notifierBounces,
                for: subject.account)
        }
    }

    /// A restriction is put off until somebody says `carryOn`.
    func carryOut(
        _ request: RightsRequest, since: Instant, at now: Instant, in tx: Transaction
    ) throws -> RightsProgress {
        guard request.act == .forget else { return .done }
        return now < since + Instant.minute ? .later(since + Instant.minute) : .done
    }
}

/// Nights that people stayed.
struct Guests: TableSlice {
    static let name = "guests"
    static let category = DataCategory.account
    static let table = """
        CREATE TABLE guests (subject BLOB NOT NULL, night INTEGER NOT NULL, note TEXT NOT NULL,
            PRIMARY KEY (subject, night)) STRICT, WITHOUT ROWID
        """
    static let title = "Nights"
    static let orderColumns = ["night"]
    static let columns = [SliceColumn("night", "the night", .day), SliceColumn("note", "what was noted", .text)]
}

/// What people leave behind. A number says how its removal goes wrong.
struct Trunks: TableSlice {
    static let name = "trunks"
    static let category = DataCategory.account
    static let table = """
        CREATE TABLE trunks (subject BLOB NOT NULL PRIMARY KEY, fault INTEGER NOT NULL) STRICT, WITHOUT ROWID;
        CREATE TABLE attic (place INTEGER PRIMARY KEY, what BLOB NOT NULL) STRICT
        """
    static let title = "Trunks"
    static let orderColumns: [String] = []
    static let columns = [SliceColumn("fault", "how it is removed", .integer)]

    /// What goes wrong with a removal.
    enum Fault {
        static let none: Int64 = 0
        /// The row is left.
        static let left: Int64 = 1
        /// The row is carried to where nobody looks.
        static let hidden: Int64 = 2
    }

    static func remove(
        of person: SlicePerson, with act: RightsAct, at now: Instant, in tx: Transaction
    ) throws -> SliceRemoval {
        let fault: Int64? = try tx.first(value: "SELECT fault FROM trunks WHERE subject = \(person.subject)")
        if fault == Fault.left { return SliceRemoval() }
        if fault == Fault.hidden { try tx.change(.one, "INSERT INTO attic (what) VALUES (\(person.subject.raw))") }
        return try removeRows(of: person, with: act, in: tx)
    }
}

/// A house that has started, and a rights-worker that asks it.
final class OpenHouse {
    let stand: TestStand<House>
    let worker: TestRequests

    init(path: String? = nil) throws {
        stand = try TestStand(House(), secrets: try TestSecrets.all(service: "notifier"), at: .example, path: path)
        worker = try TestRequests()
        stand.start()
    }

    /// Somebody stays for some nights.
    func stay(_ account: AccountID, nights: Int = 1, trunk fault: Int64? = nil) throws {
        let subject = SubjectID(account)
        try stand.store.transaction {
            for night in 0..<nights {
                try stand.store.change(
                    .one, "INSERT INTO guests (subject, night, note) VALUES (\(subject), \(night), \("night \(night)"))"
                )
            }
            if let fault {
                try stand.store.change(.one, "INSERT INTO trunks (subject, fault) VALUES (\(subject), \(fault))")
            }
        }
    }

    /// A hold is on something of a person, as the schedule's keeper says.
    func hold(_ account: AccountID, until end: Instant) throws {
        try stand.store.change(
            .one,
            """
            INSERT INTO holds (hold, version, person, held, until)
            VALUES (randomblob(16), 1, \(SubjectID(account)), \(Held.technicalLog), \(end))
            """)
    }

    /// Asks, and lets everything that follows happen; what was sent.
    func ask(_ requests: RightsRequest...) throws -> [Outgoing] {
        stand.give(House.Place.requests, try requests.map { try worker.record($0) })
        return follow()
    }

    /// Delivers what is sent, and wakes the shard when it wants to be woken now.
    func follow() -> [Outgoing] {
        var (all, waiting) = ([Outgoing](), stand.actions.sent)
        for _ in 0..<2_000 {
            all += waiting
            let next = waiting
            waiting = []
            for message in next { waiting += stand.step(.delivered(message.delivery)).sent }
            waiting += stand.step(.tick).sent
            if waiting.isEmpty { break }
        }
        return all
    }

    func request(_ act: RightsAct, of account: AccountID = .example, _ number: UInt64 = 1) throws -> RightsRequest {
        try worker.request(act, of: account, TestRequests.id(number), at: stand.now)
    }

    func rows(_ table: String) throws -> Int64? { try stand.number("SELECT count(*) AS answer FROM \(table)") }
    /// Why it stands still.
    var stall: Stall? { stand.shard.report.stall }
}

extension [Outgoing] {
    /// What the house answered.
    var outcomes: [RightsOutcome] {
        get throws {
            try filter { $0.topic == Topics.rightsOutcomes(of: "notifier").name }
                .flatMap { try $0.message(RightsOutcomes.self).outcomes }
        }
    }
    var results: [RightsResult] { get throws { try outcomes.map(\.result) } }
    var refusals: [Refusal.Reason] {
        get throws {
            try filter { $0.topic == Topics.notifierDeadLetters.name }.map { try $0.message(DeadLetter.self).reason }
        }
    }
}
