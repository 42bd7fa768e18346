import Foundation
import Kafka
package import Schema

/// The people of a story, from their registration to the count of their mail. One thread owns it; what takes its time
/// goes on beside it.
package final class Town {
    /// What a file beside the data tells `troth verify`: what must be found nowhere but in mail.
    package let needleFile: String
    /// The accounts, a line each.
    package let accountsFile: String
    private let door: Door
    private var cast: Cast
    package private(set) var residents: [Resident] = []
    private var opened = 0
    private var mails = MailCount()
    private var needles: [String] = []
    private var settling: Background<Door.Settled>?
    private var trying: Background<Door.Tried>?

    package init(_ kafka: KafkaOptions, data: String, manifest: String, seed: UInt64) {
        door = Door(kafka, data: data)
        cast = Cast(seed: seed)
        (needleFile, accountsFile) = ("\(manifest).people", "\(data).accounts")
    }

    /// The accounts, in the order in which they were opened.
    package var accounts: [AccountID] { residents.map(\.account) }
    /// Who closes the account at the end.
    package var last: Resident? { residents.last }

    /// Begins to let people settle.
    package func begin(_ count: Int, groups: Int) throws(Failure) {
        let (door, visitors) = (door, cast.people(count))
        settling = try Background("settling") { () throws(Failure) in try door.settle(visitors, groups: groups) }
    }

    /// True while people settle.
    package var isSettling: Bool { settling.map { $0.result == nil } ?? false }

    /// Waits until they have, with rows.
    package func finish(_ words: String, _ evidence: inout Evidence) throws(Failure) {
        guard let settled = try settling?.join() else { return }
        settling = nil
        let count = settled.residents.count
        residents += settled.residents
        opened += settled.opened
        mails += settled.mails
        needles += settled.residents.flatMap(\.needles)
        let distinct = Set(residents.map(\.account)).count
        evidence.add(
            "people registered \(words)", "\(settled.opened) of \(count), each with an account of its own",
            settled.opened == count && distinct == residents.count && count > 0)
        evidence.add(
            "policy \(PolicyVersion.current.text) accepted, cookies chosen, API key made",
            "\(settled.kept) of \(count)", settled.kept == count)
    }

    /// Begins to try what must be refused.
    package func beginTrials() throws(Failure) {
        let (door, some, stranger) = (door, Array(residents.prefix(Trials.people)), cast.people(1)[0])
        trying = try Background("trials") { () throws(Failure) in try door.tryAll(some, stranger: stranger) }
    }

    /// True while that goes on.
    package var isTrying: Bool { trying.map { $0.result == nil } ?? false }

    /// Waits for what came of it, with rows.
    package func finishTrials(_ evidence: inout Evidence) throws(Failure) {
        guard let tried = try trying?.join() else { return }
        trying = nil
        mails += tried.mails
        needles += tried.needles
        for row in tried.rows { evidence.add(row.done, row.evidence, row.ok) }
    }

    /// Somebody closes the account; returns when it was surely still open, and when it was surely closed.
    package func close(_ resident: Resident) throws(Failure) -> (before: Instant, after: Instant) {
        let before = TimeText.now()
        _ = try door.registrar().settled([try IdentityOrder(.close, by: resident.visitor.person)])
        mails.notices += 1
        return (before, TimeText.now())
    }

    /// Something more that must be found nowhere but in mail.
    package func learn(_ more: [String]) { needles += more }

    /// Writes the accounts' file and what must be found nowhere, for its owner alone.
    package func write() throws(Failure) {
        try AccountsFile.write(accounts, to: accountsFile)
        try TextFile.write(Array((needles.joined(separator: "\n") + "\n").utf8), to: needleFile)
        chmod(needleFile, 0o600)
    }

    /// Counts the mail and the accounts that identity tells of, which the `auditor` may read, waiting for mail that is
    /// on its way.
    package func count(by auditor: KafkaOptions, _ waiting: Waiting, _ evidence: inout Evidence) throws(Failure) {
        let folder = "\(DataFolder(door.data).maildir)/new"
        var found = 0
        try? waiting.until(seconds: Limits.storyMailSeconds, or: "mail is missing") { () throws(Failure) in
            found = ((try? FileManager.default.contentsOfDirectory(atPath: folder)) ?? []).count
            return found >= self.mails.all ? nil : "\(found) of \(self.mails.all) mails are written"
        }
        evidence.add(
            "mail written", "\(found): \(mails.codes) codes and \(mails.notices) notices, as many as were due",
            found == mails.all)
        let states = try accountStates(auditor)
        let closed = states.values.count { $0 == .closed }
        evidence.add(
            "accounts that there are", "\(states.count) for \(opened) registered people, \(closed) closed",
            states.count == opened && Set(states.keys) == Set(accounts))
    }

    /// The last state of each account on `identity.accounts`.
    private func accountStates(_ kafka: KafkaOptions) throws(Failure) -> [AccountID: AccountStanding] {
        var states: [AccountID: (version: Revision, state: AccountStanding)] = [:]
        do {
            try kafka.reader().read(topic: Topics.identityAccounts.name.text) { message in
                guard let value = message.value,
                    let state = try? AccountState.decode(value, contentType: .json, from: .service)
                else { return }
                if let known = states[state.account], known.version >= state.version { return }
                states[state.account] = (state.version, state.state)
            }
        } catch let error as KafkaError {
            throw kafka.failure(error)
        } catch {
            throw (error as? Failure) ?? .unreachable("\(error)")
        }
        return states.mapValues(\.state)
    }
}
