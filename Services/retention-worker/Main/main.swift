import RetentionService
import Runtime

run(RetentionWorker.self) { _ in RetentionWorker() }
