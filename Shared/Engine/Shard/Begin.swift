import Schema
import Store

extension Shard {
    /// Compares the file with its topics. Nil: it may go on. A file that was drained may move to a new cluster.
    mutating func begin(_ now: Surroundings) throws -> Stall? {
        guard now.partitions == offsets.partitions else {
            return stall(
                .partitions,
                "the topics have \(now.partitions) partitions, the file was made for \(offsets.partitions)",
                "recreate the topics, or migrate to files of that many partitions")
        }
        if let cluster = offsets.cluster, cluster != now.cluster {
            guard offsets.isDrained else {
                return stall(
                    .cluster, "the file belongs to Kafka cluster \(cluster), this one is \(now.cluster)",
                    "connect to its own cluster, or: troth partition reset SERVICE PARTITION --reason …")
            }
            try adopt(now, restarting: true)
            try transact { [facts, now = self.now] tx in try facts.republish(now, tx) }
            note([.movedToNewCluster])
        } else {
            try adopt(now, restarting: false)
        }
        for (index, bounds) in now.bounds.enumerated() {
            if let stall = outOfRange(index, bounds) { return stall }
        }
        return nil
    }

    /// Makes the cluster the file's own and gives every input its first offset. `restarting`: inputs begin anew.
    private mutating func adopt(_ now: Surroundings, restarting: Bool) throws {
        var next = offsets.next
        var baseline = offsets.baseline
        for (index, bounds) in now.bounds.enumerated() {
            let isCompacted = inputs[index].topic.retention == .compacted
            if restarting || next[index] == nil {
                next[index] = bounds.low
                if !restarting, bounds.low > 0 { baseline[index] = bounds.high }
            } else if isCompacted, let at = next[index], at < bounds.low {
                next[index] = bounds.low
            }
        }
        guard next != offsets.next || offsets.cluster != now.cluster || offsets.isDrained else { return }
        try transact { [store, inputs] _ in
            for (index, input) in inputs.enumerated() {
                try Offsets.saveStart(store, topic: input.topic.name, next: next[index] ?? 0, baseline: baseline[index])
            }
            try store.change(.one, "UPDATE file SET cluster = \(now.cluster), drained = 0 WHERE one = 1")
        }
        (offsets.next, offsets.baseline) = (next, baseline)
        (offsets.cluster, offsets.isDrained) = (now.cluster, false)
        try keys?.begin()
    }

    private func outOfRange(_ index: Int, _ bounds: Surroundings.Bounds) -> Stall? {
        let topic = inputs[index].topic.name
        guard let next = offsets.next[index], !(bounds.low...bounds.high).contains(next) else { return nil }
        let detail =
            next < bounds.low
            ? "\(topic): offsets \(next) to \(bounds.low - 1) are gone, the file has not read them"
            : "\(topic): the file has read to offset \(next), the topic ends at \(bounds.high)"
        return stall(.offset, detail, "restore the topic, or: troth partition reset SERVICE PARTITION --reason …")
    }

    private func stall(_ reason: Stall.Reason, _ detail: String, _ remedy: String) -> Stall {
        Stall(reason: reason, detail: detail, remedy: remedy, since: now, retryAt: nil)
    }

    /// Does what an operator asks, in a transaction of its own that keeps it on record.
    mutating func carryOut(_ operation: Operation, _ around: Surroundings?) throws -> (ok: Bool, text: String) {
        switch operation {
        case .skip:
            guard case .stalled(let stall) = state, stall.reason == .handler || stall.reason == .damaged,
                let culprit = pending.first
            else {
                return (false, "the partition does not stand still on a record: there is nothing to skip")
            }
            if let base = culprit.damage {
                try pass(damageAt: base, of: culprit.input, skipping: operation)
                return (true, "skipped \(stall.detail)")
            }
            try commit(
                culprit.input, culprit.records, culprit.from..<culprit.from + 1, skipping: operation)
            pending[0].from += 1
            return (true, "skipped \(stall.detail)")
        case .release: return try release(operation)
        case .reset: return try reset(operation, around)
        case .acceptLink(let topic, let origin, _):
            var links = self.links
            guard let input = inputs.firstIndex(where: { $0.topic.name == topic }),
                let accepted = links.accept(topic: topic, origin: origin)
            else { return (false, "no rows are missing on that link: see troth partition status") }
            let text = "gave up rows \(accepted.lost.lowerBound) to \(accepted.lost.upperBound)"
            try transact { [store, now] _ in
                try links.save(store)
                try store.change(.one, "UPDATE inputs SET next = \(accepted.offset) WHERE topic = \(topic.text)")
                try Operations(store: store).insert(operation, detail: text, at: now)
            }
            self.links = links
            offsets.next[input] = accepted.offset
            return (true, text)
        }
    }

    private mutating func reset(_ operation: Operation, _ around: Surroundings?) throws -> (ok: Bool, text: String) {
        guard case .stalled(let stall) = state, stall.awaitsReset, let around else {
            return (false, "the partition does not wait for a reset: see troth partition status")
        }
        var next = offsets.next
        for (index, bounds) in around.bounds.enumerated()
        where stall.reason == .cluster || outOfRange(index, bounds) != nil {
            next[index] = bounds.low
        }
        try transact { [store, inputs, now] _ in
            for (index, input) in inputs.enumerated() {
                try store.change(
                    .one, "UPDATE inputs SET next = \(next[index] ?? 0) WHERE topic = \(input.topic.name.text)")
            }
            try store.change(.one, "UPDATE file SET cluster = \(around.cluster) WHERE one = 1")
            try Operations(store: store).insert(operation, detail: stall.detail, at: now)
        }
        offsets.next = next
        offsets.cluster = around.cluster
        return (true, "reset: \(stall.detail)")
    }
}
