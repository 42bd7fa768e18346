import Invariants
import Schema

/// Batches that do not decompress: outsiders publish some, and a replica of a service's topic has some for a while.
package struct DamagedBatches: Fault {
    /// Records that outsiders publish in such batches.
    let records: Int
    /// Steps between two of a service's, on the average; 0: none.
    let every: Int
    package init(records: Int, every: Int) { (self.records, self.every) = (records, every) }

    package func plan(_ script: inout Script) {
        for _ in 0..<records {
            let account = script.someAccounts(3).last ?? .example
            let call = CallMaker.call(&script)
            script.calls.refuse(call, of: account, .refused)
            let record = script.record(account, Schema.Usage(calls: [call]).encoded())
            script.publish(at: script.moment(), to: Topics.meteringUsage, record, .refused(.damaged))
        }
    }

    package func strike(_ world: Simulation) {
        guard world.random.onceIn(every) else { return }
        world.damageBatch(seat: world.random.below(world.seatCount))
    }
}
