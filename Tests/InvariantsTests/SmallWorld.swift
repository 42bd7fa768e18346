import BillingService
import Engine
import Invariants
import MeteringService
import Schema
import Store
import Testing

/// Four files in memory, for two partitions, with one account's hour in them: four calls, one of them charged, a top-up
/// that covers a part. Written by hand, row by row; every law holds.
final class SmallWorld {
    enum Place: Int, CaseIterable {
        case metering, billing, otherMetering, otherBilling
        var service: String { self == .metering || self == .otherMetering ? "metering" : "billing" }
        var isHome: Bool { self == .metering || self == .billing }
    }

    let account = AccountID.example
    let stores: [Place: Store]
    private let home: Int32
    private static let start: Int64 = 20_000 * Instant.day + Instant.hour

    /// `name`: of its own for each test, for files in memory are shared by name.
    init(_ name: String) throws {
        Store.explainsStatements = true
        home = Schema.partition(of: account, n: 2)
        var stores: [Place: Store] = [:]
        for place in Place.allCases {
            let isMetering = place.service == "metering"
            let store = try Store.create(
                "memory:\(name)-\(place)", migrations: isMetering ? Metering.allMigrations : Billing.allMigrations)
            let partition = place.isHome ? home : 1 - home
            try store.execute(
                """
                INSERT INTO file (one, service, partition, partitions, incarnation, now)
                VALUES (1, '\(place.service)', \(partition), 2, x'\(Self.incarnation(place))', 1)
                """)
            stores[place] = store
        }
        self.stores = stores
        try execute(.metering, meteringRows)
        try execute(.billing, billingRows)
    }

