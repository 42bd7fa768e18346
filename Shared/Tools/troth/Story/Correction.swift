import Foundation
import Schema

/// Somebody corrects the address: it is right when every service that holds it has the new one, and who has it is told
/// to the person. Policy §7.1, §8.2; GDPR Art. 16, 19.
struct Correction {
    let rights: Rights
    let person: Resident

    private var old: Email { person.visitor.email }
    /// The right address.
    var address: Email {
        Email(unchecked: old.text.split(separator: "@", maxSplits: 1).joined(separator: ".corrected@"))
    }
    /// The person, as known from then on.
    var corrected: Resident {
        var resident = person
        resident.visitor.email = address
        return resident
    }

    /// Has it corrected, with the commands that a user has: proved, the new address proved, the old one agrees.
    func run(_ evidence: inout Evidence) throws(Failure) {
        let session = "\(rights.data).corrector"
        defer { try? FileManager.default.removeItem(atPath: session) }
        var since = TimeText.now()
        let number = try rights.open("gdpr.rectification", person, session, ["--new-email", address.text])
        for email in [address, old] {
            let mail = try CodeMailbox.newestMail(in: rights.maildir, to: email, since: since)
            since = TimeText.now()
            guard let attempt = mail.attempt else { throw .check("the mail of a correction's code names no attempt") }
            let brought = ["--code", mail.code.text, "--attempt", attempt.text, "--correction", number]
            let own = ["--session-file", session, "--data", rights.data, "--kafka", rights.command.kafka.bootstrap]
            _ = try rights.command.run(["rights", "confirm"] + brought + own)
        }
        let state = try rights.follow(number)
        let told = try holders(number)
        evidence.add(
            "an address corrected: its holders have the new one",
            "\(state): the new address is proved, the old one agreed; the mail to the new one names "
                + told.joined(separator: " and "), state == "done" && told == Self.holders)
    }

    /// Who must have it.
    private static let holders = ["identity, addresses", "notifier, contacts"]

    /// Whom the mail to the new address, which says that it is done, names as having it.
    private func holders(_ number: String) throws(Failure) -> [String] {
        let (folder, recipient) = ("\(rights.maildir)/new", "To: <\(CodeMail.recipient(address))>")
        var named: [String] = []
        try rights.waiting.until(seconds: Limits.answerSeconds, or: "nobody mails that the address is corrected") {
            () throws(Failure) in
            for name in (try? FileManager.default.contentsOfDirectory(atPath: folder)) ?? [] {
                guard let mail = try? TextFile.read("\(folder)/\(name)") else { continue }
                // quoted-printable breaks lines
                let text = mail.replacingOccurrences(of: "=\r\n", with: "").replacingOccurrences(of: "=\n", with: "")
                guard text.contains(recipient), text.contains(number), text.contains("Receipt: ")
                else { continue }
                named = Self.holders.filter { text.contains("\($0): 1 done") }
            }
            return named.isEmpty ? "the receipt of the correction" : nil
        }
        return named
    }

    /// What the person's archive shows of the address, unpacked in a folder.
    func look(in folder: String) throws(Failure) -> Evidence {
        var evidence = Evidence()
        let new = address.text.prefix { $0 != "@" }
        let places = ["identity/addresses", "notifier/contacts"].filter { place in
            (try? TextFile.read("\(folder)/data/\(place).jsonl"))?.contains("\(new)@") ?? false
        }
        let all = ((try? FileManager.default.subpathsOfDirectory(atPath: folder)) ?? []).filter {
            $0.hasSuffix(".jsonl") || $0.hasSuffix(".csv") || $0.hasSuffix(".html")
        }
        let stale = all.filter { place in
            let text = (try? TextFile.read("\(folder)/\(place)")) ?? ""
            return text.contains(old.text)
        }
        evidence.add(
            "the archive shows the corrected address",
            "in \(places.joined(separator: " and ")); the old one in \(stale.count) of its \(all.count) files",
            places.count == 2 && stale.isEmpty && !all.isEmpty)
        return evidence
    }
}
