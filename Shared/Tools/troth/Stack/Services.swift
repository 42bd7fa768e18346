import BillingService
package import Engine
import IdentityService
import MeteringService
import NotifierService
import RetentionService
import RightsWorkerService
import Runtime
import Schema

/// The services of this version.
package enum Services {
    /// All of them, in the order of starting: who tells of accounts and keys comes first.
    package static let all: [any Service.Type] = [
        Identity.self, RightsWorker.self, Notifier.self, Metering.self, Billing.self, RetentionWorker.self,
    ]

    /// Their names, in the order of starting.
    package static let names = all.map { $0.name.text }

    /// Their pages in the order in which messages flow, for what is said of them: permissions, documents. What a page
    /// is made with does not show there.
    package static let pages: [any Service] = [
        Identity(currency: .dollar), Metering(), Billing(), RightsWorker(calendars: []),
        Notifier(mailFrom: "troth@localhost"), RetentionWorker(),
    ]

    /// The order in which messages flow: the next one is drained when the one before has ended. Mail comes last; what
    /// bounces meanwhile is read at the next start.
    package static let flow = pages.map { type(of: $0).name.text }

    /// What secrets each of them needs.
    package static var secrets: [(name: String, secrets: [String])] {
        all.map { (name: $0.name.text, secrets: SecretFiles.names(of: $0)) }
    }

    /// One of them, from a positional argument.
    static func name(_ text: String) throws(Failure) -> String {
        guard names.contains(text) else {
            throw .usage("\(text) is no service: write \(names.joined(separator: " or "))")
        }
        return text
    }
}
