import Foundation
import Schema

/// People who ask for their rights, with the commands that a user has: one wants everything that is held, one wants to
/// be erased, one browser wants nothing sold. Policy §7–9.
struct Rights {
    let command: CommandRun
    let stack: Stack
    let waiting: Waiting

    var data: String { command.data }
    var maildir: String { DataFolder(data).maildir }

    /// What came of them, for what is looked at when the services have stopped.
    struct Asked {
        var erased: AccountID?
        var shown: (account: AccountID, archive: ArchiveSaid)?
        /// The address that one has now.
        var corrected: Email?
    }

    /// What is read of an archive's report.
    struct ArchiveSaid: Decodable {
        struct Manifest: Decodable {
            struct Entry: Decodable {
                let name: String
                let rows: Int64?
            }
            let madeAt: String
            let entries: [Entry]
        }
        let rows: Int
        let slices: Int
        let manifest: Manifest
    }

    private struct Opened: Decodable {
        let request: String
    }
    private struct Status: Decodable {
        let state: String
        let waitsFor: [String]
    }

    /// Lets `people` ask; the first is erased, the second has the address corrected and gets the archive.
    func ask(_ people: [Resident], _ evidence: inout Evidence) throws(Failure) -> Asked {
        var asked = Asked()
        try optOut(&evidence)
        let correction = Correction(rights: self, person: people[1])
        try correction.run(&evidence)
        asked.corrected = correction.address
        asked.shown = try access(correction.corrected, &evidence, look: correction.look)
        asked.erased = try erase(people[0], &evidence)
        return asked
    }

    /// A browser's own opt-out takes effect without any proof.
    private func optOut(_ evidence: inout Evidence) throws(Failure) {
        let session = "\(data).browser"
        defer { try? FileManager.default.removeItem(atPath: session) }
        let words = ["rights", "open", "--kind", "ccpa.optout", "--gpc", "--session-file", session]
        _ = try command.run(words + ["--data", data, "--kafka", command.kafka.bootstrap])
        _ = try command.run(words + ["--data", data, "--kafka", command.kafka.bootstrap])
        let rows = try StoreFiles.withAll(in: data, of: ["rights-worker"]) { files in
            try files.reduce(0) { try $0 + $1.number("SELECT count(*) FROM optOuts /* scan: few rows */") }
        }
        evidence.add("a browser's opt-out, sent twice", "\(rows) on record, no proof asked", rows == 1)
    }

    /// Opens a request and proves it with the mailed code; returns its number.
    func open(
        _ kind: String, _ person: Resident, _ session: String, _ more: [String] = []
    ) throws(Failure) -> String {
        let mine = ["--session-file", session, "--data", data]
        let asking = ["rights", "open", "--kind", kind, "--email", person.visitor.email.text]
        _ = try command.run(asking + ["--kafka", command.kafka.bootstrap] + mine + more)
        return try command.ask(["rights", "confirm", "--maildir", maildir] + mine, as: Opened.self).request
    }

    /// Waits until a request is over; returns how it ended.
    func follow(_ number: String) throws(Failure) -> String {
        var last = Status(state: "unknown", waitsFor: [])
        let ends = ["done", "refused", "withdrawn", "deciding"]
        try waiting.until(seconds: Limits.requestSeconds, or: "a request does not end") { () throws(Failure) in
            last = try command.ask(["rights", "status", number], as: Status.self)
            return ends.contains(last.state)
                ? nil : "\(last.state), waits for \(last.waitsFor.joined(separator: ", "))"
        }
        return last.state
    }

    /// Access and portability: the archive, fetched with its code, checked and unpacked for `look`.
    private func access(
        _ person: Resident, _ evidence: inout Evidence, look: (_ folder: String) throws(Failure) -> Evidence
    ) throws(Failure) -> (account: AccountID, archive: ArchiveSaid) {
        let (session, file, folder) = ("\(data).asker", "\(data).archive.zip", "\(data).archive")
        defer { for path in [session, file, folder] { try? FileManager.default.removeItem(atPath: path) } }
        for path in [file, folder] { try? FileManager.default.removeItem(atPath: path) }
        let number = try open("gdpr.access", person, session)
        let since = TimeText.now()
        let state = try follow(number)
        let code = try CodeMailbox.newest(in: maildir, to: person.visitor.email, since: since)
        let said = try command.ask(
            [
                "rights", "download", number, "--code", code.text, "--to", file, "--session-file", session, "--data",
                data,
            ],
            as: ArchiveSaid.self)
        evidence.add(
            "access: an archive of everything", "\(state): \(said.slices) slices, \(said.rows) rows, signed and whole",
            state == "done" && said.rows > 0)
        _ = try command.run(["rights", "check-archive", file, "--extract", folder])
        evidence.add(try look(folder))
        return (person.account, said)
    }

    /// Erasure: a mailed code, a second confirmation, and an answer of everybody.
    func erase(_ person: Resident, _ evidence: inout Evidence) throws(Failure) -> AccountID {
        let session = "\(data).leaver"
        defer { try? FileManager.default.removeItem(atPath: session) }
        let number = try open("gdpr.erasure", person, session)
        let before = try command.ask(["rights", "status", number], as: Status.self).state
        _ = try command.ask(
            ["rights", "confirm", "--request", number, "--session-file", session, "--data", data], as: Status.self)
        let state = try follow(number)
        evidence.add(
            "erasure: proved, confirmed twice, answered by all", "\(before), then \(state)",
            before == "confirming" && state == "done")
        return person.account
    }
}
