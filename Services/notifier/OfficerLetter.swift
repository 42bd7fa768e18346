import Engine
import Schema

/// What the data protection officer is told of a head of the audit chain, and the line to keep.
struct OfficerLetter {
    /// When the head was signed.
    let at: Instant
    let template: Template

    /// Nil: it is no head.
    init?(_ signed: SignedAuditHead, _ language: Language) {
        guard let head = signed.unchecked else { return nil }
        at = head.at
        let line = String(decoding: signed.encoded(), as: UTF8.self)
        switch language {
        case .english: template = Self.english(head, line)
        case .german: template = Self.german(head, line)
        }
    }

    private static func english(_ head: AuditHead, _ line: String) -> Template {
        let written = English(at: head.at, until: head.at, request: nil).written(head.at)
        return Template(
            subject: "Troth's audit chain, file \(head.partition.value), \(SliceText.day(head.at.days))",
            [
                .text(
                    "On \(written) the audit chain of rights-worker's file \(head.partition.value) had "
                        + "\(head.count.value) entries; \(head.suppressions.value) people are marked as erased in it."),
                .text("Hash of the last entry: \(head.hash.text)"),
                .text(
                    "Keep this mail where nobody who runs Troth can change it. Whether the chain is still the one that "
                        + "was signed is shown by: troth audit verify --heads FOLDER, with the mails in it."),
                .text(line),
            ])
    }

    private static func german(_ head: AuditHead, _ line: String) -> Template {
        let written = German(at: head.at, until: head.at, request: nil).written(head.at)
        return Template(
            subject: "Troth: Prüfkette, Datei \(head.partition.value), \(SliceText.day(head.at.days))",
            [
                .text(
                    "Am \(written) hatte die Prüfkette der Datei \(head.partition.value) von rights-worker "
                        + "\(head.count.value) Einträge; \(head.suppressions.value) Personen sind darin als gelöscht "
                        + "vermerkt."),
                .text("Hash des letzten Eintrags: \(head.hash.text)"),
                .text(
                    "Bewahren Sie diese Mail dort auf, wo niemand, der Troth betreibt, sie ändern kann. Ob die Kette "
                        + "noch die unterschriebene ist, zeigt: troth audit verify --heads ORDNER, mit den Mails darin."
                ),
                .text(line),
            ])
    }
}
