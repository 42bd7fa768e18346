import Invariants
import Schema
import Testing

/// Each law holds on a sound world, and breaks where one row is made wrong.
struct LawTests {
    /// A row made wrong, and the law that must notice.
    struct Wrong: CustomTestStringConvertible, Sendable {
        let law: String
        let place: SmallWorld.Place
        let sql: String
        var testDescription: String { "\(law): \(sql)" }
        init(_ law: String, _ place: SmallWorld.Place, _ sql: String) {
            (self.law, self.place, self.sql) = (law, place, sql)
        }
    }

    /// The file was swept last in 1977.
    private static let sevenYears = "INSERT INTO timers VALUES ('retention', 221356800000000)"
    static let wrongs = [
        Wrong("FilesAreComplete", .metering, "UPDATE file SET partitions = 3"),
        Wrong("FilesAreComplete", .billing, "UPDATE file SET partition = 9"),
        Wrong(
            "AccountsLieInTheirPartition", .otherMetering,
            """
            INSERT INTO accounts
            VALUES (1, x'5f0c7a1e8d6b4c2f9a3e1b7d4c5f6021', 1, 'open', 0, NULL, 'unknown', 'USD')
            """),
        Wrong(
            "AccountsLieInTheirPartition", .otherBilling,
            "INSERT INTO accounts VALUES (x'5f0c7a1e8d6b4c2f9a3e1b7d4c5f6021', 1, 'open', 'USD', NULL)"),
        Wrong("EachCallHasOneState", .metering, "UPDATE calls SET state = 2 WHERE state = 1"),
        Wrong("EachCallHasOneState", .metering, "UPDATE calls SET state = 1 WHERE state = 2"),
        Wrong("EachCallHasOneState", .metering, "UPDATE calls SET lists = x'09' WHERE state = 1"),
        Wrong("EachCallHasOneState", .metering, "UPDATE calls SET content = x'00' WHERE state = 1"),
        Wrong("EachCallHasOneState", .metering, "UPDATE calls SET day = 19999 WHERE state = 1"),
        Wrong("EachCallHasOneState", .metering, "UPDATE calls SET nano = 1 WHERE state = 3"),
        Wrong("EachCallHasOneState", .metering, "UPDATE waiting SET content = x'00'"),
        Wrong("EachCallHasOneState", .metering, "UPDATE waiting SET calledAt = 7"),
        Wrong(
            "EachCallHasOneState", .metering,
            """
            INSERT INTO accounts SELECT 2, account, 1, 'open', 0, NULL, 'unknown', 'USD' FROM waiting
            """),
        Wrong("ParkedCallsLackAPrice", .metering, "DELETE FROM unpriced"),
        Wrong("ParkedCallsLackAPrice", .metering, "UPDATE unpriced SET calledAt = 7"),
        Wrong(
            "ParkedCallsLackAPrice", .metering,
            """
            INSERT INTO priceLists VALUES (2, 'openai', 'no-such-model', 1, '0000000000000000', 1);
            INSERT INTO prices SELECT 2, place, NULL, tier, 0, NULL, unit, currency, 1, 0, NULL, source FROM prices
            """),
        Wrong("NoCallOutsideItsAccount", .metering, "UPDATE accounts SET opened = opened + 300000004"),
        Wrong(
            "NoCallOutsideItsAccount", .metering,
            "UPDATE accounts SET state = 'closed', closed = opened - 300000000"),
        Wrong("NoCallOutsideItsAccount", .metering, "DELETE FROM accounts"),
        Wrong("ChargesRecomputed", .metering, "UPDATE calls SET nano = nano + 1 WHERE state = 1"),
        Wrong("ChargesRecomputed", .metering, "UPDATE calls SET millionths = 1002 WHERE state = 1"),
        Wrong("ChargesRecomputed", .metering, "UPDATE prices SET nanoPerMillion = 150000002 WHERE place = 1"),
        Wrong("ChargesRecomputed", .metering, "UPDATE prices SET bandFrom = 1001 WHERE place = 1"),
        Wrong("ChargesRecomputed", .metering, "UPDATE priceLists SET model = 'gpt-4o'"),
        Wrong("ChargesRecomputed", .metering, "UPDATE priceLists SET provider = 'azure'"),
        Wrong("ChargesRecomputed", .metering, "UPDATE calls SET state = 3 WHERE state = 4"),
        Wrong("TransfersMatchAttempts", .metering, "UPDATE transfers SET count = count + 1"),
        Wrong("TransfersMatchAttempts", .metering, "DELETE FROM transfers"),
        Wrong("TransfersMatchAttempts", .metering, "UPDATE transfers SET unlawful = 5"),
        Wrong("QualityMatchesCalls", .metering, "UPDATE quality SET failed = failed + 1"),
        Wrong("QualityMatchesCalls", .metering, "DELETE FROM quality"),
        Wrong("QualityMatchesCalls", .metering, "INSERT INTO objectors VALUES (1)"),
        Wrong("TotalsMatchCalls", .metering, "UPDATE hours SET revision = revision + 1"),
        Wrong("TotalsMatchCalls", .metering, "UPDATE hours SET millionths = 1"),
        Wrong("TotalsMatchCalls", .metering, "UPDATE hours SET calls = 3"),
        Wrong("TotalsMatchCalls", .metering, "DELETE FROM hours"),
        Wrong("OutboxesEmpty", .metering, "INSERT INTO outbox (link, sequence, headers) VALUES (1, 1, x'')"),
        Wrong("LinksWithoutHoles", .billing, "UPDATE marks SET holeSince = 1, holeSequence = 3, holeOffset = 9"),
        Wrong(
            "LinksWithoutHoles", .metering,
            "UPDATE links SET next = 4; INSERT INTO outbox (link, sequence, headers) VALUES (1, 2, x'')"),
        Wrong("MarksMatchLinks", .metering, "UPDATE links SET next = 3"),
        Wrong("MarksMatchLinks", .metering, "DELETE FROM links"),
        Wrong("MarksMatchLinks", .billing, "DELETE FROM marks"),
        Wrong("BooksBalance", .billing, "UPDATE ledgerEntries SET nano = nano + 1 WHERE account = 3"),
        Wrong("BooksBalance", .billing, "UPDATE ledgerAccounts SET currency = 'EUR' WHERE number = 3"),
        Wrong("BooksBalance", .billing, "INSERT INTO ledgerTransactions VALUES (3, 1, 'top-up', NULL, NULL)"),
        Wrong("BooksBalance", .billing, "UPDATE ledgerAccounts SET opening = 1, balance = balance + 1"),
        Wrong("CreditsCoverCharges", .billing, "UPDATE credits SET carried = 1"),
        Wrong("BalancesAreSums", .billing, "UPDATE ledgerAccounts SET opening = 1 WHERE number = 2"),
        Wrong("BalancesAreSums", .billing, "UPDATE ledgerAccounts SET balance = balance + 1 WHERE number = 2"),
        Wrong(
            "ReversalsMirrorPostings", .billing,
            """
            INSERT INTO ledgerTransactions VALUES (3, 1, 'reversal', 2, NULL);
            INSERT INTO ledgerEntries VALUES (3, 1, -100000), (3, 2, -54349), (3, 3, 154349);
            UPDATE charges SET reversed = 1
            """),
        Wrong("ReversalsMirrorPostings", .billing, "UPDATE charges SET reversed = 1"),
        Wrong("ChargesMatchPostings", .billing, "UPDATE charges SET net = net + 1"),
        Wrong("ChargesMatchPostings", .billing, "UPDATE charges SET net = net - 1, tax = 1"),
        Wrong("ChargesMatchPostings", .billing, "UPDATE postedHours SET nano = nano + 1"),
        Wrong("ChargesMatchPostings", .billing, "DELETE FROM postedHours"),
        Wrong("ChargesMatchPostings", .billing, "DELETE FROM charges"),
        Wrong("CreditsCoverCharges", .billing, "UPDATE credits SET remaining = 1"),
        Wrong("CreditsCoverCharges", .billing, "UPDATE payments SET booked = 1"),
        Wrong("CreditsCoverCharges", .billing, "UPDATE credits SET priority = 10"),
        Wrong("PaymentsAddUp", .billing, "UPDATE payments SET booked = 99999"),
        Wrong(
            "PaymentsAddUp", .billing,
            "INSERT INTO payments SELECT payment, 'refund', 1, account, currency, 1, 0, expiry, at FROM payments"),
        Wrong(
            "PaymentsAddUp", .billing,
            """
            INSERT INTO payments SELECT payment, 'refund', 1, account, currency, 100001, -100001, expiry, at FROM payments
            """),
        Wrong(
            "PaymentsAddUp", .billing,
            "INSERT INTO payments SELECT payment, 'dispute', 1, account, currency, 0, 0, expiry, at FROM payments"),
        Wrong("CreditIsUsedInOrder", .billing, "UPDATE credits SET remaining = 1"),
        Wrong("CreditIsUsedInOrder", .billing, "UPDATE ledgerAccounts SET balance = -1 WHERE number = 2"),
        Wrong(
            "CreditIsUsedInOrder", .billing,
            """
            INSERT INTO credits SELECT account, currency, 10, expiry, zeroblob(16), 5, 5, 0, 0, 0 FROM credits
            """),
        Wrong("StandingsMatchBooks", .billing, "UPDATE standings SET standing = 'ok', available = 1"),
        Wrong("StandingsMatchBooks", .billing, "UPDATE ledgerAccounts SET balance = -1 WHERE number = 2"),
        Wrong("CreditsCoverCharges", .billing, "DELETE FROM creditUses"),
        Wrong("PaymentsAddUp", .billing, "UPDATE payments SET nano = nano + 1"),
        Wrong("CreditsCoverCharges", .billing, "UPDATE ledgerAccounts SET balance = 1 WHERE number = 1"),
        Wrong("PostingsNotAheadOfTotals", .billing, "UPDATE postedHours SET revision = 5"),
        Wrong("PostingsNotAheadOfTotals", .billing, "UPDATE postedHours SET exact = 1002"),
        Wrong("PostingsNotAheadOfTotals", .metering, "DELETE FROM hours"),
        Wrong("PostingsMatchTotals", .billing, "UPDATE postedHours SET revision = 3"),
        Wrong("PostingsMatchTotals", .billing, "UPDATE postedHours SET exact = 1002"),
        Wrong("PostingsMatchTotals", .billing, "DELETE FROM postedHours"),
        Wrong("PostingsMatchTotals", .metering, "DELETE FROM hours"),
        Wrong(
            "ChargesMatchPostings", .billing,
            "INSERT INTO postedDays SELECT account, hour, currency, hour / 86400000000, 1, 1, 0 FROM charges"),
        Wrong(
            "NothingPastItsPeriod", .metering,
            "INSERT INTO timers SELECT 'retention', max(calledAt) + 8035200000000 FROM calls"
        ),
        Wrong(
            "NothingPastItsPeriod", .billing,
            "INSERT INTO timers SELECT 'retention', max(hour) + 8121600000000 FROM charges"),
        Wrong("NothingPastItsPeriod", .billing, "\(sevenYears); DELETE FROM charges; DELETE FROM postedHours"),
        Wrong(
            "NothingPastItsPeriod", .billing,
            """
            \(sevenYears); DELETE FROM charges; DELETE FROM postedHours; DELETE FROM creditUses;
            UPDATE credits SET carried = nano; DELETE FROM ledgerEntries; DELETE FROM ledgerTransactions
            """),
        Wrong("AdmittedAsSent", .metering, "DELETE FROM calls WHERE state = 2"),
        Wrong("AdmittedAsSent", .metering, "UPDATE calls SET state = 2 WHERE state = 3"),
        Wrong("AdmittedAsSent", .metering, "UPDATE calls SET calledAt = calledAt + 7 WHERE state = 2"),
        Wrong("AdmittedAsSent", .metering, "UPDATE names SET name = 'other-model' WHERE number = 2"),
        Wrong("AdmittedAsSent", .metering, SmallWorld.call(4, 2, 0, 0, "")),
        Wrong("AdmittedAsSent", .metering, SmallWorld.call(7, 2, 0, 0, "")),
    ]

