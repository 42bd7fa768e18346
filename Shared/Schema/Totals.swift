/// The running totals that a batch of calls touched, of many accounts of one partition. Protobuf only.
package struct Totals: Message {
    package static let type = "troth.metering.totals.v1"
    package var totals: [Total]
    package init(totals: [Total]) { self.totals = totals }
    package static var contentType: ContentType { .protobuf }
    /// Totals in one message at most: so it stays under 256 KB.
    package static let totalsMax = 2_000
}

/// Everything that one account used in one hour: state, not a delta. A higher revision replaces a lower one.
package struct Total: Codable, Equatable, Sendable {
    package var account: AccountID
    package var hour: Hour
    package var currency: Currency
    /// The calls of the hour, charged or not.
    package var calls: CallCount
    /// Whole nano-units of what they cost.
    package var nano: NanoAmount
    /// And what is left, in millionths of a nano-unit.
    package var millionths: Millionths
    /// The sum of the calls' own versions.
    package var revision: Revision

    package init(
        account: AccountID, hour: Hour, currency: Currency, calls: CallCount, nano: NanoAmount, millionths: Millionths,
        revision: Revision
    ) {
        (self.account, self.hour, self.currency, self.calls) = (account, hour, currency, calls)
        (self.nano, self.millionths, self.revision) = (nano, millionths, revision)
    }
}

/// A count of calls.
package struct CallCount: IntegerField {
    package let value: Int64
    @inlinable package init(unchecked value: Int64) { self.value = value }
    package static let range: ClosedRange<Int64> = 0...(1 << 53)
    package static let category = DataCategory.usage
    package static let example = CallCount(unchecked: 17)
}

/// How often a thing changed: the higher one is the newer one.
package struct Revision: IntegerField {
    package let value: Int64
    @inlinable package init(unchecked value: Int64) { self.value = value }
    package static let range: ClosedRange<Int64> = 0...(1 << 53)
    package static let category = DataCategory.none
    package static let example = Revision(unchecked: 17)
}
