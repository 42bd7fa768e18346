import Foundation
import Schema

/// Somebody who is erased between the backup and the loss: the restored files know nothing of the person, and neither
/// does who has the backups and every key that is left. Policy §3.3, §8.3.
struct DrillErasure {
    let kafka: KafkaOptions
    let data: String
    let stack: Stack
    let seed: UInt64
    let waiting: Waiting

    /// What verify is told of the person.
    var erased: String { "\(data).erased" }
    private var manifest: String { "\(data).erased.jsonl" }

    /// Somebody comes in, pays and calls, before the backup.
    func settle() throws(Failure) -> Resident {
        var cast = Cast(seed: seed &+ 5)
        let settled = try Door(kafka, data: data).settle(cast.people(1), groups: 1)
        guard let person = settled.residents.first else { throw .check("nobody came in to be erased") }
        _ = try Payments(kafka, waiting).make(Payments.make([person.account], seed: seed &+ 5))
        try Leaving.call(person.account, kafka, manifest, seed: seed &+ 5, waiting)
        return person
    }

    /// The person is erased; then the backups from before are looked through.
    func erase(_ person: Resident, in folder: BackupFolder, keyFile: String, _ evidence: inout Evidence) throws(Failure)
    {
        let keys = try OldBackups.keys(of: person.account, kafka)
        let command = CommandRun(data: data, kafka: kafka)
        _ = try Rights(command: command, stack: stack, waiting: waiting).erase(person, &evidence)
        try TextFile.write(Array("\(person.account.text)\n".utf8), to: erased)
        try Quiet(stack, waiting).wait()
        let found = try OldBackups(
            folder: folder, keyFile: keyFile, data: data, needles: person.needles, keys: keys
        ).look()
        evidence.add(
            "the backups from before the erasure, with every key that is left",
            "\(found.files) files: \(found.clear) places in clear; of \(found.sealed) values under the person's keys "
                + "\(found.opened) open, of other people's \(found.others)",
            found.clear == 0 && found.sealed > 0 && found.opened == 0 && found.others > 0)
    }
}
