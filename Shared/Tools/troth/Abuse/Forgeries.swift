import Glibc
import Runtime
import Schema
import Seal

/// Whoever can write where only services may, and has some of their keys.
enum Forgeries {
    private static let topic = Topics.rightsRequests
    /// Who is asked to erase.
    private static let services = Topics.participants

    /// Case 3.
    static func eraseMany(_ stage: AbuseStage, _ trial: inout AbuseTrial) throws(Failure) {
        let people = try stage.residents(12)
        let accounts = try people.mapTyped { (one) throws(Failure) in try stage.account(of: one) }
        // one of them really asks for a copy: what the services were sent for it can be read, and sent again
        let genuine = try stage.prove(.gdprAccess, people[0])
        try stage.wait(for: genuine.request, .done)
        let marks = try count("suppressions", stage)
        try stage.quiet.wait()
        let before = Survey(data: stage.data)
        let sent = try forge(accounts, stage)
        try stage.quiet.wait()
        let after = Survey(data: stage.data)
        let erased = services.reduce(0) {
            $0 + after.count("rights_erasures", of: $1) - before.count("rights_erasures", of: $1)
        }
        let refused = services.map { service in
            after.count("dead_letters_bad_signature", of: service)
                - before.count("dead_letters_bad_signature", of: service)
        }
        trial.tried(
            "\(sent.unsigned) unsigned, \(sent.foreign) of a key that nobody trusts, \(sent.other) of another service's "
                + "key, \(sent.moved) genuine ones moved to other people: \(erased) executed, each refused by every service",
            erased == 0 && refused.allSatisfy { $0 >= Int64(sent.unsigned + sent.foreign + sent.other) },
            times: sent.unsigned + sent.foreign + sent.other + sent.moved)
        try replay(accounts, stage, &trial)
        try useStolenKey(accounts, stage, &trial)
        for one in people.prefix(3) { trial.saw("an account serves as before", try stage.isOpen(one)) }
        trial.saw("no mark of an erasure was made", try count("suppressions", stage) == marks)
        try trip(stage, &trial)
    }

    private struct Sent {
        var unsigned = 0
        var foreign = 0
        var other = 0
        var moved = 0
    }

    /// Writes 10,000 of them.
    private static func forge(_ accounts: [AccountID], _ stage: AbuseStage) throws(Failure) -> Sent {
        let forger = try Forger(stage.kafka, as: "rights-worker")
        let foreign = try Forger.ownKey()
        let other = try Forger.stolenKey(of: "billing", data: stage.data)
        let real = try Forger.records(of: accounts[0], on: topic.name, stage.kafka)
        var sent = Sent()
        for number in 0..<Limits.abuseForgeries {
            let account = accounts[number % accounts.count]
            let place = partition(of: account, n: stage.partitions)
            if number % 4 == 3, let copy = real.first {
                try forger.send(
                    Forger.Copy(
                        key: Array(account.text.utf8), value: copy.copy.value, headers: copy.copy.headers), topic.name,
                    place)
                sent.moved += 1
                continue
            }
            let key = number % 4 == 0 ? nil : number % 4 == 1 ? foreign : other
            try forger.write(request(account, nil), on: topic, partition: place, key: account, signedBy: key)
            if number % 4 == 0 {
                sent.unsigned += 1
            } else if number % 4 == 1 {
                sent.foreign += 1
            } else {
                sent.other += 1
            }
        }
        try forger.confirmAll()
        return sent
    }

    private static func request(_ account: AccountID, _ proof: IdentityProof?) -> RightsRequest {
        let id = RandomID.uuid()
        let number = proof?.request ?? RequestID(high: id.high, low: id.low)
        return RightsRequest(request: number, subject: SubjectID(account), act: .erase, proof: proof)
    }

    /// The genuine records once more, where they lie.
    private static func replay(
        _ accounts: [AccountID], _ stage: AbuseStage, _ trial: inout AbuseTrial
    ) throws(Failure) {
        let forger = try Forger(stage.kafka, as: "rights-worker")
        let real = try Forger.records(of: accounts[0], on: topic.name, stage.kafka)
        let before = Survey(data: stage.data)
        for _ in 0..<100 {
            for one in real.prefix(1) { try forger.send(one.copy, topic.name, one.partition) }
        }
        try forger.confirmAll()
        try stage.quiet.wait()
        let after = Survey(data: stage.data)
        let repeated = services.reduce(0) {
            $0 + after.count("rights_repeated", of: $1) - before.count("rights_repeated", of: $1)
        }
        trial.tried(
            "a genuine one sent 100 times again is dropped as a repetition", !real.isEmpty && repeated == 0, times: 100)
    }

    /// With rights-worker's key, but not identity's: no proof, one's own, and that of somebody else.
    private static func useStolenKey(
        _ accounts: [AccountID], _ stage: AbuseStage, _ trial: inout AbuseTrial
    ) throws(Failure) {
        let forger = try Forger(stage.kafka, as: "rights-worker")
        let stolen = try Forger.stolenKey(of: "rights-worker", data: stage.data)
        let real = try Forger.records(of: accounts[0], on: topic.name, stage.kafka).lazy.compactMap { record in
            record.copy.value.withUnsafeBytes {
                try? RightsRequest.decode($0, contentType: .json, from: .service).proof
            }
        }.first
        let before = Survey(data: stage.data)
        var tries = 0
        for account in accounts.dropFirst() {
            let id = RandomID.uuid()
            let own = try Forger.proof(
                RequestID(high: id.high, low: id.low), of: SubjectID(account), for: .erase, signedBy: stolen)
            for proof in [nil, own, real] {
                try forger.write(
                    request(account, proof), on: topic, partition: partition(of: account, n: stage.partitions),
                    key: account, signedBy: stolen)
                tries += 1
            }
        }
        try forger.confirmAll()
        try stage.quiet.wait()
        let after = Survey(data: stage.data)
        let unproven = services.map { after.count("rights_unproven", of: $0) - before.count("rights_unproven", of: $0) }
        trial.tried(
            "with rights-worker's own key, and no proof, a proof of one's own, or another person's: \(tries) unproven",
            unproven.allSatisfy { $0 == Int64(tries) }, times: tries)
    }

