/// A volume has no space left for a while.
package struct FullDisks: Fault {
    /// Steps between two of them, on the average; 0: none.
    let every: Int
    package init(every: Int) { self.every = every }

    package func strike(_ world: Simulation) {
        guard world.random.onceIn(every) else { return }
        world.harm(seat: world.random.below(world.seatCount), .full)
    }
}

/// A file is locked by somebody else for a while, and cannot be written.
package struct LockedFiles: Fault {
    /// Steps between two of them, on the average; 0: none.
    let every: Int
    package init(every: Int) { self.every = every }

    package func strike(_ world: Simulation) {
        guard world.random.onceIn(every) else { return }
        world.harm(seat: world.random.below(world.seatCount), .locked)
    }
}

/// A file is damaged, until it is mended.
package struct DamagedFiles: Fault {
    /// Steps between two of them, on the average; 0: none.
    let every: Int
    package init(every: Int) { self.every = every }

    package func strike(_ world: Simulation) {
        guard world.random.onceIn(every) else { return }
        world.harm(seat: world.random.below(world.seatCount), .damaged)
    }
}

/// The files are made when retention has already taken the first records of every topic.
package struct OldTopics: Fault {
    let firstOffset: Int64
    package init(firstOffset: Int64) { self.firstOffset = firstOffset }

    package func plan(_ script: inout Script) { script.firstOffset = firstOffset }
}
