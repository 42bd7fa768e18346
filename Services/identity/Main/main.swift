import IdentityService
import Runtime

run(Identity.self) { Identity(currency: $0.currency, limits: .standard.raised(by: $0.limitFactor)) }
