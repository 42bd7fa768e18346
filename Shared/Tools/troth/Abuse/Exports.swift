import Archive
import Foundation
import Invariants
import Runtime
import Schema

/// Archives: who gets one, how often, and what lies in it.
enum Exports {
    /// Case 16.
    static func leakLink(_ stage: AbuseStage, _ trial: inout AbuseTrial) throws(Failure) {
        let people = try stage.residents(3)
        let (request, code) = try stage.archive(of: people[0])
        let thief = stage.elsewhere(people[0]).person
        let owner = people[0].person
        trial.tried(
            "the number without the code gets nothing",
            try stage.piece(0, of: request, MailCode(unchecked: "0000-0000"), owner) == nil)
        trial.tried(
            "number and code get nothing in a browser that did not ask", try stage.fetch(request, code, thief) == nil)
        var fetched = 0
        while fetched < 7, try stage.fetch(request, code, owner) != nil { fetched += 1 }
        trial.tried("in the right one the archive is had \(fetched) times, and no more", fetched == 5, times: 6)
        let second = try stage.archive(of: people[1])
        for number in 0..<10 {
            _ = try stage.piece(0, of: second.request, MailCode(unchecked: "0000-000\(number)"), people[1].person)
        }
        let late = try stage.piece(0, of: second.request, second.code, people[1].person)
        trial.tried("after ten wrong codes nobody has it", late == nil, times: 10)
        let third = try stage.archive(of: people[2])
        let left = try archives(stage)
        trial.saw("an archive can be had for seven days", left.allSatisfy { (6.9...7.0).contains($0) } && !left.isEmpty)
        _ = try stage.withdraw(third.request, people[2].person)
        let gone = try stage.piece(0, of: third.request, third.code, people[2].person)
        trial.tried("who takes the request back takes the archive back", gone == nil)
        _ = try stage.status(request)
        let all = stage.mail.to(people[0].email)
        trial.saw("no mail has more than number and code in it", !all.contains { $0.text.contains(owner.browser.text) })
    }

    /// Days that the archives which there are can be had for.
    private static func archives(_ stage: AbuseStage) throws(Failure) -> [Double] {
        let now = TimeText.now()
        return try StoreFiles.withAll(in: stage.data, of: ["rights-worker"]) { files in
            try files.flatMap { file in
                try file.rows("SELECT until FROM archives /* scan: few rows */").compactMap { row in
                    guard row.count == 1, case .integer(let until) = row[0] else { return Double?.none }
                    return Double(until - now.value) / Double(Instant.day)
                }
            }
        }
    }

    /// Case 17.
    static func exhaust(_ stage: AbuseStage, _ trial: inout AbuseTrial) throws(Failure) {
        let people = try stage.residents(2)
        let (greedy, caller) = (people[0], try stage.account(of: people[1]))
        try stage.quiet.wait()
        let made = Survey(data: stage.data).count("archives_made", of: "rights-worker")
        let codes = stage.codes(to: greedy.email)
        let replies = try stage.open(.gdprAccess, Array(repeating: greedy, count: 30), by: .session)
        guard let first = try stage.known(replies.lazy.compactMap(\.requestOpened).first)?.request else {
            throw .check("no request was opened: see the logs of identity and rights-worker")
        }
        let calls = try usage(of: caller, stage)
        try stage.wait(for: first, .done)
        _ = try stage.open(.gdprAccess, Array(repeating: greedy, count: 5), by: .session)
        try stage.quiet.wait()
        let all = Survey(data: stage.data).count("archives_made", of: "rights-worker") - made
        let opened = replies.count { $0.requestOpened != nil }
        trial.tried(
            "35 requests of one session: \(opened) are taken, the others told when to come again, \(all) archive is made",
            all == 1 && opened <= 10 && opened > 0, times: 35)
        let mailed = stage.codes(to: greedy.email) - codes
        trial.saw("the same archive is served again under a new code: \(mailed) mails at most a day's 10", mailed <= 10)
        trial.saw("usage meanwhile was rated: \(calls) calls", calls == 5)
        let again = try stage.prove(.gdprAccess, greedy)
        let newest = stage.codes(to: greedy.email)
        try stage.quiet.wait()
        let served = Survey(data: stage.data).count("archives_made", of: "rights-worker") - made
        let state = try stage.status(again.request).state
        trial.tried(
            "asked for once more by code, in the same week: still \(served) archive, known by both numbers",
            served == 1 && stage.codes(to: greedy.email) >= newest && state == .done)
    }

