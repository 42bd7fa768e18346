import Engine
import Schema
import Store

/// Pieces of archives that are asked for and not answered yet: each is read by a task, boxed to who asked, and goes out
/// as the answer.
struct Downloads: Noun {
    static let name = "downloads"
    static let category = DataCategory.request
    static let table = """
        CREATE TABLE downloads (
            download  INTEGER PRIMARY KEY,                                                -- of its task
            request   BLOB NOT NULL CHECK (length(request) = 16),                         -- RequestID
            piece     INTEGER NOT NULL CHECK (piece >= 0),
            command   TEXT NOT NULL UNIQUE,                                               -- EventID
            asker     TEXT NOT NULL,                                                      -- AskerName: whose replies
            partition INTEGER NOT NULL,                                                   -- of them
            askerKey  BLOB NOT NULL CHECK (length(askerKey) = 32)                         -- PublicKey
        ) STRICT;
        CREATE INDEX downloadsByRequest ON downloads (request)
        """
    let tx: Transaction

    static var works: [Work] {
        [
            Work("read", prepare: { download, _, tx in try Downloads(tx: tx).read(download) }) {
                try Downloads(tx: $3).answer($0, $1, at: $2)
            }
        ]
    }

    private struct Download: RowDecodable {
        static let columns: Columns = "request, piece, command, asker, partition, askerKey"
        let request: RequestID
        let piece: ChunkNumber
        let asked: AskedBy
        let key: PublicKey
        init(row: borrowing Row) throws(StoreError) {
            (request, piece, key) = (try row.value(0), try row.value(1), try row.value(5))
            asked = AskedBy(
                command: try row.value(2),
                replyTo: ReplyAddress(asker: try row.value(3), partition: try row.value(4)), key: key)
        }
    }

    /// Takes the wish for a piece. What it answers with is answered later.
    func ask(
        _ wish: DownloadArchive, of request: Request, by command: Command<RightsCommand>, at now: Instant
    ) throws -> Answer {
        let code: MailCode = try tx.open(wish.code, in: command)
        let browser = try command.message.client?.browser.map { try OptOuts.mark(tx.open($0, in: command), tx) }
        let archives = Archives(tx: tx)
        guard let archive = try archives.find(request.id), now < archive.until else { return .refused(.noArchive) }
        guard try archives.takes(code, from: browser, for: request.id, archive, at: now) else {
            return .refused(.wrongCode)
        }
        guard wish.number.value < archive.pieces else { return .refused(.noPiece) }
        guard let address = command.message.replyTo, let key = command.message.askerKey else { return .done() }
        let waiting: Int64? = try tx.first(
            value: "SELECT count(*) FROM downloads WHERE request = \(request.id)")
        guard waiting ?? 0 < Limits.readsMax else { return .refused(.busy) }
        let id: Int64? = try tx.first(
            value: """
                INSERT INTO downloads (request, piece, command, asker, partition, askerKey)
                VALUES (\(request.id), \(wish.number), \(command.id), \(address.asker), \(address.partition), \(key))
                ON CONFLICT (command) DO NOTHING RETURNING download
                """)
        if let id { try tx.queue("read", id, at: now) }
        return .later
    }

    private func read(_ id: Int64) throws -> [UInt8]? {
        guard let wish = try find(id) else { return nil }
        guard let keys = try ExportKeys(tx: tx).find(wish.request), try Archives(tx: tx).find(wish.request) != nil
        else {
            try refuse(id, wish, .noArchive)
            return nil
        }
        return ArchiveJob.read(
            ArchiveRead(
                request: wish.request, fileKey: keys.file, piece: wish.piece.value, command: wish.asked.command,
                askerKey: wish.key)
        ).bytes
    }

    private func answer(_ id: Int64, _ result: WorkResult, at now: Instant) throws {
        guard let wish = try find(id) else { return }
        let archives = Archives(tx: tx)
        guard let archive = try archives.find(wish.request), now < archive.until else {
            return try refuse(id, wish, .noArchive)
        }
        guard case .gave(let bytes) = result, let part = ArchivePart(bytes: bytes) else {
            tx.count("archives_unread")
            return try refuse(id, wish, .unreadable)
        }
        try tx.reply(
            .archive(FetchedPiece(number: wish.piece, isLast: Flag(part.isLast), content: part.box)), to: wish.asked)
        try forget(id)
        if part.isLast { try archives.fetched(wish.request, at: now) }
    }

    private func refuse(_ id: Int64, _ wish: Download, _ reason: Remark) throws {
        try tx.refuse(reason, to: wish.asked)
        try forget(id)
    }

    private func find(_ id: Int64) throws -> Download? {
        try tx.first("SELECT \(Download.columns) FROM downloads WHERE download = \(id)")
    }

    private func forget(_ id: Int64) throws { try tx.change(.any, "DELETE FROM downloads WHERE download = \(id)") }
}
