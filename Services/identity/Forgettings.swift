import Engine
import Schema
import Store

/// The files that were told to forget the addresses of a person who is being erased, and whether they have said that
/// they did. Identity removes the person when all have. ARCHITECTURE: the order of an erasure.
struct Forgettings: Noun {
    static let name = "forgettings"
    static let category = DataCategory.account
    static let table = """
        CREATE TABLE forgettings (
            subject   BLOB NOT NULL CHECK (length(subject) = 16),                         -- SubjectID
            partition INTEGER NOT NULL,                                                   -- of the file
            isDone    INTEGER NOT NULL CHECK (isDone IN (0, 1)),
            PRIMARY KEY (subject, partition)
        ) STRICT, WITHOUT ROWID
        """
    let tx: Transaction

    /// Tells each file that may hold an address of a person, or an attempt to prove one, to forget it: once. True: all
    /// have.
    func areDone(_ request: RightsRequest) throws -> Bool {
        let subject = request.subject
        let files = try Addresses(tx: tx).files(of: subject) + AddressFiles(tx: tx).all(of: subject)
        for file in Set(files).sorted() where try !knows(file, subject) {
            try tx.change(
                .one, "INSERT INTO forgettings (subject, partition, isDone) VALUES (\(subject), \(file), 0)")
            try tell(file, ClaimForget(subject: subject, request: request.request))
        }
        return try tx.first(
            value: "SELECT 1 FROM forgettings WHERE subject = \(subject) AND isDone = 0 LIMIT 1", as: Int64.self) == nil
    }

    /// The person is removed.
    func end(_ subject: SubjectID) throws {
        try tx.change(.any, "DELETE FROM forgettings WHERE subject = \(subject)")
    }

    /// Something of an erased person has come late from a file: it is dropped, and the file told again.
    func drop(_ proved: ClaimProved) throws {
        tx.count("late_dropped")
        try tell(
            partition(of: proved.attempt.text, n: tx.partitions), ClaimForget(subject: proved.subject, request: nil))
        try tx.refuse(.startEnded, to: proved.asked)
    }

    /// In the file of an address: forgets the person, and says so.
    func carryOut(_ forget: ClaimForget) throws {
        try Claims(tx: tx).forget(forget.subject)
        try Attempts(tx: tx).forget(of: forget.subject)
        guard let request = forget.request else { return }
        let file = PartitionNumber(unchecked: Int64(tx.partition))
        try tx.send(
            Claim(forgotten: ClaimForgotten(subject: forget.subject, request: request, file: file)),
            to: Topics.identityClaims, partition: partition(of: forget.subject.account.text, n: tx.partitions),
            key: nil)
    }

    /// In the file of the person: a file has forgotten.
    func note(_ forgotten: ClaimForgotten) throws {
        try tx.change(
            .zeroOrOne,
            """
            UPDATE forgettings SET isDone = 1
            WHERE subject = \(forgotten.subject) AND partition = \(forgotten.file.value)
            """)
        try tx.carryOn(forgotten.request)
    }

    private func knows(_ file: Int32, _ subject: SubjectID) throws -> Bool {
        try tx.first(
            value: "SELECT 1 FROM forgettings WHERE subject = \(subject) AND partition = \(file)", as: Int64.self)
            != nil
    }

    private func tell(_ file: Int32, _ forget: ClaimForget) throws {
        try tx.send(Claim(forget: forget), to: Topics.identityClaims, partition: file, key: nil)
    }
}

/// The partition of a record under a key.
func partition(of key: String, n: Int32) -> Int32 {
    Array(key.utf8).withUnsafeBytes { Schema.partition(of: $0, n: n) }
}
