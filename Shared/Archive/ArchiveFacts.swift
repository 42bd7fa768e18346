package import Schema

/// Whose archive it is, who made it, and what its page must say besides what is in it. GDPR Art. 15(1), (2).
package struct ArchiveFacts: Equatable, Sendable {
    /// Somebody who is given personal data, or processes it for the controller. Policy §10.2–10.4.
    package struct Recipient: Equatable, Sendable {
        /// The upstream, or what it does.
        package let name: String
        /// The company.
        package let provider: String
        /// ISO 3166-1, two letters.
        package let country: String
        /// The safeguard of a transfer (Art. 46); nil: none is on record.
        package let safeguard: String?
        package init(name: String, provider: String, country: String, safeguard: String?) {
            (self.name, self.provider, self.country, self.safeguard) = (name, provider, country, safeguard)
        }
    }

    package let request: RequestID
    package let account: AccountID
    package let madeAt: Instant
    /// The service that makes it.
    package let madeBy: String
    /// Who answers for the processing, with address.
    package let controller: String
    /// Where to write about it: the data protection officer.
    package let contact: String
    package let recipients: [Recipient]

    package init(
        request: RequestID, account: AccountID, madeAt: Instant, madeBy: String, controller: String, contact: String,
        recipients: [Recipient]
    ) {
        (self.request, self.account, self.madeBy) = (request, account, madeBy)
        self.madeAt = Instant(unchecked: madeAt.value / Instant.second * Instant.second)
        (self.controller, self.contact, self.recipients) = (controller, contact, recipients)
    }

    /// What binds the sealed archive to its request.
    package static func streamContext(_ request: RequestID) -> [UInt8] { Array(request.text.utf8) }
}
