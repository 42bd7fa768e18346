import Engine
import Foundation
import IdentityService
import Schema
import Store
import Support
import Testing

/// What a backup of identity holds, and what a restored file tells. Policy §3.3.
struct BackupTests {
    /// The bytes of a file as a backup holds them; unstripped, they are the file's own.
    private func bytes(of stand: TestStand<Identity>, stripped: Bool) throws -> Data {
        let path = NSTemporaryDirectory() + "troth-identity-\(UUID().uuidString)"
        defer {
            for end in ["", "-wal", "-shm", ".compact"] { try? FileManager.default.removeItem(atPath: path + end) }
        }
        try stand.shard.beginCopy(to: path)
        while try !stand.shard.stepCopy(pages: 50) {}
        let copy = try Store.open(path, migrations: Identity.allMigrations)
        if stripped { try BackupFile.strip(Identity.self, copy) }
        #expect(try stripped == (BackupFile.keyBearing(copy) == nil))
        try copy.writeCompact(to: path + ".compact")
        copy.close()
        return try Data(contentsOf: URL(filePath: path + ".compact"))
    }

    /// A town of one file, in which one has entered, and one has asked for a code.
    private func inhabited() throws -> Town {
        let town = try Town(files: 1)
        var ada = try Person(town, "ada@example.org")
        try ada.enter()
        let eve = try Person(town, "eve@example.org")
        _ = try eve.start(.register)
        return town
    }

    @Test func `what a backup holds of people is sealed to their own keys alone, and it holds no key`() throws {
        let town = try inhabited()
        let stand = town.stands[0]
        let bob = try Person(town, "bob@example.org")
        let attempt = try #require(bob.start(.register).attempt).attempt
        let code = try town.code(of: attempt)
        _ = try town.post(attempt.account) { try bob.confirmCommand(code, $0) }
        town.deliverAll(where: { $0.topic != Topics.identityKeys.name })  // his keys are made, and on their way
        let intake = town.messages(Topics.identityIntakeKeys).map(\.key.raw)
        let people = town.messages(Topics.identityKeys).flatMap { $0.keys }
        #expect(!intake.isEmpty && people.count >= 10)
        let (own, backup) = (try bytes(of: stand, stripped: false), try bytes(of: stand, stripped: true))
        // the file itself has what an intake key opens, and wrapped keys of people on their way
        #expect(intake.contains { own.range(of: Data($0)) != nil })
        #expect(people.contains { isWrapped($0, in: own) })
        // its backup has neither, and does hold what the people's keys open
        #expect(intake.allSatisfy { backup.range(of: Data($0)) == nil })
        #expect(people.allSatisfy { !isWrapped($0, in: backup) })
        #expect(people.contains { backup.range(of: Data($0.key.raw)) != nil })
    }

    /// Whether a wrapped key lies in a file: as it is, or in the JSON of a message.
    private func isWrapped(_ key: DataKey, in file: Data) -> Bool {
        guard let wrapped = key.wrapped?.bytes else { return false }
        return [Data(wrapped), Data(Base64URL.encode(wrapped).utf8)].contains { file.range(of: $0) != nil }
    }

    @Test func `a restored file tells its accounts again, under versions that nobody has heard of`() throws {
        let town = try inhabited()
        let stand = town.stands[0]
        let before = town.messages(Topics.identityAccounts)
        let file = try Store.open(stand.path, migrations: Identity.allMigrations)
        try BackupFile.strip(Identity.self, file)
        try BackupFile.adopt(
            file, incarnation: Incarnation(high: 7, low: 7), backup: "b", madeAt: .example, at: stand.now,
            reason: try #require(Remark(text: "a test")))
        file.close()
        try stand.crash()
        let told = stand.start().sent.filter { $0.topic == Topics.identityAccounts.name }
        let after = try told.map { try $0.message(AccountState.self) }
        #expect(after.map(\.account) == before.map(\.account) && after.map(\.state) == before.map(\.state))
        #expect(try #require(after.first).version.value > 1_000_000)
        #expect(stand.actions.sent.allSatisfy { $0.topic != Topics.identityAPIKeys.name })
    }
}
