import Schema

/// Once nothing is on its way, metering and billing know every account as identity does, and the last version of its
/// record in `identity.accounts` says the same.
package struct AccountsAreTold: Law {
    package let needsQuiet = true
    package init() {}

    private struct Told: Equatable {
        var version: Int64
        var state: String
        var currency: String
    }

    package func judge(_ world: World) throws -> Finding {
        var judgement = Judgement()
        let identity = try accounts(world, "identity", "subject")
        let published = try self.published(world)
        for service in ["metering", "billing"] where !world.files(of: service).isEmpty {
            let known = try accounts(world, service, "account")
            for (account, row) in identity.sorted(by: { $0.key.text < $1.key.text }) {
                judgement.look(
                    known[account] == row, "\(service) knows \(account) otherwise than identity, or not at all")
            }
        }
        for (account, row) in identity.sorted(by: { $0.key.text < $1.key.text }) {
            guard let published else { continue }
            judgement.look(published[account] == row, "identity.accounts tells of \(account) otherwise than identity")
        }
        return judgement.finding(self, "accounts")
    }

    private func accounts(_ world: World, _ service: String, _ id: String) throws -> [AccountID: Told] {
        var found: [AccountID: Told] = [:]
        for file in world.files(of: service) {
            for line in try file.lines("SELECT \(id), version, state, currency FROM accounts") {
                found[try line.id(0)] = Told(
                    version: try line.integer(1), state: try line.text(2), currency: try line.text(3))
            }
        }
        return found
    }

    private func published(_ world: World) throws -> [AccountID: Told]? {
        var last: [AccountID: Told] = [:]
        let isSeen = try world.messages(of: Topics.identityAccounts) { state, _ in
            let told = Told(
                version: state.version.value, state: state.state.rawValue, currency: state.currency.text)
            if let known = last[state.account], known.version > told.version { return }
            last[state.account] = told
        }
        return isSeen ? last : nil
    }
}
