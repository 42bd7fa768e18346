import Schema

/// What was sent is what is kept: of each account exactly the calls that had to be admitted, each in its state and with
/// what was sent of it; none of those to be refused, none from outside the window, none that nobody sent. A call of an
/// account that nobody knows waits, and nothing else is made of it.
package struct AdmittedAsSent: Law {
    package let needsQuiet = true
    package init() {}

    private struct Key: Hashable {
        let account: AccountID
        let callID: CallID
        let calledAt: Int64
    }

    package func judge(_ world: World) throws -> Finding {
        guard let manifest = world.manifest else {
            return Finding(name: name, ok: true, count: 0, detail: "not judged: no manifest was given")
        }
        var judgement = Judgement()
        var (open, others, waiting): ([Key: [Expected]], Set<Key>, Set<Key>) = ([:], [], [])
        for (account, calls) in manifest.entries {
            for call in calls {
                let key = Key(account: account, callID: call.callID, calledAt: call.calledAt.value)
                if case .admitted = call.expect { open[key, default: []].append(call) } else { others.insert(key) }
                if case .waiting = call.expect { waiting.insert(key) }
            }
        }
        let (refused, wait) = (others.count - waiting.count, waiting.count)
        for file in world.files(of: "metering") {
            try judge(file, &open, others, &judgement)
            if !waiting.isEmpty { try strike(file, &waiting) }
        }
        for key in waiting.sorted(by: { ($0.account, $0.callID) < ($1.account, $1.callID) }) {
            judgement.look(false, "account \(key.account): call \(key.callID) at \(key.calledAt) does not wait")
        }
        // what is past its period has gone
        let edge = try world.files(of: "metering").map { try $0.edge(.callRecords) }.max() ?? 0
        for key in open.keys.filter({ $0.calledAt >= edge }).sorted(by: {
            ($0.account, $0.callID) < ($1.account, $1.callID)
        }) {
            judgement.look(false, "account \(key.account): call \(key.callID) at \(key.calledAt) is not there")
        }
        var detail = "calls admitted, as sent; \(refused) kept out"
        if wait > 0 { detail += ", \(wait) wait" }
        if let letters = world.deadLetters, let min = manifest.deadLettersMin {
            if letters < min { judgement.breaks("\(letters) dead letters: there must be \(min) at least") }
            detail += ", \(letters) dead letters"
        }
        return judgement.finding(self, detail)
    }

    /// Strikes off the calls that wait.
    private func strike(_ file: any WorldFile, _ waiting: inout Set<Key>) throws {
        for line in try file.lines("SELECT account, callID, calledAt FROM waiting") {
            waiting.remove(Key(account: try line.id(0), callID: try line.id(1), calledAt: try line.integer(2)))
        }
    }

    private func judge(
        _ file: any WorldFile, _ open: inout [Key: [Expected]], _ others: Set<Key>, _ judgement: inout Judgement
    ) throws {
        let names = try PriceReader(file).names
        var accounts: [Int64: AccountID] = [:]
        for line in try file.lines("SELECT number, account FROM accounts") {
            accounts[try line.integer(0)] = try line.id(1)
        }
        try file.eachCall { call in
            let id = call.callID.withUnsafeBytes { CallID(raw: $0) }
            guard let account = accounts[call.account], let id else {
                return judgement.look(false, "\(call.name(file.place)): its account or id is damaged")
            }
            let key = Key(account: account, callID: id, calledAt: call.calledAt)
            guard let expected = open.removeValue(forKey: key) else {
                let why = others.contains(key) ? "had to be kept out" : "was not sent, or is there twice"
                return judgement.look(false, "\(call.name(file.place)): it \(why)")
            }
            let isAsSent = expected.contains { $0.matches(call, names) }
            judgement.look(
                isAsSent, "\(call.name(file.place)): in state \(call.state), or with a content, that is not as sent")
        }
    }
}

extension Expected {
    /// Whether a call is kept as it was sent.
    func matches(_ call: StoredCall, _ names: [Int64: String]) -> Bool {
        guard case .admitted(let state) = expect else { return false }
        let isInState =
            switch state {
            case .charged: call.state == 1
            case .free: call.state == 2
            case .unpriced: call.state == 3 || call.state == 4
            }
        guard isInState, !attempts.isEmpty else { return isInState }
        guard let content = call.content, content.attempts.count == attempts.count else { return false }
        return zip(attempts, content.attempts).allSatisfy { sent, kept in
            let units = sent.units.map { (name: $0.unit.rawValue, count: $0.count.value) }
            let stated = sent.stated.map { (currency: $0.currency.text, nano: $0.nano.value) }
            return names[kept.upstream] == sent.upstream.text && names[kept.model] == sent.model.text
                && (kept.region == 0 ? nil : names[kept.region]) == sent.region?.text
                && UnitNames.tiers[Int(kept.tier) - 1] == (sent.tierServed?.rawValue ?? "standard")
                && ["served", "cut", "failed"][Int(kept.outcome) - 1] == sent.outcome.rawValue
                && call.calledAt + kept.startedAfter == sent.startedAt.value
                && kept.durationMs == sent.durationMs.value
                && kept.units.elementsEqual(units) { kept, sent in
                    UnitNames.all[Int(kept.unit) - 1] == sent.name && kept.count == sent.count
                }
                && kept.stated.elementsEqual(stated) { $0.currency == $1.currency && $0.nano == $1.nano }
        }
    }
}
