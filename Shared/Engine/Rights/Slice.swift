package import Policy
package import Schema
package import Store

/// A noun that holds something on people: it shows what, removes it, and says what is left. Policy §7.3, §8.1, §8.3.
/// A noun of one table is a `TableSlice`.
package protocol Slice: Noun {
    /// As a person reads it: "Call records".
    static var title: String { get }
    /// What a row of it shows, in this order. Its name, `name`, is the slice's name in archives and outcomes.
    static var columns: [SliceColumn] { get }
    /// What it is kept for. Policy §2.
    static var purposes: [Purpose] { get }
    /// On which ground. GDPR Art. 6(1).
    static var basis: LegalBasis { get }
    /// The clause of the policy that says for how long: "4.2".
    static var clause: String { get }
    /// The act of an erasure that its last rows go with; `erase` unless something must wait for them.
    static var goesWith: RightsAct { get }
    /// Why an erasure leaves its rows, without the person; nil: it does not. Policy §8.3.
    static var keptBy: KeptGround? { get }
    /// What a person's rows hang on in this file: the id, unless the file has a number of its own for it. Nil: the
    /// file knows nothing of the person, so there are no rows. It is asked once, before anything is removed.
    static func holder(of subject: SubjectID, in tx: Transaction) throws -> StoredValue?
    /// Who has rows here, where they hang on the id; it may read the whole table. A restored file asks.
    static func people(in tx: Transaction) throws -> [SubjectID]
    /// Some rows, by key, after a place. They are changed by others between two pages: a row that was there at the
    /// first page and is there at the last one is shown once.
    static func page(
        of person: SlicePerson, after place: SlicePlace?, rows: Int, in tx: Transaction
    ) throws -> SlicePage
    /// Removes, or strips, what goes with an act: `erase`, `forget` or `destroy`.
    static func remove(
        of person: SlicePerson, with act: RightsAct, at now: Instant, in tx: Transaction
    ) throws -> SliceRemoval
    /// Rows that are here of what went with an act: 0 after its removal. Read by an index.
    static func left(of person: SlicePerson, with act: RightsAct, in tx: Transaction) throws -> Int64
}

extension Slice {
    package static var purposes: [Purpose] { category.purposes }
    package static var basis: LegalBasis { category.basis }
    package static var clause: String { category.clause }
    package static var goesWith: RightsAct { .erase }
    package static var keptBy: KeptGround? { nil }
    package static func holder(of subject: SubjectID, in tx: Transaction) throws -> StoredValue? {
        .blob(subject.raw)
    }
    package static func people(in tx: Transaction) throws -> [SubjectID] { [] }
}

/// A person, and what the person's rows of a slice hang on.
package struct SlicePerson {
    package let subject: SubjectID
    package let holder: StoredValue
    package init(_ subject: SubjectID, _ holder: StoredValue) { (self.subject, self.holder) = (subject, holder) }
}

/// Where a page ended: the key of its last row.
package struct SlicePlace: Equatable, Sendable {
    package let key: [StoredValue]
    package init(_ key: [StoredValue]) { self.key = key }
}

/// Some rows of a slice.
package struct SlicePage {
    /// A line of JSON each, with its end.
    package var lines: [UInt8] = []
    package var rows: Int64 = 0
    /// Where to go on; nil: that was all.
    package var next: SlicePlace?
    package init() {}

    /// Adds a row.
    package mutating func add(_ line: JSONLine) {
        lines += line.bytes
        rows += 1
    }
}

/// What a removal did.
package struct SliceRemoval {
    /// Rows that were removed or changed.
    package var rows: Int64 = 0
    /// Rows that stay, and until when: those that `keptBy` keeps, and those that wait for a later act.
    package var kept: Int64 = 0
    package var until: Instant?
    /// Some sealed values that were removed: the scan of the pages looks for them, besides the person's id.
    package var sealed: [[UInt8]] = []
    package init() {}
}
