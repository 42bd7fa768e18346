import Schema

/// Accounts are opened and closed, as identity says it: most before anything runs, some later than their first calls,
/// some closed meanwhile or long ago, some never. It comes first: the other workloads act for its accounts.
package struct Accounts: Workload {
    let count: Int
    package init(count: Int) { self.count = count }

    package func plan(_ script: inout Script) {
        for account in script.someAccounts(count) {
            switch script.random.below(16) {
            case 0: script.lives.add(account, .init(arrival: .never, opened: script.start))
            case 1, 2: openLater(account, &script)
            case 3: closeMeanwhile(account, &script)
            case 4: closeLongAgo(account, .later, &script)
            case 5: closeLongAgo(account, .before, &script)
            case 6: open(account, Instant(unchecked: script.start.value - 8 * Instant.hour), &script)
            default: open(account, long(before: script), &script)
            }
        }
    }

    private func long(before script: Script) -> Instant { Instant(unchecked: script.start.value - 100 * Instant.day) }

    private func open(_ account: AccountID, _ opened: Instant, _ script: inout Script) {
        script.lives.add(account, .init(arrival: .before, opened: opened))
        publish(account, 1, opened, nil, at: before(script), &script)
    }

    private func openLater(_ account: AccountID, _ script: inout Script) {
        let opened = long(before: script)
        script.lives.add(account, .init(arrival: .later, opened: opened))
        publish(account, 1, opened, nil, at: script.moment(), &script)
    }

    /// Closed during the run: all calls are older, so whether they come before or after it makes no difference.
    private func closeMeanwhile(_ account: AccountID, _ script: inout Script) {
        let (opened, closed) = (long(before: script), script.moment())
        script.lives.add(account, .init(arrival: .before, opened: opened, closed: closed))
        publish(account, 1, opened, nil, at: before(script), &script)
        publish(account, 2, opened, closed, at: closed, &script)
    }

    /// Closed hours before the run: what was called since does not count, whenever it is heard of. The version before,
    /// which said that it was open, may come behind.
    private func closeLongAgo(_ account: AccountID, _ arrival: AccountModel.Arrival, _ script: inout Script) {
        let opened = Instant(unchecked: script.start.value - 10 * Instant.day)
        let closed = Instant(unchecked: script.start.value - 4 * Instant.hour)
        script.lives.add(
            account, .init(arrival: arrival, opened: opened, closed: closed, isClosedAtFirst: true))
        let moment = arrival == .before ? before(script) : script.moment()
        publish(account, 2, opened, closed, at: moment, &script)
        if script.random.chance(perMille: 500) {
            publish(account, 1, opened, nil, at: moment + Instant.second, &script)
        }
    }

    private func before(_ script: Script) -> Instant { Instant(unchecked: script.start.value - Instant.hour) }

    private func publish(
        _ account: AccountID, _ version: Int64, _ opened: Instant, _ closed: Instant?, at moment: Instant,
        _ script: inout Script
    ) {
        let state = AccountState(
            account: account, version: Revision(unchecked: version), state: closed == nil ? .open : .closed,
            opened: opened, closed: closed, region: script.random.pick(SubjectRegion.allCases), currency: .dollar)
        let record = script.record(account, state.encoded())
        script.publish(at: moment, to: Topics.identityAccounts, record)
        if script.random.chance(perMille: 200) { script.publish(at: moment, to: Topics.identityAccounts, record) }
    }
}
