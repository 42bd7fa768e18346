import Engine
import Schema
import Store

/// Whom identity has said to be the one who asks for a right, and under which number the request goes on. A proof that
/// comes again gets the same number. Policy §8.7; SECURITY.md: Proofs.
struct RightsProofs: Noun {
    static let name = "rightsProofs"
    static let category = DataCategory.request
    static let table = """
        CREATE TABLE rightsProofs (
            intake    TEXT NOT NULL PRIMARY KEY,                                          -- of rights-worker
            subject   BLOB NOT NULL CHECK (length(subject) = 16),                         -- SubjectID
            request   BLOB NOT NULL UNIQUE CHECK (length(request) = 16),                  -- RequestID
            kind      TEXT NOT NULL,                                                      -- RequestKind
            notBefore INTEGER,                                                            -- Instant
            at        INTEGER NOT NULL                                                    -- Instant
        ) STRICT, WITHOUT ROWID;
        CREATE INDEX rightsProofsBySubject ON rightsProofs (subject, at, request);
        CREATE INDEX rightsProofsByTime ON rightsProofs (at)
        """
    let tx: Transaction

    /// Who asks, and how that is known.
    struct Requester {
        let subject: SubjectID
        var facts: RequestFacts
        let asked: AskedBy
        /// Nil: it was not proved.
        var method: ProofMethod?
        /// Until when what proves it is too young for what cannot be undone.
        var youngUntil: Instant?
        var reason: Remark?

        init(_ subject: SubjectID, _ facts: RequestFacts, _ asked: AskedBy) {
            (self.subject, self.facts, self.asked) = (subject, facts, asked)
        }
    }

    /// Takes what a mailed code has proved, or whose choice an address showed.
    func take(_ proved: ClaimProved, at now: Instant) throws {
        guard let facts = proved.request else { throw Refusal(.missingField) }
        let asker = try tx.open(proved.asker, id: proved.start.text)
        // the claim of an address that waits, or that was given up, is here before or after its right to speak for it
        guard let current = try Addresses(tx: tx).current(of: proved.subject)?.email,
            let known = try tx.open(current, of: proved.subject), isSameAddress(known, asker.email)
        else { return try tx.refuse(.notOnFile, to: proved.asked) }
        var requester = Requester(proved.subject, facts, proved.asked)
        if proved.purpose != .rightsChoice { requester.method = .code }
        try begin(requester, at: now)
    }

    /// Gives a request its number, and its proof where it needs one.
    func begin(_ requester: Requester, at now: Instant) throws {
        let (subject, facts) = (requester.subject, requester.facts)
        if let known: Begun = try tx.first("SELECT \(Begun.columns) FROM rightsProofs WHERE intake = \(facts.intake)") {
            guard known.subject == subject else { return try tx.refuse(.sessionEnded, to: requester.asked) }
            return try tx.reply(.requestOpened(known.opened), to: requester.asked)
        }
        guard let account = try Accounts(tx: tx).find(subject) else {
            return try tx.refuse(.noRequester, to: requester.asked)
        }
        let act = facts.kind.act
        let request = tx.newID(RequestID.self, in: tx.partition)
        let young = act == .erase ? try youngUntil(requester, at: now) : nil
        var proof: IdentityProof?
        if act.needsProof {
            guard let method = requester.method else { throw Refusal(.missingField) }
            proof = try tx.prove(request, of: subject, for: act, by: method, at: now, notBefore: young)
        }
        var told = facts
        told.language = facts.language ?? account.language
        if let email = facts.email {
            told.email = try tx.box(
                try tx.open(email, id: facts.intake.text), correcting: request, of: subject.account)
        }
        let message = RequestProof(
            request: request, subject: subject, facts: told, proof: proof, region: account.region,
            reason: requester.reason)
        try tx.send(ProvedRequest(request: message), to: Topics.rightsProofs, for: subject.account)
        try tx.send(
            ProvedRequest(intake: IntakeEnd(intake: facts.intake)), to: Topics.rightsProofs,
            partition: Int32(facts.partition.value), key: nil)
        if act == .erase, let waiting = try Addresses(tx: tx).waiting(of: subject)?.email {
            // whoever has the address that is to come learns of it, too: one of the two may be a thief's
            let about = RequestNotice(request: request, kind: facts.kind, until: young)
            try Notices(tx: tx).send(.requestWaits, to: subject, at: now, address: waiting, request: about)
        }
        let begun = Begun(subject: subject, request: request, kind: facts.kind, notBefore: young)
        try save(begun, facts.intake, at: now)
        try CategoryLedger(tx: tx).count(.request, of: subject, at: now)
        tx.count("requests_proved")
        try tx.reply(.requestOpened(begun.opened), to: requester.asked)
    }

    /// Until when an erasure waits: the address or the session is young. An operator has looked. Policy §8.3.
    private func youngUntil(_ requester: Requester, at now: Instant) throws -> Instant? {
        guard requester.method != .operator else { return nil }
        let both = [requester.youngUntil, try Addresses(tx: tx).youngUntil(of: requester.subject)].compactMap { $0 }
        return both.max().flatMap { $0 > now ? $0 : nil }
    }

    private func save(_ begun: Begun, _ intake: EventID, at now: Instant) throws {
        try tx.change(
            .one,
            """
            INSERT INTO rightsProofs (intake, subject, request, kind, notBefore, at)
            VALUES (\(intake), \(begun.subject), \(begun.request), \(begun.kind), \(begun.notBefore), \(now))
            """)
    }

    /// A request that has its number.
    private struct Begun: RowDecodable {
        static let columns: Columns = "subject, request, kind, notBefore"
        let subject: SubjectID
        let request: RequestID
        let kind: RequestKind
        let notBefore: Instant?

        init(subject: SubjectID, request: RequestID, kind: RequestKind, notBefore: Instant?) {
            (self.subject, self.request, self.kind, self.notBefore) = (subject, request, kind, notBefore)
        }

        init(row: borrowing Row) throws(StoreError) {
            (subject, request) = (try row.value(0), try row.value(1))
            (kind, notBefore) = (try row.value(2), try row.value(3))
        }

        var opened: RequestOpened {
            RequestOpened(
                request: request, kind: kind, isToConfirm: Flag(kind.isConfirmedTwice), notBefore: notBefore)
        }
    }
}

extension RightsProofs: TableSlice {
    static let title = "Requests that you have proved to be yours"
    static let goesWith = RightsAct.destroy
    static let orderColumns = ["at", "request"]
    static let columns: [SliceColumn] = [
        .init("request", "the request's number", .id), .init("kind", "what was asked for", .text),
        .init("notBefore", "not carried out before", .instant), .init("at", "when", .instant),
    ]
}
