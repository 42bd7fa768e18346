import Foundation
import Schema
import Seal

/// What it costs to seal and to open a field of 40 bytes, in this process.
struct SealRun {
    static let figureNames = ["seal.seal_ns", "seal.open_ns"]

    func measure() throws -> [Figure] {
        let key = try SecretBytes(random: 32)
        let subject = SubjectID.example.raw
        let name = KeyID.example.raw
        let random = try SystemRandom.bytes(16)
        let text = Array("somebody-with-a-long-name@mail.example.org".utf8)
        func seal() throws -> [UInt8] {
            try SealedField.seal(
                text, category: KeyCategory.account.sealNumber, fieldID: Email.sealID, keyID: name, subject: subject,
                dataKey: key, random: random)
        }
        let sealed = try seal()
        let sealing = try nanoseconds { try seal().count }
        let opening = try nanoseconds { try SealedField.open(sealed, subject: subject, dataKey: key).count }
        return [
            Figure(name: Self.figureNames[0], value: sealing, unit: "ns"),
            Figure(name: Self.figureNames[1], value: opening, unit: "ns"),
        ]
    }

    /// The median of several rounds.
    private func nanoseconds(_ once: () throws -> Int) throws -> Double {
        let rounds = try (0..<Limits.sealRounds).map { _ in
            var bytes = 0
            let began = ContinuousClock.now
            for _ in 0..<Limits.sealsARound { bytes += try once() }
            let took = ContinuousClock.now - began
            guard bytes > 0 else { throw BenchError.failed("nothing was sealed") }
            return Double(took.components.attoseconds) / 1e9 / Double(Limits.sealsARound)
                + Double(took.components.seconds) * 1e9 / Double(Limits.sealsARound)
        }
        return rounds.sorted()[Limits.sealRounds / 2]
    }
}
