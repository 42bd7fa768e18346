import MeteringService
import Runtime

run(Metering.self) { Metering(currency: $0.currency) }
