import Foundation
import Schema

/// Letters to the address for privacy. Anybody can write one in anybody's name.
enum Letters {
    /// A mailbox for privacy that letters are put into.
    private struct Box {
        let path: String
        let round: LetterRound

        init(_ name: String, _ stage: AbuseStage) throws(Failure) {
            path = "\(stage.data)/letters-\(name)"
            for folder in ["new", "cur"] { try Folder.make("\(path)/\(folder)") }
            round = try LetterRound(
                path, program: try Programs.path("troth"), post: LetterPost(stage.kafka, trust: stage.trust),
                keepDays: 30)
        }

        /// Puts a letter in, so many seconds ago.
        func put(_ name: String, _ text: String, secondsAgo: Double = 0) throws(Failure) {
            let file = "\(path)/new/\(name)"
            try TextFile.write(Array(text.replacing("\n", with: "\r\n").utf8), to: file)
            let moment = Date(timeIntervalSinceNow: -secondsAgo)
            try? FileManager.default.setAttributes([.modificationDate: moment], ofItemAtPath: file)
        }
    }

    /// A letter that asks for a copy.
    private static func asking(from: String, _ number: Int, more: String = "") -> String {
        """
        From: \(from)
        To: privacy@troth.example
        Subject: Access request
        Message-ID: <\(number).\(UInt64.random(in: 0...UInt64.max))@example.org>
        \(more)Content-Type: text/plain; charset=utf-8

        Please send me a copy of all data that you hold about me. \(number)

        """
    }

    /// Case 5.
    static func spoofFrom(_ stage: AbuseStage, _ trial: inout AbuseTrial) throws(Failure) {
        let victim = try stage.resident()
        let two = stage.strangers(2)
        let (thief, nobody) = (two[0], two[1])
        let box = try Box("spoofed", stage)
        let before = stage.codes(to: victim.email)
        try box.put(
            "1",
            asking(from: victim.email.text, 1, more: "Reply-To: \(thief.email.text)\nSender: \(thief.email.text)\n"))
        try box.put("2", asking(from: nobody.email.text, 2))
        try box.put("3", asking(from: "\(victim.email.text), \(thief.email.text)", 3))
        let report = try box.round.run()
        let mailed = try stage.letter(to: victim.email, after: before)
        let other = try stage.letter(to: nobody.email, after: 0)
        try stage.quiet.wait()
        trial.tried(
            "the person whose name it bears is mailed a code, the address in Reply-To and Sender nothing",
            report.opened.values.reduce(0, +) == 2 && stage.mail.to(thief.email).isEmpty)
        trial.tried(
            "an address without an account is mailed the same",
            mailed.subject == other.subject && abs(mailed.text.utf8.count - other.text.utf8.count) < 64)
        trial.tried("a letter from two at once goes to a person", report.person["sender"] == 1)
        guard let attempt = mailed.attempt else { throw .check("the mail names no attempt: see notifier") }
        var reader = thief.person
        reader.browser = .letter
        let guess = try stage.confirm(attempt, MailCode(unchecked: "2222-2222"), reader)
        trial.tried("without the code nothing is opened", guess == nil)
        let had = stage.codes(to: victim.email)
        guard let code = mailed.code,
            let request = try stage.known(try stage.confirm(attempt, code, reader)?.requestOpened)?.request
        else {
            throw .check("the code of a letter was refused: see the log of identity")
        }
        try stage.wait(for: request, .done)
        _ = try stage.code(to: victim.email, after: had)
        trial.saw(
            "and what is held goes to the address on file alone: the thief has had \(stage.mail.to(thief.email).count) mails",
            stage.mail.to(thief.email).isEmpty)
    }

