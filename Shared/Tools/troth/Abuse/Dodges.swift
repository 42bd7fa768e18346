import Invariants
import Schema

/// A right that is used against others, or to get away.
enum Dodges {
    /// Case 2.
    static func erase(_ stage: AbuseStage, _ trial: inout AbuseTrial) throws(Failure) {
        let people = try stage.residents(2)
        try oweAndErase(people[0], stage, &trial)
        try eraseUnderHold(people[1], stage, &trial)
    }

    private static func oweAndErase(
        _ debtor: Registrar.Visitor, _ stage: AbuseStage, _ trial: inout AbuseTrial
    ) throws(Failure) {
        let account = try stage.account(of: debtor)
        try Leaving.call(account, stage.kafka, "\(stage.data)/debt", seed: 23, stage.waiting)
        try stage.quiet.wait()
        let before = try debts(stage)
        let opened = try stage.prove(.gdprErasure, debtor)
        _ = try stage.confirmAgain(opened.request, debtor.person)
        let end = try stage.wait(for: opened.request, .done, .deciding)
        try stage.quiet.wait()
        let after = try debts(stage)
        let name = account.text.filter { $0 != "-" }
        let isThere = after.contains { !before.keys.contains($0.key) && $0.value == before[name] }
        trial.tried(
            "who owes is erased, and the debt stays, under a pseudonym that leads to nobody",
            end.state == .done && before[name] != nil && after[name] == nil && isThere)
    }

    /// What accounts owe, by their bytes in hexadecimal.
    private static func debts(_ stage: AbuseStage) throws(Failure) -> [String: Int64] {
        try StoreFiles.withAll(in: stage.data, of: ["billing"]) { files in
            var debts: [String: Int64] = [:]
            for file in files {
                for row in try file.rows(Self.owed) {
                    guard row.count == 2, case .text(let account) = row[0], case .integer(let nano) = row[1] else {
                        continue
                    }
                    debts[account.lowercased()] = nano
                }
            }
            return debts
        }
    }

    private static let owed = """
        SELECT hex(account), balance FROM ledgerAccounts WHERE kind = 'receivable' AND balance <> 0 /* scan: few */
        """

    private static func eraseUnderHold(
        _ suspect: Registrar.Visitor, _ stage: AbuseStage, _ trial: inout AbuseTrial
    ) throws(Failure) {
        struct Hold: Decodable {
            let hold: String
        }
        let account = try stage.account(of: suspect)
        let until = TimeText.now() + Limits.abuseHold * Instant.second
        _ = try stage.command.ask(
            ["hold", "place", account.text, "--on", "technical-log", "--reason", "incident-7", "--until", "\(until)"],
            as: Hold.self)
        let opened = try stage.prove(.gdprErasure, suspect)
        _ = try stage.confirmAgain(opened.request, suspect.person)
        try stage.quiet.wait()
        let waits = try stage.status(opened.request)
        trial.tried(
            "who is being looked into is not erased while a hold with a reason and an end is on the log",
            waits.state == .asking && waits.waitsFor.map(\.text).contains("identity") && TimeText.now() < until)
        let end = try stage.wait(for: opened.request, .done, .deciding)
        trial.saw("when the hold ends, the erasure is carried out by itself", end.state == .done)
    }

    /// Case 15.
    static func optOutForOthers(_ stage: AbuseStage, _ trial: inout AbuseTrial) throws(Failure) {
        let victim = try stage.resident()
        let account = try stage.account(of: victim)
        let kinds: [RequestKind] = [.ccpaOptOut, .ccpaLimit, .gdprObjection, .gdprRestriction, .gdprWithdrawal]
        try stage.quiet.wait()
        let before = try standing(of: account, stage)
        for kind in kinds { _ = try stage.open(kind, [stage.elsewhere(victim)]) }
        try stage.quiet.wait()
        let subjects = stage.mail.to(victim.email).count { $0.subject == "Your request is done" }
        trial.tried(
            "a stranger chooses for somebody, \(kinds.count) ways: each takes effect, and the person is told of \(subjects)",
            subjects == kinds.count, times: kinds.count)
        let (isOpen, after) = (try stage.isOpen(victim), try standing(of: account, stage))
        trial.saw("account, session and balance are as before", isOpen && after == before)
        let refusals = [
            try stage.refusal(.object(false), victim.person),
            try stage.refusal(.choose(functional: true, analytics: true, nil), victim.person),
        ]
        let isBack = refusals.allSatisfy { $0 == nil }
        trial.saw("the person takes the objection back and chooses anew", isBack)
        try stage.quiet.wait()
    }

    private static func standing(of account: AccountID, _ stage: AbuseStage) throws(Failure) -> NanoAmount? {
        let reply = try Asker(stage.kafka).ask(Topics.billingCommands, account: account, id: RandomID.event()) {
            BillingCommand(balance: BalanceQuestion(currency: .dollar), replyTo: $0)
        }
        return reply.balance?.balanceNano
    }
}
