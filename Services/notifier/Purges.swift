package import Engine
import Schema

extension Notifier {
    /// What was mailed goes after six months, the address of a closed account when it can be restored no more.
    package static let purges: [Purge] = [
        .rows(of: "deliveries", .mailDeliveries, since: "addedAt", key: "id"),
        .rows(of: "officerMails", .mailDeliveries, since: "addedAt", person: nil, key: "id"),
        .rows(
            of: "contacts", .accountInformation, since: "closedAt", key: "subject", where: "closedAt IS NOT NULL"),
    ]
}
