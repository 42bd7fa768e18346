import Schema

/// Time passes at once, as for a process that was suspended.
package struct ClockJumps: Fault {
    /// Steps between two of them, on the average; 0: none.
    let every: Int
    /// Microseconds.
    let longest: Int64
    package init(every: Int, upTo longest: Int64) { (self.every, self.longest) = (every, longest) }

    package func strike(_ world: Simulation) {
        guard world.random.onceIn(every) else { return }
        world.jump(world.random.within(1...longest))
    }
}

/// The clocks of instances differ, so that a file's time stands still when it moves to a slow one.
package struct ClockSkew: Fault {
    /// Microseconds, in both directions.
    let most: Int64
    package init(upTo most: Int64) { self.most = most }

    package func plan(_ script: inout Script) { script.skewMax = most }
}
