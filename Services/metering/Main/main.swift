import MeteringService
import Runtime

run(Metering.self) { _ in Metering() }
