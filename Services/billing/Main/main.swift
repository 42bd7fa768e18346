import BillingService
import Runtime

run(Billing.self) { _ in Billing() }
