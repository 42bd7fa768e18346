import Engine
import Invariants
import Schema

/// Compares a world at rest with what the script promised.
struct Judge {
    let world: Simulation
    var script: Script { world.script }

    init(_ world: Simulation) { self.world = world }

    /// What was found, by the name of what should be.
    func findings() throws -> [Finding] {
        var hours: [HourKey: (revision: Int64, femto: Int128)] = [:]
        let letters = turnedAway()
        let calls = try judgeCalls(&hours, letters)
        let all = world.hoursSeen.merging(hours) { $1 }
        return [
            judgeDeadLetters(), calls, try judgeTurnedAway(letters), try judgeHours(hours), try judgeMoney(all),
            judgeReplies(), try judgePeople(),
        ]
    }

    /// Keeps what hours have cost before they go.
    func remember() throws {
        var hours: [HourKey: (revision: Int64, femto: Int128)] = [:]
        _ = try judgeCalls(&hours, [:])
        world.hoursSeen.merge(hours) { $1 }
    }

    /// True where calls and hours of then may be gone: 90 days, the first not counted; or refused, after 89.
    func mayBeGone(_ moment: Int64) -> Bool {
        let wasOld = script.start.value + world.jumped + 2 * Instant.hour - moment > 89 * Instant.day
        return wasOld || world.now.value >= (moment / Instant.day + 91) * Instant.day
    }

    struct HourKey: Hashable {
        let account: AccountID
        let hour: Int64
    }

    func files(of service: String) -> [SeatFile] {
        world.seats.filter { world.scenario.services[$0.service].name == service }.map {
            SeatFile(service: service, seat: $0)
        }
    }

    func finding(_ name: String, _ count: Int, _ wrong: [String]) -> Finding {
        Finding(name: name, ok: wrong.isEmpty, count: wrong.isEmpty ? count : wrong.count, detail: wrong.first ?? "")
    }

    /// Each admitted call is kept once, at the price of the list that its row names; no other is.
    private func judgeCalls(
        _ hours: inout [HourKey: (revision: Int64, femto: Int128)], _ letters: TurnedAway
    ) throws -> Finding {
        var wrong: [String] = []
        var seen: Set<CallModel.Identity> = []
        for file in files(of: "metering") {
            let lists = try priceLists(file)
            for row in try file.rows(
                """
                SELECT a.account, c.calledAt, c.callID, c.state, c.nano, c.millionths, c.lists, c.version
                FROM calls c JOIN accounts a ON a.number = c.account ORDER BY 1, 2, 3 /* scan: the judge */
                """)
            {
                let identity = CallModel.Identity(
                    account: row[0].identifier(), calledAt: Instant(unchecked: row[1].integer),
                    callID: row[2].identifier())
                let place = "metering/\(file.partition): call \(identity.callID)"
                if !seen.insert(identity).inserted { wrong.append("\(place) is kept in two files") }
                let names = Judge.varints(row[6].bytes).map { $0 == 0 ? nil : lists[$0] }
                let found = PriceModel.Charge(
                    state: row[3].integer, femto: Int128(row[4].integer) * 1_000_000 + Int128(row[5].integer))
                let contents = script.calls.contents(of: identity)
                let allowed = contents.map { script.prices.charge($0, by: names) }
                if contents.isEmpty {
                    let unwanted = script.calls.unwanted.first { $0.identity == identity }
                    wrong.append(
                        "\(place) is kept, and should not be: \(unwanted.map { "\($0.fate)" } ?? "nobody sent it")")
                }
                if !contents.isEmpty, !allowed.contains(found) {
                    wrong.append("\(place) costs \(found), by \(names); it should be \(allowed)")
                }
                if world.leaving.contains(identity.account) { continue }
                let hour = HourKey(account: identity.account, hour: Hour(of: identity.calledAt).value)
                let sum = hours[hour] ?? (0, 0)
                hours[hour] = (sum.revision + row[7].integer, sum.femto + found.femto)
            }
        }
        for identity in script.calls.order
        where !seen.contains(identity) && !mayHaveWaitedTooLong(identity, letters)
            && !world.leaving.contains(identity.account) && !mayBeGone(identity.calledAt.value)
        {
            wrong.append(
                "call \(identity.callID) of \(identity.account) at \(identity.calledAt) was sent and is not kept")
        }
        return finding("CallsAsSent", script.calls.order.count, wrong)
    }

    private func priceLists(_ file: SeatFile) throws -> [Int64: PriceModel.ListName] {
        var lists: [Int64: PriceModel.ListName] = [:]
        for row in try file.rows("SELECT number, provider, model, version FROM priceLists /* scan: the judge */") {
            lists[row[0].integer] = .init(provider: row[1].text, model: row[2].text, version: row[3].integer)
        }
        return lists
    }

