import Engine
import Schema
import Store

/// The parts of exports, as each service sealed them to the request's own key: nobody else's eyes, and ours only to
/// pack them. An export is complete when every slice of every service has its last chunk and none is missing between.
struct ExportSlices: Noun {
    static let name = "exportSlices"
    static let category = DataCategory.request
    static let table = """
        CREATE TABLE exportSlices (
            request BLOB NOT NULL CHECK (length(request) = 16),                           -- RequestID
            service TEXT NOT NULL,                                                        -- ParticipantName
            slice   TEXT NOT NULL,                                                        -- SliceName
            number  INTEGER NOT NULL CHECK (number >= 0),                                 -- of the chunk
            isLast  INTEGER NOT NULL CHECK (isLast IN (0, 1)),
            rows    INTEGER NOT NULL CHECK (rows >= 0),
            content BLOB,                                                                 -- boxed; NULL: it lies elsewhere
            PRIMARY KEY (request, service, slice, number)
        ) STRICT, WITHOUT ROWID
        """
    let tx: Transaction

    /// Takes a chunk; one that is here is left as it is. False: no export of this number is under way.
    func take(_ chunk: SliceChunk, from service: ParticipantName) throws -> Bool {
        guard let request = try Requests(tx: tx).find(chunk.request), request.state == .asking,
            request.kind.act == .export
        else { return false }
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
    private struct Held: RowDecodable {
        static let columns: Columns = "service, slice, count(*), max(number), max(isLast), sum(rows)"
        let service: ParticipantName
        let slice: SliceName
        let isWhole: Bool
        let rows: Int64
        init(row: borrowing Row) throws(StoreError) {
            (service, slice) = (try row.value(0), try row.value(1))
            let (chunks, last): (Int64, Int64) = (try row.value(2), try row.value(3))
            isWhole = try row.value(4, as: Int64.self) == 1 && chunks == last + 1
            rows = try row.value(5)
        }
    }

    /// True where every slice that a service speaks of is here, whole, with as many rows as the service counted.
    func isComplete(_ request: RequestID, _ answers: [Answers.Entry]) throws -> Bool {
        let held: [Held] = try tx.all(
            "SELECT \(Held.columns) FROM exportSlices WHERE request = \(request) GROUP BY service, slice")
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

    /// The archive is not made, or no longer wanted.
    func drop(_ request: RequestID) throws {
        try tx.change(.any, "DELETE FROM exportSlices WHERE request = \(request)")
        try ExportKeys(tx: tx).drop(request)
    }
}
