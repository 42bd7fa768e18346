/// Finds what was probably meant by a word that is not known.
package enum Nearest {
    /// Up to three names that are close to a word, the closest first.
    package static func names(to word: String, among names: [String]) -> [String] {
        let limit = max(2, word.utf8.count / 2)
        let scored = names.map { (name: $0, distance: distance(word, $0)) }
        let close = scored.filter { $0.distance <= limit || $0.name.hasPrefix(word) }
        return close.sorted { ($0.distance, $0.name) < ($1.distance, $1.name) }.prefix(3).map(\.name)
    }

    /// The remedy to print for a word: the nearest names, or where all are listed.
    package static func advice(to word: String, among names: [String], all: String) -> String {
        let near = Self.names(to: word, among: names)
        return near.isEmpty ? "see \(all)" : "did you mean \(near.joined(separator: " or "))? See \(all)"
    }

    /// Levenshtein's distance in bytes.
    package static func distance(_ left: String, _ right: String) -> Int {
        let (left, right) = (Array(left.utf8), Array(right.utf8))
        var row = Array(0...right.count)
        for (i, byte) in left.enumerated() {
            var diagonal = row[0]
            row[0] = i + 1
            for (j, other) in right.enumerated() {
                let change = diagonal + (byte == other ? 0 : 1)
                diagonal = row[j + 1]
                row[j + 1] = min(change, row[j] + 1, row[j + 1] + 1)
            }
        }
        return row[right.count]
    }
}
