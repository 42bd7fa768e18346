package import Schema

/// A register of upstreams as a user writes it: JSON, times as RFC 3339 or a day.
///
///     {"upstreams": [{"name": "openai-us", "provider": "openai", "country": "US", "agreement": "DPA of 2026-01-15",
///       "agreementFrom": "2026-01-15", "safeguard": "EU SCC 2021/914, module 3"}]}
package struct UpstreamFile: Codable, Equatable, Sendable {
    package var upstreams: [Entry]

    /// One upstream; without `agreement` gateways get none of it. Policy §10.3.
    package struct Entry: Codable, Equatable, Sendable {
        package var name: String
        package var provider: String
        package var country: String
        package var agreement: String?
        package var agreementFrom: String?
        package var agreementTo: String?
        package var safeguard: String?
        /// How many days it keeps what calls contain.
        package var contentDays: Int64?
        /// Where it takes notices of erasure.
        package var erasureContact: String?

        package init(
            name: String, provider: String, country: String, agreement: String? = nil, agreementFrom: String? = nil,
            safeguard: String? = nil
        ) {
            (self.name, self.provider, self.country) = (name, provider, country)
            (self.agreement, self.agreementFrom, self.safeguard) = (agreement, agreementFrom, safeguard)
        }
    }

    package init(upstreams: [Entry]) { self.upstreams = upstreams }

    /// Reads a file's text; a field that is not known is refused by name.
    package init(reading text: String) throws(Failure) {
        let names = [
            "name", "provider", "country", "agreement", "agreementFrom", "agreementTo", "safeguard", "contentDays",
            "erasureContact",
        ]
        try StrictJSON.check(text, allowed: ["": ["upstreams"], "upstreams": names])
        self = try StrictJSON.decode(Self.self, text)
    }

    /// The upstreams in the words of the schema, version 1.
    package func entries() throws(Failure) -> [Upstream] {
        var seen: Set<String> = []
        return try upstreams.mapTyped { (entry) throws(Failure) in
            guard seen.insert(entry.name).inserted else {
                throw .refused("\(entry.name) is there twice: write one entry")
            }
            return try upstream(entry)
        }
    }

    private func upstream(_ entry: Entry) throws(Failure) -> Upstream {
        func wrong(_ field: String, _ remedy: String) -> Failure {
            .refused("\(entry.name): \(field) is not allowed: \(remedy)")
        }
        func remark(_ text: String?, _ field: String) throws(Failure) -> Remark? {
            guard let text else { return nil }
            guard let remark = Remark(text: text) else { throw wrong(field, "one line of 200 bytes at most") }
            return remark
        }
        func time(_ text: String?, _ field: String) throws(Failure) -> Instant? {
            guard let text else { return nil }
            guard let time = TimeText.instant(text) else { throw wrong(field, "write 2026-11-24 or an RFC 3339 time") }
            return time
        }
        func days(_ number: Int64?) throws(Failure) -> DayCount? {
            guard let number else { return nil }
            guard let days = DayCount(number) else { throw wrong("contentDays", "a number of days, 0 to 36500") }
            return days
        }
        guard let name = UpstreamName(text: entry.name) else { throw wrong("name", "use letters, digits and ._:/@-") }
        guard let provider = ProviderName(text: entry.provider) else {
            throw wrong("provider", "use letters, digits and ._:/@-")
        }
        guard let country = Country(text: entry.country) else {
            throw wrong("country", "two capital letters of ISO 3166-1, as SG")
        }
        let upstream = Upstream(
            name: name, provider: provider, country: country, version: Revision(unchecked: 1),
            agreement: try remark(entry.agreement, "agreement"),
            agreementFrom: try time(entry.agreementFrom, "agreementFrom"),
            agreementTo: try time(entry.agreementTo, "agreementTo"),
            safeguard: try remark(entry.safeguard, "safeguard"),
            contentDays: try days(entry.contentDays),
            erasureContact: try remark(entry.erasureContact, "erasureContact"))
        if let from = upstream.agreementFrom, let to = upstream.agreementTo, to <= from {
            throw wrong("agreementTo", "it must be after agreementFrom")
        }
        return upstream
    }
}
