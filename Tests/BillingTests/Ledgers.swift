import Engine
import Invariants
import Schema
import Store
import Support
import Testing

/// Billing's file as laws see it.
struct Judged: WorldFile {
    let store: Store
    let service = "billing"
    let partition: Int32 = 0

    func rows(_ sql: String) throws -> [[Cell]] {
        var rows: [[Cell]] = []
        try store.each("\(raw: sql) /* scan: a law looks */") { row throws(StoreError) in
            var cells: [Cell] = []
            for column in 0..<row.count {
                switch try row.value(column, as: StoredValue.self) {
                case .null: cells.append(.null)
                case .integer(let number): cells.append(.integer(number))
                case .text(let text): cells.append(.text(text))
                case .blob(let bytes): cells.append(.blob(bytes))
                }
            }
            rows.append(cells)
        }
        return rows
    }
}

extension Books {
    /// Somebody else, whose books are to stay as they are.
    static let other = AccountID(high: 9, low: 9)

    /// Books of two people who paid, were given something, used it, were counted again, and got something back.
    static func busy() throws -> Books {
        let books = try Books()
        let dollar: Int64 = 1_000_000_000
        for (account, number) in [(AccountID.example, UInt64(10)), (other, 20)] {
            try books.topUp(20 * dollar, number, of: account)
            try books.topUp(7 * dollar, number + 1, of: account)
            try books.promote(5 * dollar, number + 2, until: 20, of: account)
            books.tell(.of(3 * dollar, 1, account: account), .of(9 * dollar, 1, hour: 1, account: account))
            books.tell(.of(2 * dollar, 2, millionths: 7, account: account))  // less than before: taken back
            books.tell(.of(12 * dollar, 1, hour: 30, account: account))
            // what the first payment no longer covers moves to the second
            try books.refund(5 * dollar, number, of: account)
            try books.dispute(number + 1, of: account)
            try books.dispute(number + 1, isWon: true, of: account)
            try books.limit(50 * dollar, .month, of: account)
        }
        return books
    }

    /// What the laws of the books say; empty: they hold.
    func broken() -> [String] {
        let laws: [any Law] = [
            AccountsLieInTheirPartition(), BooksBalance(), BalancesAreSums(), ReversalsMirrorPostings(),
            ChargesMatchPostings(), CreditsCoverCharges(), PaymentsAddUp(), CreditIsUsedInOrder(),
            StandingsMatchBooks(),
        ]
        let world = World(files: [Judged(store: stand.store)])
        return Laws.judge(world, by: laws).filter { !$0.ok }.map { "\($0.name): \($0.detail)" }
    }
}
