import Engine
import Schema
import Store

/// Sign-ins and accesses, for security auditing. Policy §4.5.
struct TechnicalLog: Noun {
    static let name = "technicalLog"
    static let category = DataCategory.technical
    static let table = "\(rows);\n\(times)"
    /// The index that step 1003 has added.
    static let times = "CREATE INDEX technicalLogByTime ON technicalLog (at)"
    /// The table as step 1000 made it.
    static let rows = """
        CREATE TABLE technicalLog (
            number  INTEGER PRIMARY KEY,
            subject BLOB NOT NULL CHECK (length(subject) = 16),                           -- SubjectID
            event   TEXT NOT NULL CHECK (event IN ('sign-in', 'portal', 'api-key', 'refused')),
            address BLOB,                                                                 -- sealed
            agent   BLOB,                                                                 -- sealed
            at      INTEGER NOT NULL                                                      -- Instant
        ) STRICT;
        CREATE INDEX technicalLogBySubject ON technicalLog (subject)
        """
    let tx: Transaction

    /// Takes an access that an edge saw, of somebody whose account is open.
    func take(_ command: Command<AccessEvent>, at now: Instant) throws -> Answer {
        let (event, subject) = (command.message, SubjectID(command.account))
        let address: IPAddress? = try event.client.address.map { try tx.open($0, in: command) }
        let agent: UserAgent? = try event.client.agent.map { try tx.open($0, in: command) }
        guard try Accounts(tx: tx).find(subject)?.state == .open else {
            if try tx.isSuppressed(subject) { tx.count("late_dropped") }
            return .refused(.noPerson)
        }
        try add(event.event, of: subject, from: address, agent, at: min(event.at, now))
        return .done()
    }

    /// Adds an event; what it tells of a connection is sealed first.
    func add(
        _ event: AccessKind, of subject: SubjectID, from address: IPAddress?, _ agent: UserAgent?, at moment: Instant
    ) throws {
        let address = try address.map { try tx.seal($0, for: subject) }
        let agent = try agent.map { try tx.seal($0, for: subject) }
        try tx.change(
            .one,
            """
            INSERT INTO technicalLog (subject, event, address, agent, at)
            VALUES (\(subject), \(event), \(address), \(agent), \(moment))
            """)
        try CategoryLedger(tx: tx).count(.technical, of: subject, at: moment)
    }
}

extension TechnicalLog: TableSlice {
    static let title = "Sign-ins and accesses"
    static let orderColumns = ["number"]
    static let columns: [SliceColumn] = [
        .init("event", "what happened", .text), .init("address", "from which IP address", .sealed(IPAddress.self)),
        .init("agent", "what the browser says of itself", .sealed(UserAgent.self)), .init("at", "when", .instant),
    ]
}