    /// With both keys, nothing but the breaker is left: it lets some through, holds the rest, and an operator decides.
    private static func trip(_ stage: AbuseStage, _ trial: inout AbuseTrial) throws(Failure) {
        let forger = try Forger(stage.kafka, as: "rights-worker")
        let stolen = try Forger.stolenKey(of: "rights-worker", data: stage.data)
        let identity = try Forger.stolenKey(of: "identity", data: stage.data)
        let before = Survey(data: stage.data).count("rights_held", of: "metering")
        for _ in 0..<Limits.abuseBreaker {
            var account = AccountID.example
            repeat {
                let id = RandomID.uuid()
                account = AccountID(high: id.high, low: id.low)
            } while partition(of: account, n: stage.partitions) != 0
            let id = RandomID.uuid()
            let proof = try Forger.proof(
                RequestID(high: id.high, low: id.low), of: SubjectID(account), for: .erase, signedBy: identity)
            try forger.write(request(account, proof), on: topic, partition: 0, key: account, signedBy: stolen)
        }
        try forger.confirmAll()
        try stage.quiet.wait()
        let survey = Survey(data: stage.data)
        let held = survey.count("rights_held", of: "metering") - before
        let isAlarmed = survey.statuses.filter { $0.service == "metering" }.flatMap(\.partitions)
            .contains { $0.partition == 0 && $0.alarms.contains { $0.name == "mass-erasure" } }
        trial.tried(
            "with both signing keys, \(Limits.abuseBreaker) in one file: the breaker holds \(held), with an alarm",
            held >= Int64(Limits.abuseBreaker) - 50 && isAlarmed, times: Limits.abuseBreaker)
        let said = try stage.command.run([
            "partition", "release", "metering", "0", "--reason", "abuse-case-3", "--data", stage.data,
        ])
        trial.saw("and goes on when an operator releases them", said.contains("released \(held) erasures"))
    }

    private static func count(_ table: String, _ stage: AbuseStage) throws(Failure) -> Int64 {
        try StoreFiles.withAll(in: stage.data, of: ["metering", "billing"]) { files in
            try files.reduce(0) { try $0 + $1.number("SELECT count(*) FROM \(table) /* scan: few rows */") }
        }
    }

    /// Case 4.
    static func completeFalsely(_ stage: AbuseStage, _ trial: inout AbuseTrial) throws(Failure) {
        let victim = try stage.resident()
        let account = try stage.account(of: victim)
        guard let billing = stage.stack.instances.first(where: { $0.service == "billing" }) else {
            throw .check("billing has no instance: see the stack's code")
        }
        billing.mustRun = false
        billing.program.kill9()
        let opened = try stage.prove(.gdprErasure, victim)
        guard try stage.confirmAgain(opened.request, victim.person)?.state == .asking else {
            throw .check("an erasure was not begun: see the log of rights-worker")
        }
        try stage.waiting.until(seconds: Limits.requestSeconds, or: "the others do not answer") { () throws(Failure) in
            let waits = try stage.status(opened.request).waitsFor.map(\.text)
            return waits == ["billing"] ? nil : waits.joined(separator: ", ")
        }
        let place = partition(of: account, n: stage.partitions)
        let outcome = RightsOutcomes(outcomes: [
            RightsOutcome(request: opened.request, act: .erase, result: .done, at: TimeText.now())
        ])
        let forger = try Forger(stage.kafka, as: "billing")
        let keys: [(String, SigningKey?)] = [
            ("unsigned", nil), ("signed with a key that nobody trusts", try Forger.ownKey()),
            ("signed by metering", try Forger.stolenKey(of: "metering", data: stage.data)),
            ("signed by rights-worker", try Forger.stolenKey(of: "rights-worker", data: stage.data)),
        ]
        for (_, key) in keys {
            try forger.write(
                outcome, on: Topics.rightsOutcomes(of: "billing"), partition: place, key: nil, signedBy: key)
        }
        // and from a service that may speak for itself alone
        let metering = try Forger(stage.kafka, as: "metering")
        try metering.write(
            outcome, on: Topics.rightsOutcomes(of: "metering"), partition: place, key: nil,
            signedBy: try Forger.stolenKey(of: "metering", data: stage.data))
        try forger.confirmAll()
        try metering.confirmAll()
        try Waiting.pause(milliseconds: 2_000)
        let status = try stage.status(opened.request)
        trial.tried(
            "billing's answer \(keys.map(\.0).joined(separator: ", ")), and told by metering: it still waits for billing",
            status.state == .asking && status.waitsFor.map(\.text) == ["billing"], times: keys.count + 1)
        try stage.stack.start(billing)
        let end = try stage.wait(for: opened.request, .done, .deciding)
        trial.saw("when billing has answered itself, it is done", end.state == .done)
        try stage.quiet.wait()
    }
}
