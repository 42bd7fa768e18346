import Engine
import Schema
import Store

/// What faults can do to the keys beside a file.
extension Simulation {
    /// A partition is closed and opens again without its keys file.
    package func loseKeys(seat index: Int) {
        guard seats[index].keysKeeper != nil else { return }
        restart(seats[index])
        loseKeys(seats[index])
    }

    /// Kills who has made keys that nobody has read yet: the file has to wait for them to come back.
    func crashKeyMakers() {
        let sql: SQL = """
            SELECT 1 FROM outbox JOIN links ON links.number = outbox.link WHERE links.topic = 'identity.keys'
            LIMIT 1 /* scan: a fault */
            """
        for seat in seats where seat.keysKeeper != nil && seat.running != nil && seat.harm == nil {
            let found: Int64?? = try? seat.keeper.first(value: sql)
            if found ?? nil != nil { return crash(instance: seat.instance) }
        }
    }

    /// No key of a keys file unwraps any more.
    package func damageKeys(seat index: Int) {
        guard let keeper = seats[index].keysKeeper else { return }
        rebalance(seat: index)
        trace.note(now) { "the keys of \(name(seats[index])) are damaged" }
        do {
            // the last byte of a wrapped key is of its tag
            try keeper.execute(
                """
                UPDATE dataKeys SET wrapped = CAST(substr(wrapped, 1, length(wrapped) - 1) || x'00' AS BLOB)
                WHERE wrapped NOT NULL
                """)
        } catch {
            trace.note(now) { "they could not be damaged: \(Trace.text(error))" }
        }
    }

    /// The keys file is removed; the next start reads the keys' topics from their beginning.
    func restoreKeys(_ seat: Seat) {
        restart(seat)
        loseKeys(seat)
    }

    /// A file that is closed loses its keys file.
    func loseKeys(_ seat: Seat) {
        guard seat.running == nil, let keeper = seat.keysKeeper else { return }
        do {
            for table in ["begun", "keyRecords", "dataKeys", "intakeKeys", "secretChecks"] {
                try keeper.execute("DELETE FROM \(table)")
            }
            let inputs = scenario.services[seat.service].inputs
            for index in inputs.indices where inputs[index].priority == .keys { seat.committed[index] = 0 }
            trace.note(now) { "\(name(seat)) has lost its keys file" }
        } catch {
            fail("\(name(seat)) could not lose its keys: \(error)", law: "SimulatorWorks")
        }
    }
}
