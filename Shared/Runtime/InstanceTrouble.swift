import Engine
import Glibc
import Kafka
import Schema
import Synchronization

/// What ends or hinders an instance's membership in its group, and what is done about it.
extension Instance {
    /// A topic may not be read: says so, and tries again later.
    func refuse(_ topic: String, _ error: KafkaError) {
        refusals.add(.read, "topic \(topic)", error)
        assignsAgain.withLock { $0 = $0 ?? ShardClock.now() + Limits.permissionRetry }
    }

    /// A broker that was killed during a rebalance forgets which member had a seat last, and refuses ("fences") the one
    /// that has it: a new member takes it again. One who is refused over and over shares the seat with another process.
    func judge(_ error: KafkaError, of consumer: Consumer) {
        if error.isGroupAuthorization { return refusals.add(.join, "group troth.\(S.name)", error) }
        if error.isAuthorization { return refuse(service.anchor.topic.name.text, error) }
        guard error.isFatal else { return log.notice("kafka", [("error", "\(error)")]) }
        log.warning("the consumer cannot go on; a new one is made", [("error", "\(error)")])
        close()
        consumer.close()
        do throws(KafkaError) {
            guard !endsTooOften() else { throw error }
            try join()
        } catch {
            log.error("no new consumer: another process has this seat", [("error", "\(error)")])
            end("\(error)")
        }
    }

    /// The service cannot go on: the process ends, with the reason.
    func end(_ reason: String) {
        log.error("the service cannot go on", [("reason", reason)])
        fatal.withLock { $0 = reason }
        kill(getpid(), SIGTERM)
    }

    /// librdkafka reads certificate files when a client begins: a new producer, and the same seat with a new consumer.
    func renew(_ consumer: Consumer) {
        sender.withLock { $0 }?.renew()
        close()
        consumer.close()
        do throws(KafkaError) {
            try join()
        } catch {
            fatal.withLock { $0 = "\(error)" }
            kill(getpid(), SIGTERM)
        }
    }

    private func endsTooOften() -> Bool {
        let now = ShardClock.now()
        return endings.withLock { endings in
            endings.removeAll { now - $0 > Limits.endingsWindow }
            endings.append(now)
            return endings.count > Limits.endingsMax
        }
    }
}