    /// Publishes some calls, and returns how many were charged when all is quiet.
    private static func usage(of account: AccountID, _ stage: AbuseStage) throws(Failure) -> Int64 {
        try Leaving.call(account, stage.kafka, "\(stage.data).calls", seed: 17, stage.waiting)
        defer {
            for ending in ["", ".needles"] {
                try? FileManager.default.removeItem(atPath: "\(stage.data).calls\(ending)")
            }
        }
        var calls: Int64 = 0
        try stage.waiting.until(seconds: Limits.requestSeconds, or: "usage is not rated") { () throws(Failure) in
            let now = TimeText.now()
            let reply = try Asker(stage.kafka).ask(
                Topics.meteringCommands, account: account, id: RandomID.event()
            ) {
                MeteringCommand(usage: UsageQuestion(from: now + -Instant.day, to: now), replyTo: $0)
            }
            calls = reply.usage?.hours.reduce(0) { $0 + $1.calls.value } ?? 0
            return calls >= 5 ? nil : "\(calls) of 5 calls"
        }
        return calls
    }

    /// Case 20, its other half.
    static func inject(_ stage: AbuseStage, _ trial: inout AbuseTrial) throws(Failure) {
        let script = #"<script>alert("canary-1")</script>"#
        let image = #"<img src=x onerror=alert("canary-2")>"#
        let formula = #"=HYPERLINK("http://evil.example/canary-3","x")"#
        var visitor = stage.strangers(1)[0]
        visitor.person.agent = UserAgent(text: script)
        let tag = UInt32.random(in: 0...UInt32.max)
        let labels = [formula, image, "\u{FF1D}canary-5"].compactMap { KeyLabel(text: $0) }
        guard visitor.person.agent != nil, let email = Email(text: "=1+1|cmd'canary-4'!a\(tag)@example.org"),
            labels.count == 3
        else { throw .check("a payload is not allowed in: this case has nothing to play") }
        visitor.email = email
        visitor.person = try stage.enter(visitor)
        for label in labels {
            if let refused = try stage.refusal(.newKey(label), visitor.person) { throw .check(refused) }
        }
        let (request, code) = try stage.archive(of: visitor)
        guard let bytes = try stage.fetch(request, code, visitor.person) else {
            throw .check("an archive was not had: see the log of rights-worker")
        }
        let path = "\(stage.data)/injected"
        try TextFile.write(bytes, to: "\(path).zip")
        let files = try unpacked("\(path).zip", of: request, to: path)
        let tables = files.filter { $0.name.hasSuffix(".csv") }.map(\.text).joined(separator: "\n")
        let cells = tables.split(whereSeparator: { ",\n\r".contains($0) })
        let bare = cells.filter { cell in
            let inner = cell.drop { $0 == "\"" }
            return inner.contains("canary") && "=+-@\u{FF1D}".contains(inner.first ?? " ")
        }
        trial.tried(
            "five payloads in user agent, address and labels: \(tables.components(separatedBy: "canary").count - 1) cells of the CSV "
                + "have them, none begins as a formula", bare.isEmpty && tables.contains("canary-3"), times: 5)
        let pages = files.filter { $0.name.hasSuffix(".html") }.map(\.text).joined()
        let isInert = !pages.contains("<script") && !pages.contains("<img") && pages.contains("default-src 'none'")
        trial.saw("the page for people has them as text, and forbids scripts and loading", !pages.isEmpty && isInert)
        trial.saw(
            "the JSON Lines have them exactly",
            files.contains { $0.name.hasSuffix(".jsonl") && $0.text.contains("onerror=alert") })
        trial.saw("no file is called by anything that was typed", !files.contains { $0.name.contains("canary") })
        try look(for: email, stage, &trial)
    }

    /// What operators and the person read besides.
    private static func look(
        for email: Email, _ stage: AbuseStage, _ trial: inout AbuseTrial
    ) throws(Failure) {
        let listed = try stage.command.run(["rights", "list", "--all", "--kafka", stage.kafka.bootstrap])
        let alarms = Survey(data: stage.data).statuses.flatMap(\.partitions).flatMap(\.alarms).map {
            $0.subject + $0.remedy
        }
        let logs = stage.stack.lastLines(2_000).joined()
        trial.saw(
            "no list, alarm or log of operators has any of it",
            ![listed, alarms.joined(), logs].contains { $0.contains("canary") })
        let mails = stage.mail.to(email).map(\.text).joined()
        trial.saw(
            "no mail has more of it than its own address",
            !["canary-1", "canary-2", "canary-3"].contains(where: mails.contains))
    }

    private static func unpacked(
        _ path: String, of request: RequestID, to folder: String
    ) throws(Failure) -> [(name: String, text: String)] {
        do {
            try ArchiveReader.extract(path, of: request, to: folder)
            return try FileManager.default.subpathsOfDirectory(atPath: folder).compactMap { name in
                guard let text = try? TextFile.read("\(folder)/\(name)") else { return nil }
                return (name, text)
            }
        } catch {
            throw .check("\(path): \(error)")
        }
    }
}
