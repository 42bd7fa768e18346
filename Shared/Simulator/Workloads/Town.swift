import Schema

/// People over years: they come one after the other, use what is theirs on some days, and now and then ask for what is
/// held, correct it, close or are erased; some come again. Instances are killed meanwhile.
package struct Town: Workload {
    let people: Int
    package init(people: Int) { self.people = people }

    package func plan(_ script: inout Script) {
        for number in 0..<people {
            let email = "person.\(number)-\(String(script.random.next(), radix: 36))@post.example.org"
            // 32 bytes make a key, whatever they are
            guard
                let person = try? Person(
                    number, email: email, hasTwin: false, deeds: [], &script.random, at: script.start)
            else { continue }
            person.awayUntil = 1 + script.random.below(Limits.townFills)
            person.actsAt = nil
            script.actors.append(person)
            script.needles += person.secrets
        }
    }

    package func day(_ day: Int, in world: Simulation) {
        let erased = world.erased
        for person in world.actors.compactMap({ $0 as? Person }) {
            live(person, day, erased, in: world)
            if !person.deeds.isEmpty { person.actsAt = world.now + world.random.within(0...2 * Instant.minute) }
        }
        if world.random.onceIn(4) { world.crash(instance: world.random.below(world.instanceCount)) }
        if world.random.onceIn(8) { world.rebalance(seat: world.random.below(world.seatCount)) }
    }

    /// What a person does on a day.
    private func live(_ person: Person, _ day: Int, _ erased: Set<SubjectID>, in world: Simulation) {
        let home = world.homes[MailRoute.box(of: person.email.text)]
        if person.isLeaving {
            guard let home, erased.contains(SubjectID(home)) else { return }
            person.startAnew(after: day + 5 + world.random.below(60))
        }
        if person.hasClosed, let until = person.restorableUntil, day > until {
            world.moved.insert(MailRoute.box(of: person.email.text))
            person.startAnew(after: day + 5 + world.random.below(60))
        }
        guard day >= person.awayUntil, world.random.chance(perMille: person.isHere ? 60 : 500) else { return }
        guard !person.hasClosed else {
            // whoever comes back does it before the 30 days are over
            guard let until = person.restorableUntil, day + 3 < until, world.random.chance(perMille: 150) else {
                return
            }
            person.deeds = [.ask(.accountRestore, .code)]
            return
        }
        guard person.isHere else {
            person.isHere = true
            person.deeds = [.enter(.register, .right)]
            return
        }
        person.deeds = [.enter(.signIn, .right)] + deeds(person, day, in: world)
    }

    private func deeds(_ person: Person, _ day: Int, in world: Simulation) -> [Deed] {
        let daily: [Deed] = [
            .call, .call, .call, .pay, .accept, .choose, .object, .makeKey, .listKeys, .listChoices, .signal,
            .ask(.gdprObjection, .code), .ask(.gdprWithdrawal, .session),
        ]
        var deeds = (0...world.random.below(4)).map { _ in world.random.pick(daily) }
        switch world.random.below(100) {
        case 0...3: deeds.append(.ask(world.random.pick([.gdprAccess, .ccpaKnow, .pdpaAccess]), .session))
        case 4...5: deeds.append(.ask(.gdprErasure, .code))
        case 6: deeds.append(.ask(.ccpaDelete, .session))
        case 7...9:
            person.restorableUntil = day + 29
            deeds.append(.ask(.accountClosure, .session))
        case 10: deeds.append(.ask(.gdprErasure, .letter(world.random.within(0...31 * Instant.day))))
        case 11: deeds.append(.changeMind)
        default: break
        }
        return deeds
    }
}
