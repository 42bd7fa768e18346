/// Money as decimal text, to and from nano-units, with whole numbers only.
package enum MoneyText {
    /// Nano-units of a text such as `2.50`; nil where it is none, has more than nine decimals or does not fit 64 bits.
    package static func nano(_ text: String) -> Int64? {
        let isNegative = text.hasPrefix("-")
        let parts = (isNegative ? text.dropFirst() : text[...]).split(
            separator: ".", maxSplits: 1, omittingEmptySubsequences: false)
        guard let whole = digits(parts[0]), parts[0].utf8.count <= 12 else { return nil }
        var fraction: Int64 = 0
        if parts.count == 2 {
            guard parts[1].utf8.count <= 9, let read = digits(parts[1]) else { return nil }
            fraction = (parts[1].utf8.count..<9).reduce(read) { number, _ in number * 10 }
        }
        let (product, first) = whole.multipliedReportingOverflow(by: 1_000_000_000)
        let (sum, second) = product.addingReportingOverflow(fraction)
        guard !first, !second else { return nil }
        return isNegative ? -sum : sum
    }

    /// Nano-units as decimal text with at least two decimals: `2.50`, `0.000000001`.
    package static func text(_ nano: Int64) -> String {
        let magnitude = nano.magnitude
        var fraction = String(magnitude % 1_000_000_000)
        fraction = String(repeating: "0", count: 9 - fraction.utf8.count) + fraction
        while fraction.utf8.count > 2, fraction.last == "0" { fraction.removeLast() }
        return "\(nano < 0 ? "-" : "")\(magnitude / 1_000_000_000).\(fraction)"
    }

    private static func digits(_ text: Substring) -> Int64? {
        guard !text.isEmpty, text.utf8.allSatisfy({ (48...57).contains($0) }) else { return nil }
        return Int64(text)
    }
}
