import Engine
import Schema

/// Mail that is late, does not get through for now or at all, or gets through though its sender is told otherwise.
package struct MailTroubles: Fault {
    let perMille: Int
    package init(perMille: Int) { self.perMille = perMille }

    package func touch(_ fate: inout MailFate, _ random: inout SeededRandom) {
        guard random.chance(perMille: perMille) else { return }
        switch random.below(5) {
        case 0: (fate.arrives, fate.result) = (false, .failed(code: 550, isPermanent: true))
        case 1: (fate.arrives, fate.result) = (false, .failed(code: 451, isPermanent: false))
        case 2: (fate.arrives, fate.result) = (false, .failed(code: 0, isPermanent: false))
        case 3: fate.result = .failed(code: 0, isPermanent: false)  // the last word of the relay was lost
        default: fate.delay += random.within(1...2 * Instant.minute)
        }
    }
}

/// The bus's clock is days off for a while.
package struct WrongBusClock: Fault {
    /// Steps between two changes, on the average; 0: none.
    let every: Int
    package init(every: Int) { self.every = every }

    package func strike(_ world: Simulation) {
        guard world.random.onceIn(every) else { return }
        world.busClock = Int64(world.random.below(5) - 2) * 2 * Instant.day
    }
}

/// Keys files are lost, or damaged so that no key in them unwraps: they are made anew from the topics.
package struct LostKeys: Fault {
    /// Steps between two of them, on the average; 0: none.
    let every: Int
    package init(every: Int) { self.every = every }

    package func strike(_ world: Simulation) {
        if every > 0, world.random.onceIn(max(1, every / 12)) { world.crashKeyMakers() }
        guard world.random.onceIn(every) else { return }
        let seat = world.random.below(world.seatCount)
        if world.random.chance(perMille: 500) {
            world.loseKeys(seat: seat)
        } else {
            world.damageKeys(seat: seat)
        }
    }
}
