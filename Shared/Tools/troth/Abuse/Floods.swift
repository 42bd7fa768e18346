import Engine
import Runtime
import Schema

/// Many tries: to learn who has an account, to guess a code, to fill a mailbox or a table.
enum Floods {
    /// Case 7.
    static func enumerate(_ stage: AbuseStage, _ trial: inout AbuseTrial) throws(Failure) {
        let count = Limits.abuseNames
        let known = try stage.residents(count).map(stage.elsewhere)
        let unknown = stage.strangers(count)
        try stage.quiet.wait()
        let withAccount = try traces(known, stage)
        let without = try traces(unknown, stage)
        trial.tried(
            "signing in, asking for a copy, opting out, \(count) with an account and \(count) without: "
                + "the same answers of \(withAccount.sizes.map { "\($0)" }.joined(separator: ", ")) bytes",
            withAccount.sizes == without.sizes && withAccount.sizes.allSatisfy { $0.count == 1 }, times: 6 * count)
        trial.saw("each address is mailed \(withAccount.mails) codes in both", withAccount.mails == without.mails)
        trial.saw("and the same rows are written: \(withAccount.rows)", withAccount.rows == without.rows)
    }

    private struct Traces {
        /// Bytes of the answers, by what was asked.
        var sizes: [Set<Int>] = []
        /// Codes that each address had.
        var mails: Set<Int> = []
        /// Rows that were added, of all.
        var rows: [Int64] = []
    }

    private static func traces(_ visitors: [Registrar.Visitor], _ stage: AbuseStage) throws(Failure) -> Traces {
        var traces = Traces()
        let before = visitors.map { stage.codes(to: $0.email) }
        let start = try rows(stage)
        let replies = try stage.ask(visitors.map { (.start(.signIn, $0.email, nil, nil), $0.person) })
        traces.sizes.append(Set(replies.map(size)))
        for kind in [RequestKind.gdprAccess, .ccpaOptOut] {
            traces.sizes.append(Set(try stage.open(kind, visitors.map(stage.elsewhere)).map { $0.encoded().count }))
        }
        try stage.quiet.wait()
        traces.mails = Set(visitors.enumerated().map { stage.codes(to: $1.email) - before[$0] })
        traces.rows = zip(try rows(stage), start).map { $0 - $1 }
        return traces
    }

    private static func size(_ outcome: IdentityClient.Outcome) -> Int {
        guard case .done(let reply) = outcome else { return 0 }
        return reply.encoded().count
    }

    /// Rows of what attempts, intakes and mails with codes leave.
    private static func rows(_ stage: AbuseStage) throws(Failure) -> [Int64] {
        let tables = [
            ("identity", "SELECT count(*) FROM attempts /* scan: few */"),
            ("identity", "SELECT count(*) FROM startsBegun /* scan: few */"),
            ("rights-worker", "SELECT count(*) FROM intakes /* scan: few */"),
        ]
        var counts: [Int64] = []
        for (service, sql) in tables {
            counts.append(
                try StoreFiles.withAll(in: stage.data, of: [service]) { files in
                    try files.reduce(0) { try $0 + $1.number(sql) }
                })
        }
        return counts
    }

    /// Case 8.
    static func sprayCodes(_ stage: AbuseStage, _ trial: inout AbuseTrial) throws(Failure) {
        let victim = try stage.resident()
        let before = stage.codes(to: victim.email)
        guard let attempt = try stage.start(.signIn, [victim]).first else {
            throw .check("a sign-in was refused: see the log of identity")
        }
        let code = try stage.code(to: victim.email, after: before)
        let wrong = (0..<5).map { MailCode(unchecked: "0000-000\($0)") }
        var taken = 0
        for guess in wrong where try stage.confirm(attempt, guess, victim.person) != nil { taken += 1 }
        trial.tried("five wrong codes are refused", taken == 0, times: wrong.count)
        trial.tried("then the right one, too", try stage.confirm(attempt, code, victim.person) == nil)
        let many = (0..<20).map { _ in stage.elsewhere(victim) }
        _ = try stage.start(.signIn, many)
        try stage.quiet.wait()
        let mailed = stage.codes(to: victim.email)
        trial.tried(
            "20 more codes for the person, each from another connection: \(mailed) were mailed in all, so at most "
                + "\(mailed * 5) guesses an hour of a million million", mailed <= 3, times: many.count)
        let spree = stage.strangers(60).map { one in
            var one = one
            one.person.address = IPAddress(text: "198.18.0.1")
            return one
        }
        let begun = try stage.start(.signIn, spree).count
        let most = Int(stage.partitions) * 3
        trial.tried(
            "60 addresses from one connection: \(begun) are taken, \(most) at most", begun <= most, times: spree.count)
        try alarm(stage, &trial)
    }

