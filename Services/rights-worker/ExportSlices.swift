import Engine
import Schema
import Store

/// The parts of exports, as each service sealed them to the request's own key: nobody else's eyes, and ours only to
/// pack them. An export is complete when every slice of every service has its last chunk and none is missing between.
/// What a chunk holds moves into a file of its own as soon as it can.
struct ExportSlices: Noun {
    static let name = "exportSlices"
    static let category = DataCategory.request
    static let table = """
        CREATE TABLE exportSlices (
            chunk   INTEGER PRIMARY KEY,                                                  -- in the order of arrival
            request BLOB NOT NULL CHECK (length(request) = 16),                           -- RequestID
            service TEXT NOT NULL,                                                        -- ParticipantName
            slice   TEXT NOT NULL,                                                        -- SliceName
            number  INTEGER NOT NULL CHECK (number >= 0),                                 -- of the chunk
            isLast  INTEGER NOT NULL CHECK (isLast IN (0, 1)),
            rows    INTEGER NOT NULL CHECK (rows >= 0),
            content BLOB,                                                                 -- boxed; NULL: it lies elsewhere
            UNIQUE (request, service, slice, number)
        ) STRICT;
        CREATE INDEX exportSlicesHeld ON exportSlices (request, chunk) WHERE content IS NOT NULL
        """
    /// For a copy: a restored export is asked for again, with new keys.
    static let none: SQL = "DELETE FROM exportSlices /* scan: of a copy */"
    let tx: Transaction

    /// Takes a chunk; one that is here is left as it is. False: no export of this number is under way, or with another
    /// key.
    func take(_ chunk: SliceChunk, from service: ParticipantName) throws -> Bool {
        guard let request = try Requests(tx: tx).find(chunk.request), request.state == .asking,
            request.kind.act == .export
        else { return false }
        if let key = chunk.exportKey, try ExportKeys(tx: tx).publicKey(of: chunk.request) != key { return false }
        try tx.change(
            .any,
            """
            INSERT INTO exportSlices (request, service, slice, number, isLast, rows, content)
            VALUES (\(chunk.request), \(service), \(chunk.slice), \(chunk.number), \(chunk.isLast.value),
                \(chunk.rows), \(chunk.content))
            ON CONFLICT (request, service, slice, number) DO NOTHING
            """)
        return true
    }

    /// One slice as far as it is here.
    struct Held: RowDecodable {
        static let columns: Columns = "service, slice, count(*), max(number), max(isLast), sum(rows)"
        let service: ParticipantName
        let slice: SliceName
        let chunks: Int64
        let isWhole: Bool
        let rows: Int64
        init(row: borrowing Row) throws(StoreError) {
            (service, slice, chunks) = (try row.value(0), try row.value(1), try row.value(2))
            let last: Int64 = try row.value(3)
            isWhole = try row.value(4, as: Int64.self) == 1 && chunks == last + 1
            rows = try row.value(5)
        }
    }

    /// A chunk whose content is in this file.
    struct Chunk: RowDecodable {
        static let columns: Columns = "chunk, service, slice, number, content"
        let chunk: Int64
        let service: ParticipantName
        let slice: SliceName
        let number: ChunkNumber
        let content: ChunkBytes
        init(row: borrowing Row) throws(StoreError) {
            (chunk, service, slice) = (try row.value(0), try row.value(1), try row.value(2))
            (number, content) = (try row.value(3), try row.value(4))
        }
    }

    /// The slices, those of each service in the order in which they came.
    func all(of request: RequestID) throws -> [Held] {
        try tx.all(
            """
            SELECT \(Held.columns) FROM exportSlices WHERE request = \(request) GROUP BY service, slice
            ORDER BY min(chunk)
            """)
    }

    /// The first chunk whose content is in this file: later ones come behind it.
    func firstHeld(_ request: RequestID) throws -> Chunk? {
        try tx.first(
            """
            SELECT \(Chunk.columns) FROM exportSlices WHERE request = \(request) AND content IS NOT NULL
            ORDER BY chunk LIMIT 1
            """)
    }

    /// The content of a chunk lies in a file of its own.
    func moved(_ chunk: Int64) throws {
        try tx.change(.one, "UPDATE exportSlices SET content = NULL WHERE chunk = \(chunk)")
    }

    /// True where every slice that a service speaks of is here, whole, with as many rows as the service counted.
    func isComplete(_ request: RequestID, _ answers: [Answers.Entry]) throws -> Bool {
        let held = try all(of: request)
        guard held.allSatisfy(\.isWhole) else { return false }
        return answers.allSatisfy { answer in
            let own = held.filter { $0.service == answer.service }
            let told = answer.outcome?.slices ?? []
            return !own.isEmpty
                && told.allSatisfy { slice in
                    own.contains { $0.slice == slice.slice && $0.rows == slice.rows.value }
                }
        }
    }

    /// The archive is made, or not wanted any more.
    func drop(_ request: RequestID) throws {
        try tx.change(.any, "DELETE FROM exportSlices WHERE request = \(request)")
    }
}
