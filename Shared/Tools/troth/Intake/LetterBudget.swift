import Schema
import Seal

/// What was done lately, as the names in `cur/` say it: nothing else is kept. SECURITY.md, budgets: mail in.
struct LetterBudget {
    /// A letter that opened a request.
    struct Opened {
        let at: Instant
        /// A hash of the address, without what follows a plus. The letter lies there too, in clear.
        let address: String
        /// The hash of the letter.
        let letter: String

        /// The name in `cur/`, with a Maildir's mark for what was seen.
        var name: String { "\(at.value).\(address).\(letter):2,S" }

        init(at: Instant, address: String, letter: String) {
            (self.at, self.address, self.letter) = (at, address, letter)
        }

        /// Reads a name; nil where it is none of ours.
        init?(name: String) {
            let parts = name.prefix { $0 != ":" }.split(separator: ".")
            guard parts.count == 3, let value = Int64(parts[0]), Instant.range.contains(value),
                parts[1].utf8.count == 64, parts[2].utf8.count == 64
            else { return nil }
            (at, address, letter) = (Instant(unchecked: value), String(parts[1]), String(parts[2]))
        }
    }

    private var opened: [String: [Instant]] = [:]
    private var letters: Set<String> = []
    private var reads: [Instant] = []

    /// Takes what the names in `cur/` say.
    init(_ names: [String]) {
        for known in names.compactMap(Opened.init) { add(known) }
    }

    /// How many letters may be read now.
    mutating func room(at now: Instant) -> Int {
        reads.removeAll { $0 + Instant.minute <= now }
        return max(0, Limits.lettersAMinute - reads.count)
    }

    /// Counts letters that are read.
    mutating func countReads(_ count: Int, at now: Instant) { reads += [Instant](repeating: now, count: count) }

    /// True where this very letter has opened its request.
    func knows(_ letter: String) -> Bool { letters.contains(letter) }

    /// True where an address may have another answer today.
    func mayAnswer(_ address: String, at now: Instant) -> Bool {
        (opened[address] ?? []).count { $0 + Instant.day > now } < Limits.answersADay
    }

    /// Notes a request that was opened.
    mutating func add(_ request: Opened) {
        opened[request.address, default: []].append(request.at)
        letters.insert(request.letter)
    }

    /// Forgets what counts no longer: of letters that are deleted, and of days that are over.
    mutating func forget(before: Instant, keeping names: [String]) {
        opened = opened.compactMapValues { moments in
            let left = moments.filter { $0 >= before }
            return left.isEmpty ? nil : left
        }
        letters = Set(names.compactMap { Opened(name: $0)?.letter })
    }

    /// What an address is counted by.
    static func key(of address: NormalisedAddress) -> String? {
        guard let hash = try? SHA256.hash(address.rateKey) else { return nil }
        return hash.map { String(UInt16($0) + 256, radix: 16).dropFirst() }.joined()
    }
}
