import Schema
import Store

/// A batch of a topic that cannot be read, and how far it is known to reach. Its reader is told where it begins, not
/// where it ends: what lies in it is passed in steps that double, and the first record behind it is found by halving.
/// So no readable record is passed, and the longest batch costs some sixty readings.
struct Damage: Equatable {
    /// Where passing it began.
    private let start: Int64
    /// The last offset that is known to lie in it: it is passed.
    private(set) var inside: Int64
    /// The first offset that is known to lie behind it.
    private(set) var outside: Int64?
    /// From where the input is read, to find out.
    private(set) var probe: Int64

    init(at offset: Int64) {
        (start, inside) = (offset, offset)
        probe = offset + 1
    }

    /// True where readable records may lie between what is passed and what is read.
    var isAhead: Bool { probe > inside + 1 }

    /// What was read from is still in it.
    mutating func reachesProbe() {
        inside = probe
        advance()
    }

    /// What was read from lies behind it.
    mutating func endsBeforeProbe() {
        outside = probe
        advance()
    }

    /// The topic ends here: there is nothing to read behind.
    mutating func limit(to high: Int64) {
        if outside == nil { probe = min(probe, max(high, inside + 1)) }
    }

    private mutating func advance() {
        probe =
            if let outside { inside + max(1, (outside - inside) / 2) } else { inside + (inside - start + 1) }
    }
}

extension Shard {
    /// A batch that begins at `base` does not decompress, or its checksum is wrong. Outsiders' records are passed, each
    /// step a dead letter; those of a service stop the partition.
    mutating func meet(damageAt base: Int64, of input: Int) {
        let topic = inputs[input].topic
        let isKnown = damages[input].map { base <= $0.inside || $0.isAhead } ?? false
        do {
            guard topic.trust == .outside || isKnown else {
                let offset = max(base, offsets.next[input] ?? 0)
                throw Unreadable(topic: topic.name, offset: offset)
            }
            try pass(damageAt: base, of: input)
        } catch {
            let stall =
                (error as? Unreadable).map { Stall.damaged($0, at: now) } ?? Stall.of(error, at: now)
                ?? .file(error, at: now)
            pending.insert(Pending(input: input, damage: base), at: 0)
            stand(still: stall)
        }
    }

    /// Passes what is known to lie in the batch, and reads on behind. `skipping`: an operator wants it.
    mutating func pass(damageAt base: Int64, of input: Int, skipping: Operation? = nil) throws {
        let next = offsets.next[input] ?? 0
        let first = max(base, next)
        var damage = Damage(at: first)
        if let known = damages[input] {
            if base <= known.inside {
                damage = known
                damage.reachesProbe()
            } else if narrow(input) {
                return  // the probe was ahead, and has met another batch
            }
        }
        let topic = inputs[input].topic.name
        try transact { [store, now, partition, offsets, damage] tx in
            tx.effects.refused.append(
                .init(topic: topic, partition: partition, offset: first, call: nil, Refusal(.damaged)))
            try offsets.save(store, topic: topic, next: damage.inside + 1, now: now)
            if let skipping {
                try Operations(store: store).insert(skipping, detail: "\(topic) offset \(first)", at: now)
            }
        }
        damages[input] = damage
        offsets.next[input] = damage.inside + 1
        note([.passed(topic: topic, from: first, to: damage.inside)])
        actions.append(.commit(input: input, next: damage.inside + 1))
        readAgain()
    }

    /// Something lies where an input is read. True: ahead of records that may be readable, so it is read again nearer.
    mutating func narrow(_ input: Int) -> Bool {
        guard var damage = damages[input] else { return false }
        guard damage.isAhead else {
            damages[input] = nil
            return false
        }
        damage.endsBeforeProbe()
        damages[input] = damage
        readAgain()
        return true
    }

    /// Nothing is applied until the inputs are assigned anew.
    mutating func readAgain() {
        (pending, state) = ([], .waiting)
        actions.append(.assign)
    }

    /// What is known of damaged batches still holds, within the topics as they are.
    mutating func keepDamages(_ around: Surroundings) {
        for (input, var damage) in damages {
            damage.limit(to: around.bounds[input].high)
            damages[input] = offsets.next[input] == damage.inside + 1 ? damage : nil
        }
    }
}

/// A batch of a service's topic that cannot be read.
struct Unreadable: Error {
    let topic: TopicName
    let offset: Int64
}
