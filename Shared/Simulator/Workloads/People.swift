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
        if deeds.contains(where: \.isMove) { script.daysAfter = max(script.daysAfter, 4) }
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
        ]
        for _ in 0..<script.random.below(6) { deeds.append(script.random.pick(others)) }
        switch script.random.below(10) {
        case 0: deeds += [.leave(everywhere: false), .accept, .enter(.signIn, .right), .makeKey]
        case 1: deeds += [.leave(everywhere: true), .enter(.signIn, .right), .reuse]
        case 2: deeds += [.close, .accept] + (hasTwin ? [] : [.enter(.signIn, .right)])
        case 3: deeds += [.move(consents: true), .call, .accept]
        case 4: deeds += [.move(consents: false), .accept]
        case 5: deeds += [.move(consents: false), .stay]
        default: break
        }
        return deeds
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
        if actors.contains(where: { ($0 as? Person)?.closing == account }) { return }
        var call = CallMaker.call(&script)
        let shift = now - call.calledAt
        call.calledAt = now
        for index in call.attempts.indices { call.attempts[index].startedAt = call.attempts[index].startedAt + shift }
        script.calls.admit(call, of: account)
        publish(script.record(account, Schema.Usage(calls: [call]).encoded()), to: Topics.meteringUsage)
    }
}
