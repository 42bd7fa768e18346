import BillingService
package import Engine
import IdentityService
import MeteringService
import NotifierService
import RetentionService
import RightsWorkerService
import Runtime

/// The services of this version.
package enum Services {
    /// All of them, in the order of starting: who tells of accounts and keys comes first.
    package static let all: [any Service.Type] = [
        Identity.self, RightsWorker.self, Notifier.self, Metering.self, Billing.self, RetentionWorker.self,
    ]

    /// Their names, in the order of starting.
    package static let names = all.map { $0.name.text }

    /// The order in which messages flow: the next one is drained when the one before has ended. Mail comes last; what
    /// bounces meanwhile is read at the next start.
    package static let flow = [
        Identity.name, Metering.name, Billing.name, RightsWorker.name, Notifier.name, RetentionWorker.name,
    ].map(\.text)

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
