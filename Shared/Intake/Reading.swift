import Foundation
package import Schema

/// All that is told of a letter. Nothing else of it leaves the process that read it.
package struct Reading: Codable, Equatable, Sendable {
    /// What is to be done with it.
    package let outcome: Outcome
    /// Why a person is to read it; with that outcome only.
    package let reason: Reason?
    /// What is asked for; with a request only, as all that follows.
    package let kind: RequestKind?
    package let language: Language?
    /// The one address in From, as it stands there.
    package let sender: String?
    /// SHA-256 of the message's id, sender and content, 64 hexadecimal characters: a letter that is delivered twice has
    /// the same.
    package let letter: String?

    /// What is to be done with a letter.
    package enum Outcome: String, Codable, Sendable {
        case request
        case person
        /// A machine's answer: nobody waits for one.
        case automatic
    }

    /// Why a letter is a person's affair.
    package enum Reason: String, Codable, CaseIterable, Sendable {
        /// Its form is not that of a letter, it is above a bound, or its text is of no kind that is read.
        case unread
        /// Its sender is not exactly one address.
        case sender
        /// It came by a list, in bulk, or from a program.
        case list
        /// It belongs to a conversation, or passes another letter on.
        case thread
        /// It asks for nothing that is known, or for more than one thing.
        case unclear
        /// Its address has had its answers of the day.
        case often
    }

    private init(
        _ outcome: Outcome, _ reason: Reason? = nil, kind: RequestKind? = nil, language: Language? = nil,
        sender: String? = nil, letter: String? = nil
    ) {
        (self.outcome, self.reason, self.kind) = (outcome, reason, kind)
        (self.language, self.sender, self.letter) = (language, sender, letter)
    }

    /// A machine's answer.
    package static let automatic = Reading(.automatic)

    /// A letter for a person.
    package static func person(_ reason: Reason) -> Reading { Reading(.person, reason) }

    /// A letter that opens a request.
    package static func request(_ kind: RequestKind, _ language: Language, sender: String, letter: String) -> Reading {
        Reading(.request, kind: kind, language: language, sender: sender, letter: letter)
    }

    /// JSON, its names in order.
    package var encoded: [UInt8] {
        let encoder = JSONEncoder()
        encoder.outputFormatting = [.sortedKeys, .withoutEscapingSlashes]
        return (try? encoder.encode(self)).map { Array($0) } ?? []  // texts and names only: nothing of it can fail
    }

    /// Takes what `encoded` gives, byte for byte, and nothing else.
    package init?(encoded bytes: [UInt8]) {
        guard bytes.count <= Limits.readingBytes,
            let reading = try? JSONDecoder().decode(Reading.self, from: Data(bytes)), reading.encoded == bytes,
            reading.isWhole
        else { return nil }
        self = reading
    }

    /// True where exactly the fields of its outcome are there, and each has its form.
    private var isWhole: Bool {
        switch outcome {
        case .automatic: self == .automatic
        case .person: reason != nil && self == Reading(.person, reason)
        case .request:
            reason == nil && kind != nil && language != nil && sender != nil
                && letter.map { $0.utf8.count == 64 && $0.utf8.allSatisfy(isHexadecimal) } ?? false
        }
    }
}

private func isHexadecimal(_ byte: UInt8) -> Bool { (48...57).contains(byte) || (97...102).contains(byte) }
