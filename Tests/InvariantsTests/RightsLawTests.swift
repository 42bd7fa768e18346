import Invariants
import Schema
import Store
import Testing

/// Each law of rights holds where one person was erased and another waits for a copy, and breaks where one row or
/// record is made wrong.
struct RightsLawTests {
    static let all: [any Law] = [
        RequestsAnsweredByAll(), SuppressedBeforeErased(), NothingOfErased(), EveryDeadlineMetOrAlarmed(),
    ]
    static let laws = Set(all.map(\.name))

    /// A row made wrong, and the law that must notice.
    struct Wrong: CustomTestStringConvertible, Sendable {
        let law: String
        let place: SmallOffice.Place
        let sql: String
        var testDescription: String { "\(law): \(sql)" }
        init(_ law: String, _ place: SmallOffice.Place, _ sql: String) {
            (self.law, self.place, self.sql) = (law, place, sql)
        }
    }

    static let wrongs = [
        Wrong("RequestsAnsweredByAll", .rights, "DELETE FROM answers WHERE service = 'metering'"),
        Wrong("RequestsAnsweredByAll", .rights, "UPDATE answers SET outcome = NULL WHERE act = 'forget'"),
        Wrong("RequestsAnsweredByAll", .rights, "UPDATE answers SET outcome = x'' WHERE act = 'destroy'"),
        Wrong(
            "RequestsAnsweredByAll", .rights,
            "UPDATE answers SET outcome = (SELECT outcome FROM answers WHERE act = 'forget') WHERE act = 'erase'"),
        Wrong("RequestsAnsweredByAll", .rights, "UPDATE requests SET state = 'packing' WHERE kind = 'gdpr.access'"),
        Wrong("NothingOfErased", .metering, "INSERT INTO things VALUES (\(SmallOffice.subject))"),
        Wrong("NothingOfErased", .metering, "INSERT INTO things VALUES ('of \(SubjectID.example.text)')"),
        Wrong("NothingOfErased", .keys, "UPDATE dataKeys SET wrapped = x'05' WHERE category = 'technical'"),
        Wrong("EveryDeadlineMetOrAlarmed", .rights, "DELETE FROM alarms"),
        Wrong("EveryDeadlineMetOrAlarmed", .rights, "DELETE FROM missedDeadlines"),
        Wrong(
            "EveryDeadlineMetOrAlarmed", .rights,
            "UPDATE requests SET answeredAt = due + 2000000 WHERE kind = 'ccpa.delete'"),
        Wrong(
            "EveryDeadlineMetOrAlarmed", .rights,
            "UPDATE requests SET due = due + 172800000000 WHERE kind = 'ccpa.delete'"
        ),
    ]

    @Test func `a sound office keeps every law`() throws {
        let findings = Laws.judge(try SmallOffice("sound").world(), by: Self.all)
        #expect(findings.filter { !$0.ok } == [])
        #expect(findings.allSatisfy { $0.count > 0 })
    }

    @Test(arguments: wrongs.indices) func `a law notices a row that is wrong`(_ index: Int) throws {
        let wrong = Self.wrongs[index]
        let office = try SmallOffice("wrong-\(index)")
        try #require(office.stores[wrong.place]).execute(wrong.sql)
        let finding = try #require(Laws.judge(office.world(), by: Self.all).first { $0.name == wrong.law })
        #expect(!finding.ok, "\(finding.detail)")
    }

    @Test func `a mark that is written after the question to erase is found`() throws {
        let office = try SmallOffice("late")
        office.markedAt = office.askedAt + 1
        #expect(try !SuppressedBeforeErased().judge(office.world()).ok)
        office.isMarked = false
        #expect(try !SuppressedBeforeErased().judge(office.world()).ok)
    }
}

/// The files of rights-worker and metering, a keys file, and two topics, after an erasure: the least that the laws
/// read.
final class SmallOffice {
    enum Place: String, CaseIterable { case rights, metering, keys }

    static let subject = "x'5f0c7a1e8d6b4c2f9a3e1b7d4c5f6021'"
    private static let day = Instant.day
    let stores: [Place: Store]
    let askedAt = Instant(unchecked: 40)
    var markedAt = Instant(unchecked: 30)
    var isMarked = true

