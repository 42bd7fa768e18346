/// Instances are killed: between two steps, or between the actions of one.
package struct Crashes: Fault {
    /// Steps between two crashes, on the average; 0: none.
    let every: Int
    package init(every: Int) { self.every = every }

    package func strike(_ world: Simulation) {
        guard world.random.onceIn(every) else { return }
        let instance = world.random.below(world.instanceCount)
        if world.random.chance(perMille: 500) {
            world.crash(instance: instance)
        } else {
            world.crashSoon(instance: instance)
        }
    }
}

/// Partitions go from one instance to another, or to the same one anew.
package struct Rebalances: Fault {
    /// Steps between two of them, on the average; 0: none.
    let every: Int
    package init(every: Int) { self.every = every }

    package func strike(_ world: Simulation) {
        guard world.random.onceIn(every) else { return }
        world.rebalance(seat: world.random.below(world.seatCount))
    }
}

/// A producer fails for good, with what it had not sent yet, and another takes its place.
package struct NewProducers: Fault {
    /// Steps between two of them, on the average; 0: none.
    let every: Int
    package init(every: Int) { self.every = every }

    package func strike(_ world: Simulation) {
        guard world.random.onceIn(every) else { return }
        world.renewProducer(instance: world.random.below(world.instanceCount))
    }
}

/// A shard starts against a foreign cluster, topics with another number of partitions, or topics that lost records.
package struct WrongClusters: Fault {
    /// Steps between two of them, on the average; 0: none.
    let every: Int
    package init(every: Int) { self.every = every }

    package func strike(_ world: Simulation) {
        guard world.random.onceIn(every) else { return }
        world.misconfigure(seat: world.random.below(world.seatCount))
    }
}
