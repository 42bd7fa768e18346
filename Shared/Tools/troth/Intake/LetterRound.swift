import Glibc
import Intake
package import Schema
import Seal

/// One look at a Maildir: letters are read, requests opened, and each letter is moved to where it belongs, once the log
/// has its request.
package final class LetterRound {
    private let folder: LetterFolder
    private let process: LetterProcess
    private let post: LetterPost
    private let keepDays: Int64
    private var budget: LetterBudget

    /// Of a Maildir; letters that were dealt with are kept for so many days. `program` reads letters.
    package init(_ path: String, program: String, post: LetterPost, keepDays: Int64) throws(Failure) {
        folder = try LetterFolder(path)
        process = LetterProcess(program: program)
        (self.post, self.keepDays) = (post, keepDays)
        budget = LetterBudget(folder.settledNames())
    }

    /// Looks once. Errors: Kafka does not take the requests; then their letters stay in `new/` and are read again.
    package func run(at now: Instant = TimeText.now()) throws(Failure) -> IntakeReport {
        var report = IntakeReport()
        report.deleted = folder.delete(before: now + -keepDays * Instant.day)
        budget.forget(before: now + -Instant.day, keeping: folder.settledNames())
        let found = folder.look(most: Limits.letterQueue, now: now)
        let room = min(budget.room(at: now), found.letters.count)
        (report.strange, report.later) = (found.strange, found.later + found.letters.count - room)
        var orders: [(letter: LetterFolder.Letter, order: LetterPost.Order, opened: LetterBudget.Opened)] = []
        budget.countReads(room, at: now)
        var ended = budget
        for letter in found.letters.prefix(room) {
            if Interruption.isAsked { break }
            switch judge(letter, &ended, at: now) {
            case .open(let order, let opened): orders.append((letter, order, opened))
            case .settle(let name):
                folder.settle(letter, as: name)
                report.automatic += 1
            case .person(let reason):
                folder.handOver(letter, as: "\(letter.receivedAt.value).\(RandomID.event().text).\(reason.rawValue)")
                report.person[reason.rawValue, default: 0] += 1
            }
        }
        try post.send(orders.map(\.order))
        budget = ended
        for (letter, order, opened) in orders {
            folder.settle(letter, as: opened.name)
            report.opened[order.kind.rawValue, default: 0] += 1
        }
        (report.waiting, report.oldest) = folder.waiting()
        return report
    }

    private enum Judgement {
        case open(LetterPost.Order, LetterBudget.Opened)
        case settle(String)
        case person(Reading.Reason)
    }

    private func judge(_ letter: LetterFolder.Letter, _ budget: inout LetterBudget, at now: Instant) -> Judgement {
        guard let descriptor = folder.open(letter) else { return .person(.unread) }
        defer { close(descriptor) }
        let reading = process.read(descriptor)
        switch reading.outcome {
        case .automatic: return .settle("\(now.value).\(RandomID.event().text):2,S")
        case .person: return .person(reading.reason ?? .unread)
        case .request: break
        }
        guard let kind = reading.kind, let language = reading.language, let digest = reading.letter else {
            return .person(.unread)
        }
        guard let sender = reading.sender, let email = Email(text: sender),
            let address = try? NormalisedAddress(sender), let key = LetterBudget.key(of: address)
        else { return .person(.sender) }
        if budget.knows(digest) { return .settle("\(now.value).\(RandomID.event().text):2,S") }
        guard budget.mayAnswer(key, at: now) else { return .person(.often) }
        let opened = LetterBudget.Opened(at: now, address: key, letter: digest)
        budget.add(opened)
        return .open(
            LetterPost.Order(
                kind: kind, language: language, email: email, receivedAt: letter.receivedAt, letter: digest), opened)
    }
}

/// What became of the letters of a round: numbers, and nothing of a letter.
package struct IntakeReport: Encodable, Equatable, Sendable {
    /// Requests that were opened, by kind.
    package internal(set) var opened: [String: Int] = [:]
    /// Letters that were given to a person, by reason.
    package internal(set) var person: [String: Int] = [:]
    /// Answers of machines, and letters that were delivered twice: put by.
    package internal(set) var automatic = 0
    /// Letters that are left in `new/` for later.
    package internal(set) var later = 0
    /// What lies in `new/` and is no file: left there, never opened.
    package internal(set) var strange = 0
    /// Letters that were deleted.
    package internal(set) var deleted = 0
    /// Letters in `person/`, and when the oldest came.
    package internal(set) var waiting = 0
    package internal(set) var oldest: Instant?

    /// True where the round did something.
    package var isNews: Bool { !opened.isEmpty || !person.isEmpty || automatic > 0 || deleted > 0 }

    /// One line.
    package var line: String {
        func sum(_ counts: [String: Int]) -> String {
            let names = counts.sorted { $0.key < $1.key }.map { "\($0.key) \($0.value)" }.joined(separator: ", ")
            return "\(counts.values.reduce(0, +))" + (names.isEmpty ? "" : " (\(names))")
        }
        return "opened \(sum(opened)), to a person \(sum(person)), automatic \(automatic), later \(later), "
            + "deleted \(deleted), waiting for a person \(waiting)"
    }
}
