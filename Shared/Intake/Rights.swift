/// A right, whatever law gives it, and the words that it is asked for with. One line of words is a list of which a
/// sentence has one; `*` stands for the rest of a word.
struct Right {
    let name: Name
    /// A sentence asks for it that has a word of each list of one of these ways.
    private let ways: [[WordList]]
    /// Or that has one of these words in this order.
    private let phrases: [[String]]
    /// True where a "not" belongs to asking.
    let takesNot: Bool

    enum Name: Equatable {
        case access, know, portability, correction, erasure, restriction, objection, withdrawal, optOut, limit
        case closure, restore
    }

    private init(_ name: Name, _ ways: [[String]], _ phrases: [String], takesNot: Bool = false) {
        (self.name, self.takesNot) = (name, takesNot)
        self.ways = ways.map { $0.map(WordList.init) }
        self.phrases = phrases.map { $0.split(separator: " ").map(String.init) }
    }

    /// True where a sentence asks for it.
    func isAsked(in sentence: [String]) -> Bool {
        ways.contains { $0.allSatisfy { $0.isIn(sentence) } } || phrases.contains { sentence.contains($0) }
    }
}

/// What people call what is held on them, and their account.
private let data = "data information records *daten informationen angaben"
private let account = "account accounts profile *konto profil"

extension Right {
    /// All that are recognised.
    static let all = [
        erasure, access, know, portability, correction, restriction, objection, withdrawal, optOut, limit, closure,
        restore,
    ]

    private static let erasure = Right(
        .erasure,
        [
            [
                "delet* eras* remov* lösch* loesch* gelösch* geloesch* entfern* vernicht*",
                "everything alles \(data) \(account)",
            ]
        ],
        [
            "right to be forgotten", "right to erasure", "right to delete", "erasure request", "deletion request",
            "request for erasure", "request for deletion", "article 17", "art 17", "artikel 17", "löschantrag",
            "löschung", "recht auf vergessenwerden", "datenlöschung", "kontolöschung",
        ])
    private static let access = Right(
        .access,
        [
            ["access copy auskunft auskünfte kopie einsicht", data],
            ["what which welche was", "hold holds have store stored keep collect* speicher* gespeichert", data],
            ["send provide give schick* senden sende übermittel*", "my about meine meiner mich", "data *daten"],
        ],
        [
            "right of access", "subject access request", "access request", "dsar", "article 15", "art 15",
            "artikel 15", "auskunftsersuchen", "auskunftsantrag", "recht auf auskunft", "datenauskunft",
            "selbstauskunft",
        ])
    private static let know = Right(.know, [], ["right to know", "request to know"])
    private static let portability = Right(
        .portability, [["portability datenübertragbarkeit datenuebertragbarkeit maschinenlesbar*"]],
        ["machine readable", "article 20", "art 20", "artikel 20"])
    private static let correction = Right(
        .correction,
        [
            [
                "correct* rectif* berichtig* korrigier* korrektur",
                "address email name adresse anschrift \(data) \(account)",
            ]
        ],
        [
            "right to rectification", "right to correct", "recht auf berichtigung", "article 16", "art 16",
            "artikel 16", "berichtigung",
        ])
    private static let restriction = Right(
        .restriction,
        [["restrict* einschränk* einschraenk*", "processing use verarbeitung nutzung \(data)"]],
        ["right to restriction", "article 18", "art 18", "artikel 18"])
    private static let objection = Right(
        .objection,
        [
            [
                "object objection widersprech* widerspruch",
                "processing use profiling improvement statistics verarbeitung nutzung \(data)",
            ]
        ],
        ["right to object", "widerspruchsrecht", "article 21", "art 21", "artikel 21"])
    private static let withdrawal = Right(
        .withdrawal,
        [["withdraw* revok* widerruf* zurückzieh* ziehe", "consent consents einwilligung einwilligungen"]], [])
    private static let optOut = Right(
        .optOut,
        [["sell selling sale share sharing verkauf*", "not no stop opt object nicht kein* untersag*", data]],
        ["do not sell", "don t sell", "opt out", "optout"], takesNot: true)
    private static let limit = Right(
        .limit, [["limit", "sensitive"]], ["limit the use", "right to limit"], takesNot: true)
    private static let closure = Right(
        .closure, [["close closure terminate schließ* schliess* kündig* kuendig*", account]], [])
    private static let restore = Right(
        .restore, [["restore reopen reactivate wiederherstell* reaktivier* wiedereröffn*", account]], [])
}
