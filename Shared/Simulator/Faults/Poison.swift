import Invariants
import Schema

/// Outsiders publish what must be refused: each record leaves a dead letter with its reason, and nothing else.
package struct Poison: Fault {
    let records: Int
    package init(records: Int) { self.records = records }

    package func plan(_ script: inout Script) {
        for _ in 0..<records {
            let account = script.someAccounts(1 + script.random.below(8)).last ?? .example
            switch script.random.below(4) {
            case 0: plainUsage(account, &script)
            case 1: badCalls(account, &script)
            case 2: command(account, &script)
            default: elsewhere(account, &script)
            }
        }
    }

    private func usage(
        _ record: BusRecord, _ reason: Refusal.Reason, partition: Int32? = nil, _ script: inout Script
    ) {
        script.publish(
            at: script.moment(), to: Topics.meteringUsage, partition: partition, record, .refused(reason))
    }

    /// Records that are refused whole.
    private func plainUsage(_ account: AccountID, _ script: inout Script) {
        let call = CallMaker.call(&script)
        script.calls.refuse(call, of: account, .refused)
        let good = Schema.Usage(calls: [call])
        var record = script.record(account, good.encoded())
        let anywhere = Int32(script.random.below(Int(script.partitions)))
        switch script.random.below(9) {
        case 0:
            record.value = Array(good.encoded().dropLast(3))
            usage(record, .malformed, &script)
        case 1:
            record.value = Array(#"{"prompt":"hello","#.utf8) + good.encoded().dropFirst()
            usage(record, .unknownField, &script)
        case 2:
            record.headers.append((name: "troth-link", value: Array("metering/0/\(Incarnation.example)/1".utf8)))
            usage(record, .linkHeader, &script)
        case 3:
            record.key = nil
            usage(record, .badKey, partition: anywhere, &script)
        case 4:
            record.key = Array("customer-17".utf8)
            usage(record, .badKey, partition: anywhere, &script)
        case 5:
            record.value = nil
            usage(record, .malformed, &script)
        case 6:
            record.value = Array(repeating: 32, count: 66_000)
            usage(record, .tooBig, &script)
        case 7:
            record = script.record(account, good.encoded(), form: "text/csv")
            usage(record, .unknownContentType, &script)
        default:
            record = script.record(account, Array(good.encodedProtobuf().dropLast(5)), form: "application/protobuf")
            usage(record, .malformed, &script)
        }
    }

    /// Calls that are refused beside one that is taken.
    private func badCalls(_ account: AccountID, _ script: inout Script) {
        let good = CallMaker.call(&script)
        var bad = CallMaker.call(&script)
        script.send(good, of: account)
        var reason = Refusal.Reason.outsideWindow
        // what it costs is known only of a call that its account takes
        let isTaken =
            script.lives.life(of: account).arrival == .before && script.lives.refusal(bad, of: account) == nil
        switch script.random.below(isTaken ? 4 : 3) {
        case 0: bad.calledAt = Instant(unchecked: script.start.value - 95 * Instant.day)
        case 1: bad.calledAt = script.start + 200 * Instant.day
        case 2:
            bad.attempts[0].number = AttemptNumber(unchecked: 7)
            reason = .wrongValue
        default:
            bad.attempts = [tooDear(bad.attempts[0])]
            reason = .wrongValue
        }
        script.calls.refuse(bad, of: account, reason == .outsideWindow ? .outside : .refused)
        let both = Schema.Usage(calls: script.random.chance(perMille: 500) ? [good, bad] : [bad, good])
        let isBinary = script.random.chance(perMille: 500)
        let record = script.record(
            account, isBinary ? both.encodedProtobuf() : both.encoded(),
            form: isBinary ? "application/protobuf" : "application/json")
        usage(record, reason, &script)
    }

    /// An attempt that costs more than there is.
    private func tooDear(_ attempt: Attempt) -> Attempt {
        var attempt = attempt
        attempt.upstream = UpstreamName(unchecked: "up-0")
        attempt.model = ModelName(unchecked: "model-huge")
        (attempt.region, attempt.tierServed, attempt.outcome) = (nil, nil, .served)
        attempt.units = [UnitCount(unit: .textIn, count: UnitQuantity(unchecked: UnitQuantity.range.upperBound))]
        return attempt
    }

    /// Commands that nobody can carry out.
    private func command(_ account: AccountID, _ script: inout Script) {
        let id = script.random.uuid()
        let payment = PaymentID(high: id.high, low: id.low)
        let topUp = TopUp(payment: payment, currency: .dollar, nano: NanoAmount(unchecked: 5))
        let address = ReplyAddress(asker: .troth, partition: PartitionNumber(unchecked: 0))
        var record = script.record(account, BillingCommand(topUp: topUp, replyTo: address).encoded())
        var reason = Refusal.Reason.wrongValue
        switch script.random.below(4) {
        case 0:
            let nothing = TopUp(payment: payment, currency: .dollar, nano: NanoAmount(unchecked: 0))
            record.value = BillingCommand(topUp: nothing, replyTo: address).encoded()
        case 1:
            let nowhere = ReplyAddress(asker: .troth, partition: PartitionNumber(unchecked: 99))
            record.value = BillingCommand(topUp: topUp, replyTo: nowhere).encoded()
        case 2:
            record.headers.removeAll { $0.name == "ce_id" }
            reason = .missingIdentity
        default:
            record.value = Array("{}".utf8)
            reason = .missingField
        }
        script.publish(at: script.moment(), to: Topics.billingCommands, record, .refused(reason))
    }

    /// Records on topics that are not their writer's.
    private func elsewhere(_ account: AccountID, _ script: inout Script) {
        let anywhere = Int32(script.random.below(Int(script.partitions)))
        let total = Total(
            account: account, hour: Hour(of: script.start), currency: .dollar, calls: CallCount(unchecked: 1),
            nano: NanoAmount(unchecked: 1_000_000), millionths: Millionths(unchecked: 0),
            revision: Revision(unchecked: 9))
        var record = BusRecord(
            key: nil, value: Totals(totals: [total]).encoded(), headers: script.headers(form: "application/protobuf"))
        if script.random.chance(perMille: 500) {
            record.headers.append((name: "troth-link", value: Array("billing/0/\(Incarnation.example)/1".utf8)))
        }
        guard script.random.chance(perMille: 500) else {
            let junk = BusRecord(
                key: Array("price/a/b".utf8), value: Array("{\"priceList\":7}".utf8), headers: script.headers())
            return script.publish(
                at: script.moment(), to: Topics.meteringConfig, partition: anywhere, junk, .refused(.wrongValue))
        }
        script.publish(
            at: script.moment(), to: Topics.meteringTotals, partition: anywhere, record, .refused(.missingLink))
    }
}