    @Test func `every law holds on a sound world`() throws {
        let small = try SmallWorld("sound")
        let manifest = Manifest(entries: [small.account: small.sent], deadLettersMin: 2)
        let findings = Laws.judge(try small.world(manifest, deadLetters: 2))
        #expect(findings.count == Laws.all.count)
        #expect(findings.filter { !$0.ok } == [])
        #expect(findings.first { $0.name == "ChargesRecomputed" }?.count == 4)
        #expect(findings.first { $0.name == "EachCallHasOneState" }?.count == 5)
        #expect(findings.first { $0.name == "AdmittedAsSent" }?.count == 4)
    }

    @Test(arguments: wrongs.indices) func `a law notices a row that is wrong`(_ index: Int) throws {
        let wrong = Self.wrongs[index]
        let small = try SmallWorld("wrong-\(index)")
        try small.execute(wrong.place, wrong.sql)
        let manifest = Manifest(entries: [small.account: small.sent])
        let findings = Laws.judge(try small.world(manifest))
        let finding = try #require(findings.first { $0.name == wrong.law })
        #expect(!finding.ok && finding.count >= 1, "\(wrong)")
        #expect(!finding.detail.isEmpty && !finding.detail.hasPrefix("not judged"), "\(finding.detail)")
    }

    @Test func `every law but those that report is shown to break`() {
        let reporting: Set<String> = ["NoIDHasTwoTimes", "AlarmsListed"]
        let shown = Set(Self.wrongs.map(\.law))
        #expect(
            Set(Laws.all.map(\.name))
                == shown.union(reporting).union(PeopleLawTests.laws)
                .union(RightsLawTests.laws))
    }

    @Test func `laws that need quiet are left out of a world at work`() throws {
        let small = try SmallWorld("live")
        try small.execute(.metering, "INSERT INTO outbox (link, sequence, headers) VALUES (1, 1, x'')")
        var world = try small.world()
        world.isQuiet = false
        let findings = Laws.judge(world)
        #expect(findings.filter { !$0.ok } == [])
        #expect(findings.count == Laws.all.count { !$0.needsQuiet })
    }

    @Test func `an id with two times and an alarm are reported and no fault`() throws {
        let small = try SmallWorld("reported")
        try small.execute(.metering, "INSERT INTO alarms VALUES ('unpriced', 'no price', 1, 'load prices')")
        try small.execute(
            .metering,
            """
            INSERT INTO calls
            SELECT day, account, calledAt + 9, callID, state, version, nano, millionths, lists, content
            FROM calls WHERE state = 2
            """)
        let world = try small.world()
        let times = try NoIDHasTwoTimes().judge(world)
        let alarms = try AlarmsListed().judge(world)
        #expect(times.ok && times.count == 1)
        #expect(alarms.ok && alarms.count == 1 && alarms.detail.contains("unpriced: no price"))
    }

    @Test func `too few dead letters break the manifest's law`() throws {
        let small = try SmallWorld("letters")
        let manifest = Manifest(entries: [small.account: small.sent], deadLettersMin: 2)
        let finding = try AdmittedAsSent().judge(small.world(manifest, deadLetters: 1))
        #expect(!finding.ok)
    }

    @Test func `a charge that is reversed and charged anew keeps every law`() throws {
        let small = try SmallWorld("reversed")
        try small.execute(
            .billing,
            """
            INSERT INTO ledgerTransactions VALUES (3, 3, 'reversal', 2, NULL), (4, 3, 'charge', NULL, NULL);
            INSERT INTO ledgerEntries VALUES (3, 1, -100000), (3, 2, -54350), (3, 3, 154350),
                (4, 1, 100000), (4, 2, 54350), (4, 3, -154350);
            UPDATE charges SET reversed = 1;
            INSERT INTO charges SELECT 4, account, hour, currency, net, tax, 0 FROM charges;
            INSERT INTO creditUses SELECT 4, grantID, nano FROM creditUses
            """)
        let findings = Laws.judge(try small.world())
        #expect(findings.filter { !$0.ok } == [])
    }

    @Test func `a sample holds about as many calls as were asked for and changes with the seed`() throws {
        let small = try SmallWorld("sample")
        try small.execute(
            .metering,
            """
            WITH RECURSIVE n (i) AS (SELECT 10 UNION ALL SELECT i + 1 FROM n WHERE i < 4009)
            INSERT INTO calls
            SELECT day, account, calledAt + i * 1000, callID, state, version, nano, millionths, lists, content
            FROM calls, n WHERE state = 1
            """)
        let world = try small.world()
        let counts = try (0..<4).map { seed in try ChargesRecomputed(sample: 400, seed: seed).judge(world).count }
        #expect(counts.allSatisfy { (200...800).contains($0) })
        let all = try ChargesRecomputed(sample: 5_000).judge(world)
        #expect(all.count == 4_004)
    }
}