    /// Changes a file's rows.
    func execute(_ place: Place, _ sql: String) throws { try #require(stores[place]).execute(sql) }

    /// The world, with a manifest of what was sent.
    func world(_ manifest: Manifest? = nil, deadLetters: Int64? = nil) throws -> World {
        let files = try Place.allCases.map { place in
            TestFile(
                service: place.service, partition: place.isHome ? home : 1 - home, store: try #require(stores[place]))
        }
        return World(files: files, manifest: manifest, isQuiet: true, deadLetters: deadLetters)
    }

    /// What was sent: the four calls, and two that had to be kept out.
    var sent: [Expected] {
        let fates: [Expected.Fate] = [
            .admitted(.charged), .admitted(.free), .admitted(.unpriced), .admitted(.unpriced), .refused, .outside,
        ]
        return fates.enumerated().map { index, fate in
            Expected(
                callID: CallID(high: 1, low: UInt64(index)), calledAt: Instant(unchecked: Self.start + Int64(index)),
                expect: fate, attempts: index == 0 ? [Self.chargedAttempt] : [])
        }
    }

    private static let chargedAttempt = Attempt(
        number: AttemptNumber(unchecked: 1), upstream: .example, model: .example,
        startedAt: Instant(unchecked: start + 1_000), durationMs: DurationMs(unchecked: 842), outcome: .served,
        units: [
            UnitCount(unit: .textIn, count: UnitQuantity(unchecked: 1_001)),
            UnitCount(unit: .textOut, count: UnitQuantity(unchecked: 7)),
        ], stated: [StatedCost(currency: .dollar, nano: NanoAmount(unchecked: -3))])

    /// An account of the home partition that nobody has opened, and a call of it.
    private var stranger: AccountID {
        (1...).lazy.map { AccountID(high: 7, low: $0) }.first { Schema.partition(of: $0, n: 2) == self.home } ?? account
    }
    private var waiting: Call {
        Call(
            callID: CallID(high: 2, low: 2), calledAt: Instant(unchecked: Self.start), apiKeyID: .example,
            outcome: .completed, attempts: [Self.chargedAttempt])
    }

    private static func incarnation(_ place: Place) -> String { "112233445566478899aabbccddeeff0\(place.rawValue)" }

    private static let key = String(repeating: "07", count: 16)
    /// By hand: key, completed, 1 attempt; upstream 1, model 2, no region, standard and served, 1000 µs later, 842 ms;
    /// 1001 text_in, 7 text_out; one stated cost, −3 nano-units of USD.
    private static let charged =
        key + "0101" + "010200" + "11" + "d00f" + "ca06" + "02" + "01e907" + "0207" + "01" + "55534405"
    /// Failed; one failed attempt that read something.
    private static let free = key + "0301" + "010200" + "31" + "00" + "00" + "01" + "0105" + "00"
    /// Completed; served by a model without prices.
    private static let unpriced = key + "0101" + "010300" + "11" + "00" + "00" + "01" + "0105" + "00"
    /// Completed; served, and says nothing of what it used.
    private static let unused = key + "0101" + "010200" + "11" + "00" + "00" + "00" + "00"

    static func call(_ index: Int64, _ state: Int64, _ nano: Int64, _ millionths: Int64, _ lists: String) -> String {
        let content = [charged, free, unpriced, unused][Int(state) - 1]
        let id = "0000000000000001000000000000000\(index)"
        return """
            INSERT INTO calls VALUES
                (20000, 1, \(start + index), x'\(id)', \(state), 1, \(nano), \(millionths), x'\(lists)', x'\(content)');
            """
    }

    private var meteringRows: String {
        """
        INSERT INTO accounts VALUES (1, x'\(hex(account.raw))', 1, 'open', \(Self.start), NULL, 'unknown', 'USD');
        INSERT INTO waiting VALUES
            (x'\(hex(stranger.raw))', \(waiting.calledAt.value), x'\(hex(waiting.callID.raw))', 1, 7, 0,
             x'\(hex(Usage(calls: [waiting]).encodedProtobuf()))');
        INSERT INTO names VALUES (1, 'openai-us', 1, 1), (2, 'gpt-4o-mini', 1, 1), (3, 'no-such-model', 1, 0);
        INSERT INTO upstreams VALUES ('openai-us', 'openai', 'US', 1, 'dpa', NULL, NULL, 'dpf', 30, NULL);
        INSERT INTO priceLists VALUES (1, 'openai', 'gpt-4o-mini', 1, '0000000000000000', 1);
        INSERT INTO prices VALUES
            (1, 0, NULL, 'standard', 0, 1000, 'text_in', 'USD', 5, 0, NULL, 'test'),
            (1, 1, NULL, 'standard', 1000, NULL, 'text_in', 'USD', 150000001, 0, NULL, 'test'),
            (1, 2, NULL, 'standard', 0, NULL, 'text_out', 'USD', 600000000, 0, NULL, 'test'),
            (1, 3, NULL, 'batch', 0, NULL, 'text_out', 'USD', 7, 0, NULL, 'test');
        \(Self.call(0, 1, 154_350, 1_001, "01"))\(Self.call(1, 2, 0, 0, ""))\(Self.call(2, 3, 0, 0, "00"))
        \(Self.call(3, 4, 0, 0, "01"))
        INSERT INTO unpriced VALUES (1, 3, 20000, 1, \(Self.start + 2), x'00000000000000010000000000000002');
        INSERT INTO hours VALUES (1, \(Self.start), 4, 154350, 1001, 4);
        INSERT INTO transfers VALUES (1, 20000, 1, 'US', 4, 1);
        INSERT INTO qualityEdge VALUES (1, 20000, 1, \(Self.start + 1), x'00000000000000010000000000000001');
        INSERT INTO quality VALUES (20000, 1, 2, 1, 0, 1, 842);
        INSERT INTO links VALUES (1, 'metering.totals', \(home), 2);
        """
    }

    private var billingRows: String {
        let account = hex(account.raw)
        let grant = String(repeating: "ab", count: 16)
        return """
            INSERT INTO marks (topic, origin, mark, baseline)
            VALUES ('metering.totals', 'metering/\(home)/11223344-5566-4788-99aa-bbccddeeff00', 1, 1);
            INSERT INTO accounts VALUES (x'\(account)', 1, 'open', 'USD', NULL);
            INSERT INTO postedHours VALUES (x'\(account)', \(Self.start), 'USD', 4, 1001, 154350);
            INSERT INTO ledgerAccounts VALUES (1, 'prepaid', x'\(account)', 'USD', 0, 0),
                (2, 'receivable', x'\(account)', 'USD', 54350, 0), (3, 'revenue', NULL, 'USD', -154350, 0),
                (4, 'payments', NULL, 'USD', 100000, 0);
            INSERT INTO ledgerTransactions VALUES (1, 1, 'top-up', NULL, x'\(grant)'), (2, 2, 'charge', NULL, NULL);
            INSERT INTO ledgerEntries VALUES (1, 4, 100000), (1, 1, -100000), (2, 1, 100000), (2, 2, 54350),
                (2, 3, -154350);
            INSERT INTO payments VALUES (x'\(grant)', 'top-up', 1, x'\(account)', 'USD', 100000, 100000,
                9223372036854775807, 1);
            INSERT INTO credits
            VALUES (x'\(account)', 'USD', 100, 9223372036854775807, x'\(grant)', 100000, 0, 0, 0, 0);
            INSERT INTO standings VALUES (x'\(account)', 1, 'stop', 'USD', -54350, NULL);
            INSERT INTO creditUses VALUES (2, x'\(grant)', 100000);
            INSERT INTO charges VALUES (2, x'\(account)', \(Self.start), 'USD', 154350, 0, 0);
            """
    }

    private func hex(_ bytes: [UInt8]) -> String {
        bytes.map { ($0 < 16 ? "0" : "") + String($0, radix: 16) }.joined()
    }
}

/// A store as a judge sees it.
struct TestFile: WorldFile {
    let service: String
    let partition: Int32
    let store: Store

    func rows(_ sql: String) throws -> [[Cell]] {
        var rows: [[Cell]] = []
        try store.each("\(raw: sql)") { row throws(StoreError) in
            var cells: [Cell] = []
            for column in 0..<row.count {
                if row.isNull(column) {
                    cells.append(.null)
                } else if let value = try? Int64.read(row, column) {
                    cells.append(.integer(value))
                } else if let value = try? [UInt8].read(row, column) {
                    cells.append(.blob(value))
                } else {
                    cells.append(.text(try String.read(row, column)))
                }
            }
            rows.append(cells)
        }
        return rows
    }
}
