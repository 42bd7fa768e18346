import Foundation
import Schema

/// What a letter asks for, by the words in it. A letter that asks for one thing in plain words opens a request;
/// whatever is less clear is a person's affair.
enum Wording {
    /// Words that make a sentence something else than a demand.
    private static let doubts = WordList(
        "not don doesn didn never how why when whether if question questions nicht kein* nie niemals wie warum wann ob falls "
            + "wenn frage fragen")

    /// The kind of a request and the language that it is in; nil where it is not clear.
    static func kind(subject: String, text: String) -> (RequestKind, Language)? {
        let sentences = sentences(subject + "\n\n" + text)
        let words = sentences.flatMap { $0 }
        var found: [Right.Name] = []
        for right in Right.all {
            let asking = sentences.filter { right.isAsked(in: $0) }
            if asking.isEmpty { continue }
            if !right.takesNot, asking.contains(where: { $0.contains(where: doubts.matches) }) { return nil }
            found.append(right.name)
        }
        guard let name = single(found), let law = law(words), let kind = kind(name, law) else { return nil }
        return (kind, language(words))
    }

    /// The one right that is asked for. What is portable is a copy too, and a sale that one objects to an opt-out.
    private static func single(_ found: [Right.Name]) -> Right.Name? {
        var found = found
        if found.contains(.portability) || found.contains(.know) { found.removeAll { $0 == .access } }
        if found.contains(.optOut) { found.removeAll { $0 == .objection } }
        return found.count == 1 ? found[0] : nil
    }

    private enum Law { case gdpr, ccpa, pdpa }

    /// The law that is named; the GDPR where none is, nil where several are.
    private static func law(_ words: [String]) -> Law? {
        let names: [(Law, WordList)] = [
            (.gdpr, WordList("gdpr dsgvo")), (.ccpa, WordList("ccpa cpra california californian kalifornien")),
            (.pdpa, WordList("pdpa singapore singapur")),
        ]
        let named = names.filter { $0.1.isIn(words) }.map(\.0)
        return named.count > 1 ? nil : named.first ?? .gdpr
    }

    private static func kind(_ right: Right.Name, _ law: Law) -> RequestKind? {
        switch (right, law) {
        case (.access, .gdpr): .gdprAccess
        case (.access, .ccpa): .ccpaAccess
        case (.access, .pdpa): .pdpaAccess
        case (.know, _): .ccpaKnow
        case (.portability, _): .gdprPortability
        case (.correction, .gdpr): .gdprRectification
        case (.correction, .ccpa): .ccpaCorrect
        case (.correction, .pdpa): .pdpaCorrection
        case (.erasure, .ccpa): .ccpaDelete
        case (.erasure, _): .gdprErasure
        case (.restriction, _): .gdprRestriction
        case (.objection, _): .gdprObjection
        case (.withdrawal, _): .gdprWithdrawal
        case (.optOut, _): .ccpaOptOut
        case (.limit, _): .ccpaLimit
        case (.closure, _): .accountClosure
        case (.restore, _): .accountRestore
        }
    }

    /// German where it has more of these German words than English ones.
    private static func language(_ words: [String]) -> Language {
        let german = WordList("ich sie bitte meine meiner meinen und der die das um mein hiermit daten")
        let english = WordList("i you please my and the of to your hereby data")
        return words.count(where: german.matches) > words.count(where: english.matches) ? .german : .english
    }

    /// Words in lower case, sentence by sentence. What is no letter and no digit divides words; a full stop before a
    /// digit, as in "Art. 17", ends no sentence.
    static func sentences(_ text: String) -> [[String]] {
        var (sentences, words, word): ([[String]], [String], String) = ([], [], "")
        var (hasEnded, lineEnds) = (false, 0)
        for scalar in text.precomposedStringWithCanonicalMapping.lowercased().unicodeScalars {
            let isDigit = ("0"..."9").contains(scalar)
            if isDigit || scalar.properties.isAlphabetic {
                if hasEnded, !words.isEmpty, !(isDigit && lineEnds < 2) {
                    sentences.append(words)
                    words = []
                }
                word.unicodeScalars.append(scalar)
                (hasEnded, lineEnds) = (false, 0)
                continue
            }
            if !word.isEmpty { words.append(word) }
            word = ""
            if scalar == "\n" { lineEnds += 1 }
            if ".!?;".unicodeScalars.contains(scalar) || lineEnds > 1 { hasEnded = true }
        }
        if !word.isEmpty { words.append(word) }
        return words.isEmpty ? sentences : sentences + [words]
    }
}

/// Words; one with `*` at an end stands for all that continue it there.
struct WordList {
    private var whole: Set<String> = []
    private var beginnings: [String] = []
    private var ends: [String] = []

    init(_ text: String) {
        for word in text.split(separator: " ").map(String.init) {
            if word.hasSuffix("*") {
                beginnings.append(String(word.dropLast()))
            } else if word.hasPrefix("*") {
                ends.append(String(word.dropFirst()))
            } else {
                whole.insert(word)
            }
        }
    }

    func matches(_ word: String) -> Bool {
        whole.contains(word) || beginnings.contains(where: word.hasPrefix) || ends.contains(where: word.hasSuffix)
    }

    func isIn(_ words: [String]) -> Bool { words.contains(where: matches) }
}
