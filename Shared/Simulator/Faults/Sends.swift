import Schema

/// Messages that their sender is told are not in the log. Some are all the same; what was sent behind them may be too.
package struct FailedSends: Fault {
    let perMille: Int
    package init(perMille: Int) { self.perMille = perMille }

    package func touch(_ fate: inout SendFate, _ random: inout SeededRandom) {
        guard random.chance(perMille: perMille) else { return }
        fate.isAcknowledged = false
        fate.isAppended = random.chance(perMille: 250)
    }
}

/// Messages that are in the log twice or more: at once, or again much later.
package struct DuplicateSends: Fault {
    let perMille: Int
    package init(perMille: Int) { self.perMille = perMille }

    package func touch(_ fate: inout SendFate, _ random: inout SeededRandom) {
        guard random.chance(perMille: perMille) else { return }
        if random.chance(perMille: 500) { fate.copies += 1 } else { fate.lateCopies += 1 }
    }
}

/// Messages that stay on their way for a while, and those behind them too.
package struct DelayedSends: Fault {
    let perMille: Int
    /// Microseconds.
    let longest: Int64
    package init(perMille: Int, upTo longest: Int64) { (self.perMille, self.longest) = (perMille, longest) }

    package func touch(_ fate: inout SendFate, _ random: inout SeededRandom) {
        guard random.chance(perMille: perMille) else { return }
        fate.delay = random.chance(perMille: 800) ? random.within(1...Instant.second) : random.within(1...longest)
    }
}
