import FoundationEssentials
import Schema
import Seal

/// index.html of an archive: all that GDPR Art. 15(1) and (2) want to be said, and a table of what is in the archive,
/// in English and German. No script, nothing from elsewhere; a policy of its own forbids both.
struct ReportPage {
    let facts: ArchiveFacts
    let slices: [ArchiveSlice]

    private static let style: StaticString = """
        body{font:16px/1.5 sans-serif;max-width:60rem;margin:2rem auto;padding:0 1rem;color:#111;background:#fff}
        table{border-collapse:collapse;width:100%}th,td{border:1px solid #888;padding:.3rem .5rem;text-align:left;
        vertical-align:top}h2{margin-top:2rem}
        """

    /// The page.
    func bytes() throws -> [UInt8] {
        let hash = Data(try SHA256.hash(Array("\(Self.style)".utf8))).base64EncodedString()
        var html = HTML()
        html.element("html", [("lang", "en")]) { html in
            html.element("head") { html in
                html.element("title", [], "Your data")
                html.style(Self.style)
            }
            html.element("body") { html in
                html.element("p") { html in
                    html.element("a", [("href", "#en")], "English")
                    html.element("a", [("href", "#de"), ("lang", "de")], "Deutsch")
                }
                for language in Language.allCases { section(language, onto: &html) }
            }
        }
        let policy = "default-src 'none'; style-src 'sha256-\(hash)'; base-uri 'none'; form-action 'none'"
        let head = """
            <!DOCTYPE html>
            <meta charset="utf-8">
            <meta http-equiv="Content-Security-Policy" content="\(policy)">
            <meta name="referrer" content="no-referrer">

            """
        return Array((head + html.text).utf8)
    }

    /// The languages of the page.
    enum Language: String, CaseIterable {
        case english = "en"
        case german = "de"

        func text(_ phrase: Phrase) -> String { self == .english ? phrase.english : phrase.german }
        func text(_ english: String, _ german: String) -> String { self == .english ? english : german }
    }

    private func section(_ language: Language, onto html: inout HTML) {
        html.element("section", [("id", language.rawValue), ("lang", language.rawValue)]) { html in
            html.element("h1", [], language.text("Your data", "Ihre Daten"))
            html.table([], identification(language))
            contents(language, onto: &html)
            recipients(language, onto: &html)
            rights(language, onto: &html)
        }
    }

    private func identification(_ language: Language) -> [[String]] {
        [
            [language.text("Account", "Konto"), facts.account.text],
            [language.text("Request", "Antrag"), facts.request.text],
            [language.text("As of", "Stand"), facts.madeAt.description],
            [language.text("Made by", "Erstellt von"), facts.madeBy],
            [language.text("Controller", "Verantwortlicher"), facts.controller],
            [language.text("Data protection officer", "Datenschutzbeauftragter"), facts.contact],
        ]
    }

    /// What is held, row by row of the services' pages.
    private func contents(_ language: Language, onto html: inout HTML) {
        html.element("h2", [], language.text("What is in this archive", "Was in diesem Archiv ist"))
        html.element(
            "p", [],
            language.text(
                "A copy of all that is held on you (Art. 15(3), Art. 20). What is listed with 0 rows was looked for "
                    + "and is not held. Exact values are in the JSON Lines files (.jsonl); the tables (.csv) mark "
                    + "what a program could take for a formula with a '.",
                "Eine Kopie von allem, was über Sie gespeichert ist (Art. 15 Abs. 3, Art. 20). Was mit 0 Zeilen "
                    + "aufgeführt ist, wurde gesucht und ist nicht gespeichert. Genaue Werte stehen in den "
                    + "JSON-Lines-Dateien (.jsonl); die Tabellen (.csv) kennzeichnen mit ', was ein Programm für "
                    + "eine Formel halten könnte."))
        html.element(
            "p", [],
            language.text(
                "Purposes, categories, periods and source: Art. 15(1)(a), (b), (d), (g).",
                "Zwecke, Kategorien, Dauer und Herkunft: Art. 15 Abs. 1 lit. a, b, d, g."))
        let heads = [
            Phrase("What", "Was"), Phrase("Rows", "Zeilen"), Phrase("Category", "Kategorie"),
            Phrase("Purposes", "Zwecke"), Phrase("Legal basis", "Rechtsgrundlage"), Phrase("Kept for", "Aufbewahrung"),
            Phrase("Source", "Herkunft"), Phrase("File", "Datei"),
        ]
        html.table(heads.map(language.text), slices.map { row($0, language) })
    }

    private func row(_ slice: ArchiveSlice, _ language: Language) -> [String] {
        let about = slice.description
        return [
            about.title, "\(slice.rows)", language.text(Wording.category(about.category)),
            about.purposes.map { language.text(Wording.purpose($0)) }.joined(separator: "; "),
            language.text(Wording.basis(about.basis)), language.text(Wording.period(about.clause)),
            language.text(Wording.source(about.category)), "data/\(slice.path).jsonl",
        ]
    }

    private func recipients(_ language: Language, onto html: inout HTML) {
        html.element(
            "h2", [],
            language.text(
                "Recipients and transfers: Art. 15(1)(c), (2)",
                "Empfänger und Übermittlungen: Art. 15 Abs. 1 lit. c, Abs. 2"
            ))
        html.element("p", [], language.text(ReportTexts.recipients))
        html.table(
            [
                language.text("Recipient", "Empfänger"), language.text("Company", "Unternehmen"),
                language.text("Country", "Land"), language.text("Safeguard (Art. 46)", "Garantie (Art. 46)"),
            ],
            facts.recipients.map { recipient in
                [
                    recipient.name, recipient.provider, recipient.country,
                    recipient.safeguard ?? language.text("none on record", "keine verzeichnet"),
                ]
            })
    }

    private func rights(_ language: Language, onto html: inout HTML) {
        for (title, texts) in ReportTexts.sections {
            html.element("h2", [], language.text(title))
            for text in texts { html.element("p", [], language.text(text)) }
        }
    }
}
