import Schema

/// A text of an archive in both of its languages.
struct Phrase {
    let english: String
    let german: String
    init(_ english: String, _ german: String) { (self.english, self.german) = (english, german) }
}

/// What names of the policy say to a person: categories, purposes, grounds, periods, sources. A name that is not known
/// here is shown as it is. Policy §1, §2, §4; GDPR Art. 15(1)(a), (b), (d), (g).
enum Wording {
    static func category(_ category: DataCategory) -> Phrase {
        switch category {
        case .account: Phrase("account information", "Kontodaten")
        case .usage: Phrase("usage data", "Nutzungsdaten")
        case .payment: Phrase("payment records", "Zahlungsbelege")
        case .technical: Phrase("technical logs", "technische Protokolle")
        case .consent: Phrase("consent and choices", "Einwilligungen und Einstellungen")
        case .request: Phrase("requests about your rights", "Anträge zu Ihren Rechten")
        case .none: Phrase("not personal by itself", "für sich nicht personenbezogen")
        }
    }

    static func source(_ category: DataCategory) -> Phrase {
        switch category {
        case .account, .consent, .request: Phrase("you", "Sie selbst")
        case .usage: Phrase("our gateways, when you call the service", "unsere Gateways, wenn Sie den Dienst aufrufen")
        case .payment: Phrase("you, and the payment provider", "Sie selbst und der Zahlungsdienstleister")
        case .technical:
            Phrase("your browser or program, when it connects", "Ihr Browser oder Programm bei der Verbindung")
        case .none: Phrase("the service", "der Dienst")
        }
    }

    static func purpose(_ name: String) -> Phrase {
        switch name {
        case "service":
            Phrase("to provide and maintain the service (policy 2.1)", "Bereitstellung und Betrieb (Richtlinie 2.1)")
        case "payment":
            Phrase(
                "to process payments and refunds (policy 2.2)",
                "Abwicklung von Zahlungen und Erstattungen (Richtlinie 2.2)")
        case "notification":
            Phrase("to notify you about the service (policy 2.3)", "Mitteilungen über den Dienst (Richtlinie 2.3)")
        case "quality":
            Phrase(
                "to improve the quality of the service, unless you object (policy 2.4)",
                "Verbesserung der Qualität, sofern Sie nicht widersprechen (Richtlinie 2.4)")
        default: Phrase(name, name)
        }
    }

    static func basis(_ name: String) -> Phrase {
        switch name {
        case "contract":
            Phrase("the contract with you: GDPR Art. 6(1)(b)", "der Vertrag mit Ihnen: Art. 6 Abs. 1 lit. b DSGVO")
        case "legalObligation":
            Phrase("a legal obligation: GDPR Art. 6(1)(c)", "eine rechtliche Pflicht: Art. 6 Abs. 1 lit. c DSGVO")
        case "legitimateInterests":
            Phrase("legitimate interests: GDPR Art. 6(1)(f)", "berechtigte Interessen: Art. 6 Abs. 1 lit. f DSGVO")
        case "consent":
            Phrase("your consent: GDPR Art. 6(1)(a)", "Ihre Einwilligung: Art. 6 Abs. 1 lit. a DSGVO")
        default: Phrase(name, name)
        }
    }

    static func period(_ clause: String) -> Phrase {
        switch clause {
        case "4.1":
            Phrase(
                "while the account exists, and 30 days after it was closed (policy 4.1)",
                "solange das Konto besteht, und 30 Tage nach seiner Schließung (Richtlinie 4.1)")
        case "4.2": Phrase("90 days (policy 4.2)", "90 Tage (Richtlinie 4.2)")
        case "4.4":
            Phrase(
                "five years from 31 December of the year in which the financial year of the payment ends (policy 4.4)",
                "fünf Jahre ab dem 31. Dezember des Jahres, in dem das Geschäftsjahr der Zahlung endet "
                    + "(Richtlinie 4.4)")
        case "4.5": Phrase("six months (policy 4.5)", "sechs Monate (Richtlinie 4.5)")
        case "5.2": Phrase("24 months after it ended (policy 5.2)", "24 Monate nach dem Ende (Richtlinie 5.2)")
        case "8.7":
            Phrase(
                "24 months after the answer (policy \(clause))", "24 Monate nach der Antwort (Richtlinie \(clause))")
        default: Phrase("policy \(clause)", "Richtlinie \(clause)")
        }
    }
}
