/// What everybody must know to rate a call: a record is one model's whole price list or one upstream. Its writer writes
/// each to every partition; the last version of a key wins.
package struct Config: Message {
    package static let type = "troth.metering.config.v1"
    /// Exactly one of the two.
    package var priceList: PriceList?
    package var upstream: Upstream?
    package init(priceList: PriceList) { self.priceList = priceList }
    package init(upstream: Upstream) { self.upstream = upstream }

    /// A price list's checksum is that of its prices.
    package func check() throws(Refusal) {
        guard let priceList, priceList.checksum != Checksum(of: priceList.prices) else { return }
        throw Refusal(.wrongValue, field: "checksum")
    }

    /// The record's key: `price/<provider>/<model>` or `upstream/<name>`.
    package var key: String {
        if let priceList { return "price/\(priceList.provider)/\(priceList.model)" }
        return "upstream/\(upstream?.name.text ?? "")"
    }
}

/// All prices of one model of one provider, past and coming.
package struct PriceList: Codable, Equatable, Sendable {
    package var provider: ProviderName
    package var model: ModelName
    /// Rises with every load.
    package var version: Revision
    /// Of the prices, so that two lists of one version can be told apart.
    package var checksum: Checksum
    /// At most `pricesMax`.
    package var prices: [Price]

    package init(provider: ProviderName, model: ModelName, version: Revision, prices: [Price]) {
        (self.provider, self.model, self.version, self.prices) = (provider, model, version, prices)
        checksum = Checksum(of: prices)
    }
    /// Prices in one list at most.
    package static let pricesMax = 200
}

/// What 10⁶ units of a class cost, in a span of time.
package struct Price: Codable, Equatable, Sendable {
    /// Absent: the attempts that name no region.
    package var region: RegionName?
    package var tier: Tier
    /// The context band (from, to] by the attempt's input units; absent `bandTo`: without end.
    package var bandFrom: UnitQuantity
    package var bandTo: UnitQuantity?
    package var unit: UnitClass
    package var currency: Currency
    /// Nano-units of the currency per 10⁶ units.
    package var nanoPerMillion: UnitPrice
    /// In force from this moment on …
    package var validFrom: Instant
    /// … and before this one; absent: until further notice.
    package var validTo: Instant?
    package var source: Remark

    package init(
        region: RegionName? = nil, tier: Tier = .standard, bandFrom: UnitQuantity = UnitQuantity(unchecked: 0),
        bandTo: UnitQuantity? = nil, unit: UnitClass, currency: Currency, nanoPerMillion: UnitPrice,
        validFrom: Instant, validTo: Instant? = nil, source: Remark
    ) {
        (self.region, self.tier, self.bandFrom, self.bandTo, self.unit) = (region, tier, bandFrom, bandTo, unit)
        (self.currency, self.nanoPerMillion, self.validFrom) = (currency, nanoPerMillion, validFrom)
        (self.validTo, self.source) = (validTo, source)
    }

    /// One line that says all of it.
    package var line: String {
        [
            region?.text ?? "-", tier.rawValue, "\(bandFrom.value)", bandTo.map { "\($0.value)" } ?? "-", unit.rawValue,
            currency.text, "\(nanoPerMillion.value)", "\(validFrom.value)", validTo.map { "\($0.value)" } ?? "-",
        ].joined(separator: " ")
    }

    /// True where it is in force at a moment.
    package func isInForce(at moment: Instant) -> Bool {
        validFrom <= moment && validTo.map { moment < $0 } ?? true
    }
}

/// Nano-units of a currency per 10⁶ units: at most 10⁶ of the currency for one unit.
package struct UnitPrice: IntegerField {
    package let value: Int64
    @inlinable package init(unchecked value: Int64) { self.value = value }
    package static let range: ClosedRange<Int64> = 0...1_000_000_000_000_000_000
    package static let category = DataCategory.none
    package static let example = UnitPrice(unchecked: 150_000_000)
}

/// An entry of the register of processors: where calls are forwarded to, and on what ground. Policy §10.2–10.4.
package struct Upstream: Codable, Equatable, Sendable {
    package var name: UpstreamName
    package var provider: ProviderName
    package var country: Country
    package var version: Revision
    /// The data processing agreement, and until when it is in force; absent: none.
    package var agreement: Remark?
    package var agreementFrom: Instant?
    package var agreementTo: Instant?
    /// The safeguard or adequacy decision that a transfer rests on (GDPR Art. 45, 46).
    package var safeguard: Remark?
    /// How many days the upstream keeps what calls contain; 0: not at all; absent: not known.
    package var contentDays: DayCount?
    /// Where the upstream takes notices of erasure: a desk, not a person.
    package var erasureContact: Remark?

    package init(
        name: UpstreamName, provider: ProviderName, country: Country, version: Revision, agreement: Remark?,
        agreementFrom: Instant?, agreementTo: Instant?, safeguard: Remark?, contentDays: DayCount? = nil,
        erasureContact: Remark? = nil
    ) {
        (self.name, self.provider, self.country, self.version) = (name, provider, country, version)
        (self.agreement, self.agreementFrom, self.agreementTo) = (agreement, agreementFrom, agreementTo)
        (self.safeguard, self.contentDays, self.erasureContact) = (safeguard, contentDays, erasureContact)
    }

    /// True where an agreement is in force at a moment. Policy §10.3.
    package func hasAgreement(at moment: Instant) -> Bool {
        agreement != nil && agreementFrom.map { $0 <= moment } ?? true && agreementTo.map { moment < $0 } ?? true
    }
}

/// A number of days.
package struct DayCount: IntegerField {
    package let value: Int64
    @inlinable package init(unchecked value: Int64) { self.value = value }
    package static let range: ClosedRange<Int64> = 0...36_500
    package static let category = DataCategory.none
    package static let example = DayCount(unchecked: 30)
}

/// FNV-1a, 64 bits: tells an accident, not an attack. 16 hexadecimal digits.
package struct Checksum: TextField, CustomStringConvertible {
    package let text: String
    package init?(text: String) {
        guard text.utf8.count == 16, text.utf8.allSatisfy({ (48...57).contains($0) || (97...102).contains($0) }) else {
            return nil
        }
        self.text = text
    }
    /// The checksum of a text's UTF-8.
    package init(of content: String) {
        var hash: UInt64 = 0xcbf2_9ce4_8422_2325
        for byte in content.utf8 { hash = (hash ^ UInt64(byte)) &* 0x100_0000_01b3 }
        let digits = String(hash, radix: 16)
        text = String(repeating: "0", count: 16 - digits.count) + digits
    }
    /// The checksum of prices, line by line.
    package init(of prices: [Price]) { self.init(of: prices.map(\.line).joined(separator: "\n")) }
    package static let category = DataCategory.none
    package static let example = Checksum(of: "example")
    package static let shape = Shape.text(pattern: "^[0-9a-f]{16}$")
    package var description: String { text }
}
