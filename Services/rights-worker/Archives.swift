import Engine
import Schema
import Store

/// Archives that can be had: for 7 days, five times, by who has the code that was mailed, in the browser that asked. Of
/// both only one keyed hash is kept. When an archive goes, its keys go first. Policy §7.3.
struct Archives: Noun {
    static let name = "archives"
    static let category = DataCategory.request
    static let table = """
        CREATE TABLE archives (
            request   BLOB NOT NULL PRIMARY KEY CHECK (length(request) = 16),             -- RequestID
            until     INTEGER NOT NULL,                                                   -- Instant
            pieces    INTEGER NOT NULL CHECK (pieces >= 1),
            code      BLOB NOT NULL CHECK (length(code) = 32),                            -- HMAC
            downloads INTEGER NOT NULL CHECK (downloads >= 0),                            -- to the end
            wrong     INTEGER NOT NULL CHECK (wrong >= 0)                                 -- codes
        ) STRICT, WITHOUT ROWID;
        CREATE INDEX archivesByTime ON archives (until)
        """
    let tx: Transaction

    /// An archive.
    struct Archive: RowDecodable {
        static let columns: Columns = "until, pieces, code, downloads, wrong"
        let until: Instant
        let pieces: Int64
        let code: Digest
        let downloads: Int64
        let wrong: Int64
        init(row: borrowing Row) throws(StoreError) {
            (until, pieces, code) = (try row.value(0), try row.value(1), try row.value(2))
            (downloads, wrong) = (try row.value(3), try row.value(4))
        }
    }

    /// The archive of a request; nil: there is none any more, or not yet.
    func find(_ request: RequestID) throws -> Archive? {
        try tx.first("SELECT \(Archive.columns) FROM archives WHERE request = \(request)")
    }

    /// An archive is ready: what it was made of goes, and identity mails its code.
    func add(_ request: Request, _ made: ArchiveMade, at now: Instant) throws {
        let (drawn, until) = (base32(tx.draw(5)), now + Limits.archiveKept)
        let code = try hash(drawn, request.id, request.proof?.facts.browser)
        try tx.change(
            .one,
            """
            INSERT INTO archives (request, until, pieces, code, downloads, wrong)
            VALUES (\(request.id), \(until), \(made.pieces), \(code), 0, 0)
            """)
        try AuditChain(tx: tx).add(.archiveMade, of: request.id, request.kind) {
            $0.digest = Digest(unchecked: made.sha256)
        }
        try ExportSlices(tx: tx).drop(request.id)
        try ExportKeys(tx: tx).dropExportKey(of: request.id)
        try mail(drawn, of: request, until: until, at: now)
    }

    /// An archive that is there is served again: under a new code, in the browser that asks this time. The person asked
    /// for the same within its seven days.
    func serveAgain(_ request: Request, in browser: Digest?, at now: Instant) throws {
        guard let archive = try find(request.id) else { return }
        let drawn = base32(tx.draw(5))
        try tx.change(
            .one,
            "UPDATE archives SET code = \(try hash(drawn, request.id, browser)) WHERE request = \(request.id)")
        tx.count("archives_served_again")
        try mail(drawn, of: request, until: archive.until, at: now)
    }

    private func mail(_ drawn: String, of request: Request, until: Instant, at now: Instant) throws {
        guard let person = request.person else { return }
        let key = try IdentityKeys(tx: tx).current(at: now)
        let shown = MailCode(unchecked: "\(drawn.prefix(4))-\(drawn.suffix(4))")
        let code = try tx.box(
            shown, to: key, of: "identity", on: Topics.rightsChallenges, id: request.id.text)
        try tx.send(
            RightsChallenge(
                archive: ArchiveCode(
                    request: request.id, kind: request.kind, subject: person, code: code, until: until)),
            to: Topics.rightsChallenges)
    }

    /// Whether a code is the archive's, and the browser the one that asked. A wrong one counts; after too many the
    /// archive goes. One that an operator asked for has no browser.
    func takes(
        _ code: MailCode, from browser: Digest?, for request: RequestID, _ archive: Archive, at now: Instant
    ) throws -> Bool {
        let code = Self.read(code.text)
        let isBound = try tx.isSame(archive.code.bytes, hash(code, request, browser).bytes)
        let isFree = try tx.isSame(archive.code.bytes, hash(code, request, nil).bytes)
        if isBound || isFree { return true }
        tx.count("archive_codes_wrong")
        try tx.change(.one, "UPDATE archives SET wrong = wrong + 1 WHERE request = \(request)")
        if archive.wrong + 1 >= Limits.wrongCodesMax { try drop(request, at: now) }
        return false
    }

    /// The last piece went out.
    func fetched(_ request: RequestID, at now: Instant) throws {
        tx.count("archives_fetched")
        try AuditChain(tx: tx).add(.archiveFetched, of: request)
        try tx.change(.any, "UPDATE archives SET downloads = downloads + 1 WHERE request = \(request)")
        if let archive = try find(request), archive.downloads >= Limits.downloadsMax { try drop(request, at: now) }
    }

    /// Archives whose time is over go. It cannot be undone: without the broker's time they stay, though nobody gets
    /// them.
    func end(at now: Instant) throws {
        let first: Instant? = try tx.first(
            value: "SELECT until FROM archives ORDER BY until LIMIT 1 /* scan: one row */")
        guard let first, first <= now, tx.clockIsProven(at: now) else { return }
        let over = try tx.store.all(
            values: """
                SELECT request FROM archives WHERE until <= \(now) ORDER BY until LIMIT \(Limits.timerRowsMax)
                """, as: RequestID.self)
        for request in over { try drop(request, at: now) }
    }

    /// A person is erased.
    func drop(of person: SubjectID, at now: Instant) throws {
        let all = try tx.store.all(
            values: """
                SELECT archives.request FROM requests JOIN archives ON archives.request = requests.request
                WHERE person = \(person)
                """, as: RequestID.self)
        for request in all { try drop(request, at: now) }
    }

    /// Everything of an export goes, whatever there is of it: rows and keys now, files next.
    func drop(_ request: RequestID, at now: Instant) throws {
        try tx.change(.any, "DELETE FROM archives WHERE request = \(request)")
        if try tx.changed() > 0 { try AuditChain(tx: tx).add(.archiveDropped, of: request) }
        try ExportSlices(tx: tx).drop(request)
        try ExportKeys(tx: tx).drop(request)
        if let row = try Requests(tx: tx).row(of: request) { try tx.queue("drop", row, at: now) }
    }

    private func hash(_ code: String, _ request: RequestID, _ browser: Digest?) throws -> Digest {
        try tx.hmac(.request, Array("archive".utf8), request.raw, Array(code.utf8), browser?.bytes ?? [])
    }

    /// A code as it was drawn, from what a person typed.
    private static func read(_ typed: String) -> String {
        var code = ""
        for character in typed.uppercased() {
            switch character {
            case "-", " ": continue
            case "O": code.append("0")
            case "I", "L": code.append("1")
            default: code.append(character)
            }
        }
        return code
    }

    /// 5 bytes in Crockford's base 32, as the codes that identity mails.
    private func base32(_ bytes: [UInt8]) -> String {
        let alphabet = Array("0123456789ABCDEFGHJKMNPQRSTVWXYZ".utf8)
        let word = bytes.prefix(5).reduce(UInt64(0)) { $0 << 8 | UInt64($1) }
        return String(decoding: (0..<8).map { alphabet[Int(word >> (35 - 5 * UInt64($0)) & 31)] }, as: UTF8.self)
    }
}
