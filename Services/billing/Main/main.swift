import BillingService
import Runtime

run(Billing.self) { Billing(currency: $0.currency) }
