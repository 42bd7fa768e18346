import Engine
import Schema
import Store

/// What each service's file of this partition has reported last, and when. A silent one is an alarm, and so is what is
/// late.
struct Reports: Noun {
    static let name = "reports"
    static let category = DataCategory.none
    static let table = """
        CREATE TABLE reports (
            service TEXT NOT NULL PRIMARY KEY,                                            -- KeeperName
            heardAt INTEGER NOT NULL,                                                     -- Instant; or waited for since
            report  BLOB                                                                  -- RetentionReport; NULL: none yet
        ) STRICT, WITHOUT ROWID
        """
    let tx: Transaction
    private static let silent: AlarmName = "retention-silent"
    private static let overdue: AlarmName = "retention-overdue"

    /// Keeps a report: the last one counts.
    func save(_ report: RetentionReport, of service: String, at now: Instant) throws {
        try tx.change(
            .one,
            """
            INSERT INTO reports (service, heardAt, report) VALUES (\(service), \(now), \(report.encoded()))
            ON CONFLICT (service) DO UPDATE SET heardAt = excluded.heardAt, report = excluded.report
            """)
        for entry in report.entries {
            let place = "\(service) \(entry.noun.text)"
            if entry.overdue.value {
                tx.raise(Self.overdue, place, remedy: "see the alarms of \(service): troth alarms")
            } else {
                tx.clear(Self.overdue, place)
            }
        }
    }

    /// Raises the alarm of files that are silent; a service that was never heard of is waited for from now on.
    func watch(at now: Instant) throws {
        let heard = try heard()
        for service in Topics.keepers {
            guard let last = heard[service] else {
                try tx.change(.one, "INSERT INTO reports (service, heardAt) VALUES (\(service), \(now))")
                continue
            }
            if now - last >= Limits.silentAfter {
                tx.raise(
                    Self.silent, service, remedy: "see that \(service) runs and has this partition: troth health")
            } else {
                tx.clear(Self.silent, service)
            }
        }
    }

    /// What every service has said.
    func all(at now: Instant) throws -> [FileReport] {
        var files: [FileReport] = []
        try tx.each("SELECT service, heardAt, report FROM reports ORDER BY service /* scan: a row a service */") {
            row throws(StoreError) in
            let heardAt: Instant = try row.value(1)
            let bytes: [UInt8]? = try row.value(2)
            guard let service = KeeperName(text: try row.value(0)) else { throw row.wrongType(0) }
            let report = try? bytes?.withUnsafeBytes {
                try RetentionReport.decode($0, contentType: .json, from: .service)
            }
            files.append(
                FileReport(service: service, report: report, silent: Flag(now - heardAt >= Limits.silentAfter)))
        }
        return files
    }

    private func heard() throws -> [String: Instant] {
        var heard: [String: Instant] = [:]
        try tx.each("SELECT service, heardAt FROM reports /* scan: a row a service */") { row throws(StoreError) in
            heard[try row.value(0)] = try row.value(1)
        }
        return heard
    }
}
