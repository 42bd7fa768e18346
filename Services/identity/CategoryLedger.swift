import Engine
import Schema
import Store

/// Which categories of data were really collected, per person and month: what the report of 12 months is made from.
/// Policy §9.1.
struct CategoryLedger: Noun {
    static let name = "categoryLedger"
    static let category = DataCategory.account
    static let table = """
        CREATE TABLE categoryLedger (
            subject  BLOB NOT NULL CHECK (length(subject) = 16),                          -- SubjectID
            month    INTEGER NOT NULL,                                                    -- year · 12 + month − 1, UTC
            category TEXT NOT NULL CHECK (category IN ('account', 'technical', 'consent', 'request')),
            count    INTEGER NOT NULL CHECK (count >= 1),
            PRIMARY KEY (subject, month, category)
        ) STRICT, WITHOUT ROWID
        """
    let tx: Transaction

    /// Something of a category was collected.
    func count(_ category: DataCategory, of subject: SubjectID, at moment: Instant) throws {
        let date = civilDate(moment.days)
        try tx.change(
            .one,
            """
            INSERT INTO categoryLedger (subject, month, category, count)
            VALUES (\(subject), \(date.year * 12 + date.month - 1), \(category.rawValue), 1)
            ON CONFLICT (subject, month, category) DO UPDATE SET count = count + 1
            """)
    }
}

extension CategoryLedger: TableSlice {
    static let title = "Categories of data that were collected, by month"
    static let orderColumns = ["month", "category"]
    static let columns: [SliceColumn] = [
        .init("month", "month (UTC)", .text, from: "printf('%d-%02d', month / 12, month % 12 + 1)"),
        .init("category", "category", .text), .init("count", "how often", .integer),
    ]
}
