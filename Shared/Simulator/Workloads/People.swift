import Schema

/// People register, confirm, use what is theirs and go. Some do it twice at the same time, with wrong codes, codes of
/// yesterday, from other browsers, or never to the end.
package struct People: Workload {
    let count: Int
    package init(count: Int) { self.count = count }

    package func plan(_ script: inout Script) {
        var number = 0
        while number < count {
            let email = "person.\(number)-\(String(script.random.next(), radix: 36))@post.example.org"
            let twins = number + 1 < count && script.random.chance(perMille: 300) ? 2 : 1
            for _ in 0..<twins {
                add(number, email, hasTwin: twins > 1, &script)
                number += 1
            }
        }
    }

    private func add(_ number: Int, _ email: String, hasTwin: Bool, _ script: inout Script) {
        let deeds = deeds(&script, hasTwin: hasTwin)
        // 32 bytes make a key, whatever they are
        guard
            let person = try? Person(
                number, email: email, hasTwin: hasTwin, deeds: deeds, &script.random, at: script.start)
        else { return }
        script.actors.append(person)
        script.needles += person.secrets
        // the old address may say nothing though its person would agree: mail is lost
        if deeds.contains(where: \.takesDays) { script.daysAfter = max(script.daysAfter, 4) }
    }

    private func deeds(_ script: inout Script, hasTwin: Bool) -> [Deed] {
        var deeds: [Deed] = []
        switch script.random.below(12) {
        case 0: return [.enter(.signIn, .right), .enter(.register, .right)]
        case 1: deeds = [.enter(.register, .never)]
        case 2: deeds = [.enter(.register, .wrong(5))]
        case 3: deeds = [.enter(.register, .wrong(1 + script.random.below(4)))]
        case 4: deeds = [.enter(.register, .elsewhere)]
        default: break
        }
        if deeds.isEmpty { deeds.append(.enter(.register, .right)) }
        let others: [Deed] = [
            .accept, .choose, .object, .makeKey, .makeKey, .revokeKey, .listKeys, .listChoices, .call, .call, .reuse,
            .pay, .signal, .ask(.gdprObjection, .code), .ask(.gdprWithdrawal, .session), .ask(.ccpaLimit, .apiKey),
            .ask(.gdprRestriction, .code), .ask(.gdprPortability, .apiKey),
        ]
        for _ in 0..<script.random.below(6) { deeds.append(script.random.pick(others)) }
        switch script.random.below(16) {
        case 0: deeds += [.leave(everywhere: false), .accept, .enter(.signIn, .right), .makeKey]
        case 1: deeds += [.leave(everywhere: true), .enter(.signIn, .right), .reuse]
        case 2: deeds += [.close, .accept] + (hasTwin ? [] : [.enter(.signIn, .right)])
        case 3: deeds += [.move(consents: true), .call, .accept]
        case 4: deeds += [.move(consents: false), .accept]
        case 5: deeds += [.move(consents: false), .stay]
        default: deeds += rights(&script, hasTwin: hasTwin)
        }
        return deeds
    }

    private func rights(_ script: inout Script, hasTwin: Bool) -> [Deed] {
        let access: RequestKind = script.random.pick([.gdprAccess, .ccpaKnow, .ccpaAccess, .pdpaAccess])
        // late letters leave a day or two, or nothing
        let age = script.random.within((script.random.chance(perMille: 600) ? 28 : 10) * Instant.day...31 * Instant.day)
        return switch script.random.below(10) {
        case 0: [.pay, .call, .ask(access, .code)]
        case 1: [.call, .ask(access, .session)]
        case 2: [.pay, .call, .ask(.gdprErasure, .code)] + (hasTwin ? [] : [.enter(.register, .right), .call])
        case 3: [.ask(access, .code), .ask(.ccpaDelete, .code), .accept]
        case 4: [.pay, .ask(.ccpaDelete, .session)]
        case 5: [.ask(.gdprErasure, .letter(age))]
        case 6: [.ask(.accountClosure, .session), .ask(.accountRestore, .code)]
        case 7: [.ask(.gdprRectification, .session), .call]
        case 8: [.changeMind, .call]
        default: []
        }
    }
}

extension Simulation {
    /// An address leads to one account, whoever comes in by it and however often.
    func home(of email: Email, is account: AccountID, for person: Person) {
        let box = MailRoute.box(of: email.text)
        if let known = homes[box], known != account, !moved.contains(box) {
            fail("the address of person \(person.number) leads to two accounts", law: "OneAccountPerAddress")
        }
        homes[box] = account
        guard script.lives.life(of: account).arrival == .never else { return }
        script.accounts.append(account)
        script.lives.add(account, .init(arrival: .later, opened: now))
    }

    /// A gateway tells of a call of a person's account, unless that may be closed: by him, or by his twin.
    func call(of account: AccountID) {
        if leaving.contains(account) || actors.contains(where: { ($0 as? Person)?.closing == account }) { return }
        var call = CallMaker.call(&script)
        let shift = now - call.calledAt
        call.calledAt = now
        for index in call.attempts.indices { call.attempts[index].startedAt = call.attempts[index].startedAt + shift }
        script.calls.admit(call, of: account)
        publish(script.record(account, Schema.Usage(calls: [call]).encoded()), to: Topics.meteringUsage)
    }

    /// A person pays in advance, unless the account is to be erased.
    func pay(_ account: AccountID) {
        guard !leaving.contains(account) else { return }
        let id = script.random.uuid()
        let payment = PaymentID(high: id.high, low: id.low)
        let amount = script.random.within(1...40_000_000_000)
        script.money.pay(payment, by: account, amount, isCertain: false)
        let event = script.eventID()
        script.money.ask(event, isQuestion: false, outcomes: [.done, .refused])
        let command = BillingCommand(
            topUp: TopUp(payment: payment, currency: .dollar, nano: NanoAmount(unchecked: amount)),
            replyTo: ReplyAddress(asker: .troth, partition: PartitionNumber(unchecked: 0)))
        publish(script.record(account, command.encoded(), id: event), to: Topics.billingCommands)
    }
}
