/// The sender's own words of a text: without what is quoted, the letter that is answered, and the signature.
enum OwnWords {
    /// What is left of a text.
    static func of(_ text: String) -> String {
        var kept: [Substring] = []
        for line in text.split(omittingEmptySubsequences: false, whereSeparator: \.isNewline) {
            let words = line.drop { $0 == " " || $0 == "\t" }
            if line == "-- " || line == "--" || beginsOlder(words) { break }
            if !words.hasPrefix(">") { kept.append(line) }
        }
        return kept.joined(separator: "\n")
    }

    /// True for a line that an older letter follows.
    private static func beginsOlder(_ line: Substring) -> Bool {
        let text = line.lowercased()
        if ["from:", "von:", "________"].contains(where: text.hasPrefix) { return true }
        let isRule = text.hasPrefix("--")
        if isRule, ["original", "ursprüngliche", "forwarded", "weitergeleitete"].contains(where: text.contains) {
            return true
        }
        let end = text.reversed().drop { $0 == " " }.reversed()
        return end.last == ":" && ["wrote", "schrieb"].contains(where: text.contains)
    }
}