    /// Each hour is posted once, whole nano-units of its sum.
    private func judgeHours(_ hours: [HourKey: (revision: Int64, femto: Int128)]) throws -> Finding {
        var wrong: [String] = []
        var count = 0
        for file in files(of: "billing") {
            for row in try file.rows(
                "SELECT account, hour, revision, nano, exact FROM postedHours ORDER BY 1, 2 /* scan: the judge */")
            {
                let key = HourKey(account: row[0].identifier(), hour: row[1].integer)
                if world.leaving.contains(key.account) || mayBeGone(key.hour) { continue }
                count += 1
                guard let sum = hours[key] else {
                    wrong.append(
                        "billing/\(file.partition): hour \(key.hour) of \(key.account) is posted, and has no calls")
                    continue
                }
                let found = Int128(row[3].integer) * 1_000_000 + Int128(row[4].integer)
                if found != sum.femto || row[2].integer != sum.revision {
                    wrong.append(
                        "billing/\(file.partition): hour \(key.hour) of \(key.account) is posted at \(found) "
                            + "revision \(row[2].integer); its calls cost \(sum.femto) in \(sum.revision)")
                }
            }
        }
        let kept = hours.keys.count { !mayBeGone($0.hour) }
        if count != kept { wrong.append("\(count) hours are posted, \(kept) have calls") }
        return finding("HoursAsSent", count, wrong)
    }

    /// Each command is answered, and a repeated one with its first answer.
    private func judgeReplies() -> Finding {
        var replies: [String: Set<[UInt8]>] = [:]
        let topic = Bus.index(of: Topics.trothReplies.name) ?? 0
        for partition in 0..<world.bus.partitionCount(topic) {
            for record in world.bus.all(topic, partition) {
                replies[String(decoding: record.key ?? [], as: UTF8.self), default: []].insert(record.value ?? [])
            }
        }
        var wrong: [String] = []
        for asked in script.money.asked where !asked.isSilent {
            guard let answers = replies[asked.id] else {
                wrong.append("command \(asked.id) has no answer")
                continue
            }
            if !asked.isQuestion, answers.count > 1 { wrong.append("command \(asked.id) has \(answers.count) answers") }
            for bytes in answers {
                let reply = try? bytes.withUnsafeBytes { try Reply.decode($0, contentType: .json, from: .service) }
                guard let reply, asked.outcomes.contains(reply.outcome) else {
                    wrong.append("command \(asked.id) is answered \(reply.map { $0.outcome.rawValue } ?? "illegibly")")
                    continue
                }
            }
        }
        return finding("CommandsAnswered", script.money.asked.count, wrong)
    }

    /// Each record that must be refused has a dead letter with its reason, and no other has one.
    private func judgeDeadLetters() -> Finding {
        var found: [Place: Set<Refusal.Reason>] = [:]
        for (place, reason) in letters { found[place, default: []].insert(reason) }
        var wrong: [String] = []
        for (place, promise) in world.promises {
            guard case .refused(let reason) = promise else { continue }
            let reasons = found.removeValue(forKey: place) ?? []
            if !reasons.contains(reason) {
                wrong.append("\(place) must be refused as \(reason.rawValue): \(reasons.map(\.rawValue).sorted())")
            }
        }
        // which of two contents comes first, and what a version is newer than, is decided by the order of records
        var judgedElsewhere: Set<Refusal.Reason> = [.conflict, .staleVersion, .closedAccount, .unknownAccount]
        if world.jumped > Instant.day { judgedElsewhere.insert(.outsideWindow) }  // old calls have become too old
        let others = found.filter { !$0.value.isSubset(of: judgedElsewhere) }
        if let other = others.map({ "\($0.key): \($0.value.map(\.rawValue).sorted())" }).min() {
            wrong.append("\(other) is refused, and should not be")
        }
        return finding("RefusedAsSent", world.promises.count, wrong)
    }

    private static func varints(_ bytes: [UInt8]) -> [Int64] {
        var numbers: [Int64] = []
        var (number, shift): (Int64, Int64) = (0, 0)
        for byte in bytes {
            number |= Int64(byte & 0x7f) << shift
            shift += 7
            guard byte < 0x80 else { continue }
            numbers.append(number)
            (number, shift) = (0, 0)
        }
        return numbers
    }
}

extension Cell {
    /// The number, or 0.
    var integer: Int64 { if case .integer(let value) = self { value } else { 0 } }
    /// The text, or none.
    var text: String { if case .text(let value) = self { value } else { "" } }
    /// The bytes, or none.
    var bytes: [UInt8] { if case .blob(let value) = self { value } else { [] } }
    /// The identifier in its 16 bytes; zeros where there is none.
    func identifier<ID: Identifier>() -> ID { bytes.withUnsafeBytes { ID(raw: $0) } ?? ID(high: 0, low: 0) }
}