    /// Case 11.
    static func loop(_ stage: AbuseStage, _ trial: inout AbuseTrial) throws(Failure) {
        let victim = try stage.resident()
        try stage.quiet.wait()
        let box = try Box("loop", stage)
        let from = victim.email.text
        let automatic = [
            "Auto-Submitted: auto-replied\n", "Auto-Submitted: auto-generated\n", "Return-Path: <>\n",
            "X-Autoreply: yes\n", "Precedence: bulk\n", "Precedence: auto_reply\n", "List-Id: <all.example.org>\n",
            "List-Unsubscribe: <mailto:x@example.org>\n",
        ]
        for (number, header) in automatic.enumerated() {
            try box.put("\(number)", asking(from: from, number, more: header))
        }
        // our own mail, sent back to us as it is, by somebody's rule
        stage.mail.look()
        let own = stage.mail.to(victim.email)
        for letter in own {
            let path = "\(DataFolder(stage.data).maildir)/new/\(letter.name)"
            try box.put("own.\(letter.name)", try TextFile.read(path).replacing("\r\n", with: "\n"))
        }
        try box.put(
            "bounce",
            "From: MAILER-DAEMON@example.org\nTo: privacy@troth.example\nSubject: Undelivered: access request\n"
                + "Content-Type: text/plain\n\nPlease send me a copy of all data that you hold about me.\n")
        let before = stage.mail.all.count
        let report = try box.round.run()
        try stage.quiet.wait()
        stage.mail.look()
        let count = automatic.count + own.count + 1
        trial.tried(
            "\(count) answers of machines, lists, bounces and mails of our own: \(report.opened.count) open a request, "
                + "\(report.automatic) are put by, \(report.person.values.reduce(0, +)) go to a person",
            report.opened.isEmpty, times: count)
        trial.saw("and nobody is mailed anything", stage.mail.all.count == before)
        let isMarked = own.allSatisfy { $0.text.contains("Auto-Submitted: auto-generated") }
        trial.saw("our own mail says that a machine wrote it", !own.isEmpty && isMarked)
    }

    /// Case 20, its first half.
    static func flood(_ stage: AbuseStage, _ trial: inout AbuseTrial) throws(Failure) {
        let real = try stage.resident()
        let flood = stage.strangers(Limits.abuseLetters)
        let box = try Box("flood", stage)
        for (number, one) in flood.enumerated() {
            try box.put("f\(number)", asking(from: one.email.text, number), secondsAgo: 600 - Double(number) / 10)
        }
        // one sender, over and over, after the real one
        let pest = stage.strangers(1)[0]
        for number in 0..<20 { try box.put("p\(number)", asking(from: pest.email.text, number)) }
        let before = stage.codes(to: real.email)
        try box.put("real", asking(from: real.email.text, 0), secondsAgo: 300)
        let start = TimeText.now()
        var rounds: [IntakeReport] = []
        repeat {
            rounds.append(try box.round.run(at: start + Int64(rounds.count) * Instant.minute))
        } while rounds.last?.later ?? 0 > 0 && rounds.count < 10
        let letter = try stage.letter(to: real.email, after: before)
        trial.tried(
            "\(flood.count + 20) letters before and after a real one: all are read in \(rounds.count) minutes, 60 each, "
                + "the oldest first, and the real one is answered", rounds.last?.later == 0, times: flood.count + 20)
        var reader = real.person
        reader.browser = .letter
        guard let attempt = letter.attempt, let code = letter.code,
            let request = try stage.known(try stage.confirm(attempt, code, reader)?.requestOpened)?.request
        else { throw .check("the code of a letter was refused: see the log of identity") }
        let received = try stage.status(request).receivedAt
        let age = (start - received) / Instant.second
        trial.saw("its time runs from when our server had it, \(age) s before it was read", (290...360).contains(age))
        try stage.quiet.wait()
        let opened = rounds.reduce(0) { $0 + $1.opened.values.reduce(0, +) }
        let often = rounds.reduce(0) { $0 + ($1.person["often"] ?? 0) }
        trial.saw(
            "a sender's third letter of the day goes to a person: \(often) of 20; \(opened) open something",
            often == 18 && stage.codes(to: pest.email) <= 2)
    }
}
