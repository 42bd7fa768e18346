import Engine
import IdentityService
import Schema
import Support
import Testing

/// What identity shows a person: all that it holds. Policy §7.3, §8.1.
struct ExportTests {
    /// The same rows, read from the tables of a person; what is sealed is what the person told.
    private func oracle(_ person: AccountID) -> [String: String] {
        let own = "subject = x'\(person.raw.map { ($0 < 16 ? "0" : "") + String($0, radix: 16) }.joined())'"
        func rows(_ members: String, _ from: String) -> String {
            "SELECT json_object(\(members)) AS answer FROM \(from.replacing("OWN", with: own))"
        }
        return [
            "accounts": rows(account, "accounts WHERE OWN"),
            "addressFiles": rows("'partition', partition", "addressFiles WHERE OWN ORDER BY partition"),
            "addresses": rows(
                "'attempt', \(id("attempt")), 'state', state, 'email', CASE state WHEN 'current' THEN 'ada@example.org' "
                    + "WHEN 'waiting' THEN 'second.ada@example.org' END, 'since', \(time("since")), "
                    + "'effectiveAt', \(time("effectiveAt")), 'request', CASE WHEN request IS NOT NULL THEN "
                    + "\(id("request")) END",
                "addresses WHERE OWN ORDER BY attempt"),
            "sessions": rows(
                "'startedAt', \(time("startedAt")), 'usedAt', \(time("usedAt")), 'endedAt', \(time("endedAt"))",
                "sessions WHERE OWN ORDER BY digest"),
            "apiKeys": rows(
                "'key', \(id("key")), 'prefix', prefix, 'label', 'laptop', 'state', state, 'version', version, "
                    + "'madeAt', \(time("madeAt")), 'revokedAt', \(time("revokedAt"))",
                "apiKeys WHERE OWN ORDER BY madeAt, key"),
            "acceptances": rows(
                "'policy', policy, 'source', source, 'at', \(time("at"))", "acceptances WHERE OWN ORDER BY number"),
            "cookieChoices": rows(
                "'notice', notice, 'functional', \(flag("functional")), 'analytics', \(flag("analytics")), "
                    + "'browser', 'browser-of-somebody-1', 'source', source, 'at', \(time("at")), "
                    + "'endedAt', \(time("endedAt"))",
                "cookieChoices WHERE OWN ORDER BY number"),
            "objections": rows(
                "'objects', \(flag("objects")), 'source', source, 'at', \(time("at")), 'endedAt', \(time("endedAt"))",
                "objections WHERE OWN ORDER BY number"),
            "optOuts": rows("'kind', kind, 'source', source, 'at', \(time("at"))", "optOuts WHERE OWN ORDER BY number"),
            "restrictions": rows(
                "'restricted', \(flag("restricted")), 'source', source, 'at', \(time("at"))",
                "restrictions WHERE OWN ORDER BY number"),
            "rightsProofs": rows(
                "'request', \(id("request")), 'kind', kind, 'notBefore', \(time("notBefore")), 'at', \(time("at"))",
                "rightsProofs WHERE OWN ORDER BY at, request"),
            "technicalLog": rows(
                "'event', event, 'address', '203.0.113.7', 'agent', 'Mozilla/5.0 (of a test)', 'at', \(time("at"))",
                "technicalLog WHERE OWN ORDER BY number"),
            "categoryLedger": rows(
                "'month', (month / 12) || '-' || substr('0' || (month % 12 + 1), -2), 'category', category, "
                    + "'count', count", "categoryLedger WHERE OWN ORDER BY month, category"),
            "closedPeople": rows(
                "'closedAt', \(time("closedAt")), 'hasLog', \(flag("hasLog"))", "closedPeople WHERE OWN"),
            "bounces": rows(
                "'notice', \(id("notice")), 'code', code, 'at', \(time("at"))", "bounces WHERE OWN ORDER BY notice"),
        ]
    }

    private var account: String {
        "'account', \(id("subject")), 'state', state, 'openedAt', \(time("openedAt")), 'closedAt', \(time("closedAt")), "
            + "'region', region, 'currency', currency, 'language', language, 'version', version, "
            + "'contactVersion', contactVersion"
    }
    private func id(_ column: String) -> String {
        [(1, 8), (9, 4), (13, 4), (17, 4), (21, 12)].map { "substr(lower(hex(\(column))), \($0.0), \($0.1))" }
            .joined(separator: " || '-' || ")
    }
    private func flag(_ column: String) -> String { "json(iif(\(column), 'true', 'false'))" }
    private func time(_ column: String) -> String {
        "strftime('%Y-%m-%dT%H:%M:%SZ', \(column) / 1000000, 'unixepoch')"
    }

    @Test func `what is exported of a person is what the tables hold`() throws {
        let town = try Town(files: 1)
        let ada = try town.settled()
        _ = try town.settled("bob@example.org")
        let account = try #require(ada.account)
        let rows = try town.export(account)
        for (slice, sql) in oracle(account) {
            let held = try town.texts(sql)
            // nobody asks for anything here, and no account is gone: RightsWorkerTests, ClosedTests
            #expect(!held.isEmpty || ["rightsProofs", "closedPeople"].contains(slice), "\(slice): the test has none")
            #expect(rows[slice] == held, "\(slice)")
        }
        #expect(Set(rows.keys) == Set(oracle(account).keys))
    }

    @Test func `every table that names a person is a slice's, or has a road of its own`() throws {
        let town = try Town(files: 1)
        // claims and attempts lie in the address's file, which is told; forgettings are there while it has not answered
        let roads: Set<String> = ["attempts", "claims", "forgettings"]
        let named = Set(try town.stands[0].tables(naming: ["subject", "owner", "account"]))
        let slices = Set(Identity.owns.filter { $0 is any Slice.Type }.map { $0.name })
        #expect(named == slices.union(roads) && slices.isDisjoint(with: roads))
        #expect(slices == Set(oracle(.example).keys))
    }
}
