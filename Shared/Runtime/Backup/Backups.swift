import Engine
import FoundationEssentials
import Glibc
import Schema
import Seal
import Synchronization

/// What came of backups, as `/backup` shows it.
package struct BackupStatus: Codable, Sendable {
    /// How often the instance was asked, and how many of these are done.
    package var asked = 0
    package var done = 0
    package var results: [Result] = []

    /// What came of the last try with a partition.
    package struct Result: Codable, Sendable {
        package var partition: Int32
        /// The backup's name; absent: there is none, for the reason.
        package var backup: String?
        package var at: String
        package var bytes: Int64?
        package var reason: String?
    }
}

/// Backups of an instance's partitions: by time, or when asked, one after the other, on a thread of its own. The files'
/// threads copy; everything else happens to the copies. Policy §3.3.
final class Backups<S: Service>: Sendable {
    private let instance: Instance<S>
    private let writer: BackupWriter
    private let every: Int64
    private let log: Logger
    private let shown = Mutex(BackupStatus())
    private let asked = Mutex<[(number: Int, partition: Int32?)]>([])
    private let retryAt = Mutex<[Int32: Instant]>([:])
    private let sweepAt = Mutex(Instant(unchecked: 0))
    private let isStopping = Atomic<Bool>(false)
    private let thread = Mutex<NamedThread?>(nil)

    /// `every`: microseconds between two backups of a file.
    init(_ instance: Instance<S>, _ writer: BackupWriter, every: Int64, log: Logger) {
        (self.instance, self.writer, self.every, self.log) = (instance, writer, every, log)
    }

    /// Begins.
    func start() throws(RuntimeError) {
        let thread = try NamedThread("backup") { [self] in
            while !isStopping.load(ordering: .acquiring) {
                turn()
                for _ in 0..<10 where !isStopping.load(ordering: .acquiring) && !isAsked { usleep(100_000) }
            }
        }
        self.thread.withLock { $0 = thread }
    }

    /// Gives up what is being made and ends. Before the instance does.
    func close() {
        isStopping.store(true, ordering: .releasing)
        thread.withLock { $0.take() }?.join()
    }

    /// Asks for a backup of one partition, or of all. Returns the number to wait for in `done`.
    func ask(_ partition: Int32?) -> Int {
        let number = shown.withLock { shown in
            shown.asked += 1
            return shown.asked
        }
        asked.withLock { $0.append((number, partition)) }
        return number
    }

    /// What came of it so far, as JSON.
    var json: String {
        let status = shown.withLock { $0 }
        return (try? JSONEncoder().encode(status)).map { String(decoding: $0, as: UTF8.self) } ?? "{}"
    }

    private var isAsked: Bool { asked.withLock { !$0.isEmpty } }

    private func turn() {
        let orders = asked.withLock { asked in
            defer { asked = [] }
            return asked
        }
        for order in orders {
            for shard in instance.all where order.partition.map({ $0 == shard.partition }) ?? true { make(shard) }
            shown.withLock { $0.done = order.number }
        }
        for shard in instance.all where isDue(shard) { make(shard) }
        sweep()
    }

    /// A file is due when its newest backup is older than the time between two; after a failure a while later.
    private func isDue(_ shard: ShardThread) -> Bool {
        guard shard.report?.state == "running" else { return false }
        let now = ShardClock.now()
        if let again = retryAt.withLock({ $0[shard.partition] }), now < again { return false }
        let last = writer.folder.entries(S.name.text, shard.partition).last?.madeAt
        return last.map { now - $0 >= every } ?? true
    }

    private func make(_ shard: ShardThread) {
        guard !isStopping.load(ordering: .acquiring) else { return }
        let now = ShardClock.now()
        var result = BackupStatus.Result(partition: shard.partition, at: now.description)
        do {
            let manifest = try write(shard, at: now)
            (result.backup, result.bytes) = (manifest.backup, manifest.contentBytes)
            retryAt.withLock { $0[shard.partition] = nil }
            log.notice(
                "backup is made",
                [
                    ("partition", "\(shard.partition)"), ("backup", manifest.backup),
                    ("bytes", "\(manifest.contentBytes)"),
                ])
        } catch {
            result.reason = "\(error)"
            retryAt.withLock { $0[shard.partition] = now + Limits.backupRetry }
            log.error("backup fails", [("partition", "\(shard.partition)"), ("reason", "\(error)")])
        }
        show(result, at: now)
    }

