/// A natural number as its decimal digits: exact without bound, and not the arithmetic of the product.
package struct Digits: Equatable, Sendable, CustomStringConvertible {
    /// The lowest digit first, without zeros at the top; empty is 0.
    private var digits: [UInt8]

    /// From a number that is not negative.
    package init(_ number: Int64) { digits = String(number).utf8.reversed().map { $0 - 48 } }

    /// The number in decimal.
    package var description: String {
        let text = String(decoding: digits.reversed().map { $0 + 48 }, as: UTF8.self).drop { $0 == "0" }
        return text.isEmpty ? "0" : String(text)
    }

    /// The number as an integer; nil where it does not fit.
    package var integer: Int64? { Int64(description) }

    /// All but the lowest digits: divided by 10 to a power and rounded down.
    package func dropping(_ count: Int) -> Digits {
        var rest = self
        rest.digits = Array(digits.dropFirst(count))
        return rest
    }

    /// The lowest digits only.
    package func lowest(_ count: Int) -> Digits {
        var rest = self
        rest.digits = Array(digits.prefix(count))
        return rest
    }

    package static func + (left: Digits, right: Digits) -> Digits {
        var sum = Digits(0)
        var carry: UInt8 = 0
        sum.digits = (0..<max(left.digits.count, right.digits.count)).map { place in
            let total = left.digit(place) + right.digit(place) + carry
            carry = total / 10
            return total % 10
        }
        if carry > 0 { sum.digits.append(carry) }
        return sum
    }

    package static func * (left: Digits, right: Digits) -> Digits {
        var columns = [Int](repeating: 0, count: left.digits.count + right.digits.count + 1)
        for (place, digit) in left.digits.enumerated() {
            for (other, factor) in right.digits.enumerated() { columns[place + other] += Int(digit) * Int(factor) }
        }
        var product = Digits(0)
        var carry = 0
        product.digits = columns.map { column in
            let total = column + carry
            carry = total / 10
            return UInt8(total % 10)
        }
        return product
    }

    package static func == (left: Digits, right: Digits) -> Bool { left.description == right.description }

    private func digit(_ place: Int) -> UInt8 { place < digits.count ? digits[place] : 0 }
}