    init(_ name: String) throws {
        var stores: [Place: Store] = [:]
        for place in Place.allCases {
            let migration = Migration(number: 1, sql: Self.tables[place] ?? "")
            stores[place] = try Store.create("memory:office-\(name)-\(place.rawValue)", migrations: [migration])
        }
        self.stores = stores
        try stores[.rights]?.execute(Self.rightsRows)
        for (act, services) in [
            (RightsAct.erase, Topics.participants), (.forget, ["notifier"]), (.destroy, ["identity"]),
        ] {
            for service in services { try answer(act, by: service) }
        }
        try stores[.keys]?.execute(
            """
            INSERT INTO keyRecords VALUES (x'01', 3, \(Self.subject));
            INSERT INTO dataKeys VALUES (x'01', 'technical', x'02', NULL), (x'01', 'payment', x'03', x'04')
            """)
    }

    private func answer(_ act: RightsAct, by service: String) throws {
        let outcome = RightsOutcome(request: .example, act: act, result: .done, at: Instant(unchecked: 50))
        let bytes = RightsOutcomes(outcomes: [outcome]).encoded()
        try stores[.rights]?.change(
            .one, "INSERT INTO answers VALUES (\(RequestID.example.raw), \(act.rawValue), \(service), \(bytes))")
    }

    /// The world.
    func world() throws -> World {
        func file(_ service: String, _ place: Place) throws -> any WorldFile {
            TestFile(service: service, partition: 0, store: try #require(stores[place]))
        }
        var world = World(files: [try file("rights-worker", .rights), try file("metering", .metering)])
        world.keys = [try file("identity", .keys)]
        world.erased = [.example]
        let request = RightsRequest(request: .example, subject: .example, act: .erase, proof: nil)
        let mark = Suppression(mark: .example, since: markedAt)
        world.topics = [
            topic(Topics.rightsRequests.name, [record(request.encoded(), at: askedAt)]),
            topic(Topics.rightsSuppressions.name, isMarked ? [record(mark.encoded(), at: markedAt)] : []),
        ]
        return world
    }

    private func topic(_ name: TopicName, _ records: [WorldRecord]) -> any WorldTopic {
        SmallTown.TestTopic(name: name, records: records)
    }

    private func record(_ value: [UInt8], at moment: Instant) -> WorldRecord {
        WorldRecord(partition: 0, offset: 0, key: nil, value: value, headers: [], timestamp: moment)
    }

    private static let tables: [Place: String] = [
        .rights: """
        CREATE TABLE requests (request BLOB, kind TEXT, state TEXT, reason TEXT, receivedAt INTEGER, due INTEGER,
            alarm INTEGER, extended INTEGER, extendedAlarm INTEGER, isExtended INTEGER, answeredAt INTEGER,
            provedAt INTEGER);
        CREATE TABLE answers (request BLOB, act TEXT, service TEXT, outcome BLOB);
        CREATE TABLE missedDeadlines (request BLOB, due INTEGER);
        CREATE TABLE alarms (name TEXT, subject TEXT);
        CREATE TABLE timers (name TEXT, due INTEGER)
        """,
        .metering: "CREATE TABLE things (thing ANY)",
        .keys: """
        CREATE TABLE keyRecords (record BLOB, version INTEGER, subject BLOB);
        CREATE TABLE dataKeys (record BLOB, category TEXT, key BLOB, wrapped BLOB)
        """,
    ]
    /// Day 100 is over: an erasure was done in time, a copy is late, another was answered too late, which is on record.
    private static var rightsRows: String {
        let late = "x'00000000000000010000000000000001'"
        return """
            INSERT INTO timers VALUES ('clocks', \(100 * day));
            INSERT INTO requests VALUES
                (x'3c5e7a9b1d2f4e608b7d6c5a4f3e2d1c', 'ccpa.delete', 'done', NULL, \(day), \(46 * day), \(45 * day), NULL,
                    NULL, 0, \(2 * day), \(day)),
                (\(late), 'gdpr.access', 'asking', NULL, \(day), \(32 * day), \(32 * day), \(92 * day), \(92 * day), 0,
                    NULL, \(day));
            INSERT INTO missedDeadlines VALUES (\(late), \(32 * day));
            INSERT INTO alarms VALUES ('request-missed', 'request 00000000')
            """
    }
}