    private func show(_ result: BackupStatus.Result, at now: Instant) {
        shown.withLock { shown in
            shown.results.removeAll { $0.partition == result.partition }
            shown.results.append(result)
            shown.results.sort { $0.partition < $1.partition }
        }
        let last = writer.folder.entries(S.name.text, result.partition).last?.madeAt
        let labels = [("partition", "\(result.partition)")]
        instance.metrics.gauge(
            "troth_backup_failed", help: "1 while the last backup of the partition failed.", labels: labels
        ).set(result.backup == nil ? 1 : 0)
        instance.metrics.gauge(
            "troth_backup_made_seconds", help: "When the newest backup of the partition was made, since 1970.",
            labels: labels
        ).set(Double(last?.value ?? 0) / 1_000_000)
    }

    private func write(_ shard: ShardThread, at now: Instant) throws -> BackupManifest {
        let copy = "\(instance.folder)/p-\(shard.partition < 10 ? "0" : "")\(shard.partition).copying"
        removeStore(copy)
        let box = CopyBox()
        guard shard.mailbox.post(.copy(copy, box)) else {
            throw BackupError.notCopied(partition: shard.partition, reason: "its thread has too much to do")
        }
        defer { removeStore(copy) }
        for _ in 0..<Limits.backupCopySeconds * 20 where box.outcome == nil {
            if isStopping.load(ordering: .acquiring) { break }
            usleep(50_000)
        }
        guard box.outcome == .copied else {
            box.abandon()
            // the file's thread has let go of it when it says so, or is gone
            for _ in 0..<100 where box.outcome == nil { usleep(50_000) }
            guard case .failed(let reason) = box.outcome else {
                throw BackupError.notCopied(partition: shard.partition, reason: "it takes too long")
            }
            throw BackupError.notCopied(partition: shard.partition, reason: reason)
        }
        return try writer.write(S.self, copy: copy, at: now)
    }

    /// Removes what is too old, once an hour, where the broker's clock agrees: it cannot be undone.
    private func sweep() {
        let now = ShardClock.now()
        guard sweepAt.withLock({ $0 }) <= now else { return }
        let due = instance.all.filter { shard in
            (writer.folder.entries(S.name.text, shard.partition) + writer.folder.streams(S.name.text, shard.partition))
                .contains { now - $0.madeAt >= Limits.backupKept }
        }
        guard !due.isEmpty else { return sweepAt.withLock { $0 = now + Limits.backupSweepEvery } }
        guard isClockProven(at: now, asking: due[0].partition) else {
            log.warning(
                "old backups wait: the broker's time is not known, or a day or more from ours",
                [("remedy", "set the clocks of the brokers and of this machine")])
            return sweepAt.withLock { $0 = now + Limits.backupRetry }
        }
        for shard in due {
            let removed = writer.folder.expire(S.name.text, shard.partition, at: now)
            log.notice("backups have expired", [("partition", "\(shard.partition)"), ("backups", "\(removed)")])
        }
        sweepAt.withLock { $0 = now + Limits.backupSweepEvery }
    }

    private func isClockProven(at now: Instant, asking partition: Int32) -> Bool {
        for turn in 0..<100 where !isStopping.load(ordering: .acquiring) {
            let proofs = instance.all.compactMap(\.clock).filter { $0.counts(at: now) }
            if let proof = proofs.max(by: { $0.askedAt < $1.askedAt }) {
                return abs(proof.askedAt - proof.broker) < Instant.day
            }
            if turn == 0 { instance.sender.withLock { $0 }?.askTime(for: partition) }
            usleep(100_000)
        }
        return false
    }
}