    /// Guesses at attempts that are not there, in one file.
    private static func alarm(_ stage: AbuseStage, _ trial: inout AbuseTrial) throws(Failure) {
        var guesses: [(PersonRequest, Person)] = []
        while guesses.count < 120 {
            let id = RandomID.uuid()
            guard partition(of: AccountID(high: id.high, low: id.low), n: stage.partitions) == 1 else { continue }
            guesses.append((.confirm(AttemptID(high: id.high, low: id.low), MailCode(unchecked: "1111-1111")), .new()))
        }
        let taken = try stage.ask(guesses).count { if case .done = $0 { true } else { false } }
        let isAlarmed = Survey(data: stage.data).statuses.flatMap(\.partitions).contains { partition in
            partition.alarms.contains { $0.name == "codes-guessed" }
        }
        trial.tried(
            "120 guesses at attempts in one file: none is right, and the alarm codes-guessed is raised",
            taken == 0 && isAlarmed, times: guesses.count)
    }

    /// Case 10.
    static func bombMail(_ stage: AbuseStage, _ trial: inout AbuseTrial) throws(Failure) {
        let victim = try stage.resident()
        try stage.quiet.wait()
        let before = stage.mail.to(victim.email)
        let rounds = 12
        for purpose in [StartPurpose.signIn, .register] {
            _ = try stage.start(purpose, (0..<rounds).map { _ in stage.elsewhere(victim) })
        }
        let kinds: [RequestKind] = [
            .gdprAccess, .gdprErasure, .accountClosure, .ccpaOptOut, .ccpaLimit, .gdprObjection, .gdprRestriction,
            .gdprWithdrawal,
        ]
        for kind in kinds {
            for _ in 0..<3 { _ = try stage.open(kind, (0..<rounds / 3).map { _ in stage.elsewhere(victim) }) }
        }
        try stage.quiet.wait()
        let letters = stage.mail.to(victim.email).dropFirst(before.count)
        let codes = letters.count { $0.code != nil }
        let tries = (2 + kinds.count) * rounds
        trial.tried(
            "\(tries) codes and choices in the person's name, from \(tries) connections: \(codes) codes are mailed",
            codes + before.count { $0.code != nil } <= 3, times: tries)
        let notices = letters.count - codes
        let most = 2 * kinds.count { !$0.act.needsProof }
        trial.saw("and \(notices) notices, at most two a kind of choice and day", notices <= most)
        let others = stage.mail.all.count {
            $0.recipient == CodeMail.recipient(victim.email) && $0.text.contains("http")
        }
        trial.saw("no mail takes the reader anywhere", others == 0)
    }

    /// Case 14.
    static func spamSignals(_ stage: AbuseStage, _ trial: inout AbuseTrial) throws(Failure) {
        let one = Person.new()
        let before = try optOuts(stage)
        try signal(Array(repeating: one, count: 500), stage)
        let again = try optOuts(stage)
        trial.tried("one browser's signal, 500 times: \(again - before) row", again - before == 1, times: 500)
        let many = Limits.abuseSignals
        let start = ContinuousClock.now
        try signal((0..<many).map { _ in Person.new() }, stage)
        let micros = Int64((ContinuousClock.now - start).seconds * 1_000_000) / Int64(many)
        let rows = try optOuts(stage) - again
        let most = Int64(stage.partitions) * 1_000
        trial.tried(
            "\(many) browsers that were made up, \(micros) µs each with all that is on its way: \(rows) rows, \(most) an hour at most",
            rows <= most, times: many)
        let chosen = Person.new()
        try signal([chosen], stage, gpc: false)
        trial.saw("somebody's own choice is noted all the same", try optOuts(stage) == again + rows + 1)
        let marks = try optOuts(stage)
        try signal([nil], stage)
        trial.tried("a client without a browser's id gets no row and no name", try optOuts(stage) == marks)
    }

    private static func signal(_ people: [Person?], _ stage: AbuseStage, gpc: Bool = true) throws(Failure) {
        for person in people {
            guard let key = try? person?.browser.recordKey() ?? .example else { continue }
            _ = try stage.rights.send(key) { (command, seal) throws(Failure) in
                if let person { command.client = Client(browser: try seal.box(person.browser)) }
                command.open = OpenRequest(kind: .ccpaOptOut, channel: .portal, gpc: gpc ? Flag(true) : nil)
            }
        }
        _ = try stage.rights.answers([])
        try stage.quiet.wait()
    }

    private static func optOuts(_ stage: AbuseStage) throws(Failure) -> Int64 {
        try StoreFiles.withAll(in: stage.data, of: ["rights-worker"]) { files in
            try files.reduce(0) { try $0 + $1.number("SELECT count(*) FROM optOuts /* scan: few rows */") }
        }
    }
}
