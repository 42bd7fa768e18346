import Engine
import Schema
import Seal
import Synchronization

/// The secrets of a simulated deployment: the seed's, and so is all chance of keys, nonces and ids.
enum SeededSecrets {
    static func make(seed: UInt64) throws -> Secrets {
        let state = Mutex(SeededRandom(seed: seed, stream: 7))
        let draw: @Sendable (Int) -> [UInt8] = { count in
            state.withLock { random in (0..<count).map { _ in UInt8(truncatingIfNeeded: random.next()) } }
        }
        func key() throws -> SecretKey { SecretKey(try SecretBytes(copying: draw(32))) }
        var keks: [KeyCategory: SecretKey] = [:]
        for category in KeyCategory.allCases { keks[category] = try key() }
        var peppers: [Pepper: SecretKey] = [:]
        for pepper in Pepper.allCases { peppers[pepper] = try key() }
        let signing = try SigningKey(key().bytes)
        return Secrets(
            keks: keks, peppers: peppers, suppression: try key(), signing: signing,
            trusted: Dictionary(uniqueKeysWithValues: Set(Topics.all.map(\.owner)).map { ($0, [signing.publicBytes]) }),
            randomness: Randomness(
                bytes: draw, secret: { count throws(SealError) in try SecretBytes(copying: draw(count)) }))
    }
}
