import Foundation
import Kafka
import Schema
import Synchronization

/// Every principal's every operation on a real Kafka, against the table.
package struct AclTest: Sendable {
    package let home: String
    package let data: String
    package let isKept: Bool
    private static let partitions: Int32 = 1

    private var secured: SecuredKafka { SecuredKafka(folder: "\(data)/certs") }
    private var waiting: Waiting { Waiting { Terminal.complain($0) } }

    package init(home: String, data: String, isKept: Bool) {
        (self.home, self.data, self.isKept) = (home, data, isKept)
    }

    /// Tries them; what it started is gone at the end. After a failure its folders are kept.
    package func run() throws(Failure) -> Evidence {
        Interruption.listen()
        let start = ContinuousClock.now
        try Disposable.make(data)
        try Folder.make("\(data)/logs")
        let (table, secured) = (AccessTable.standard, secured)
        try secured.makeCertificates(table.principals)
        let kafka = try KafkaCluster(
            home: home, folder: "\(data).kafka", brokers: 1, log: "\(data)/logs/kafka-cluster.log",
            security: secured.security())
        var evidence = Evidence()
        do throws(Failure) {
            Terminal.complain("starts Kafka with TLS and an authorizer")
            try kafka.start(waiting)
            try prove(table, kafka.bootstrap, &evidence)
        } catch {
            evidence.add("the test to its end", "\(error)", false)
        }
        kafka.end(keep: !evidence.ok || isKept)
        if evidence.ok, !isKept {
            try Folder.remove(data)
        } else {
            Terminal.complain("kept: certificates and logs in \(data), Kafka's data in \(data).kafka")
        }
        evidence.storySeconds = (ContinuousClock.now - start).seconds
        return evidence
    }

    private func prove(_ table: AccessTable, _ bootstrap: String, _ evidence: inout Evidence) throws(Failure) {
        try setUp(table, bootstrap, &evidence)
        var attempts: [AclAttempt] = []
        for principal in table.principals + [SecuredKafka.stranger] {
            let began = ContinuousClock.now
            let trial = AclTrial(
                principal: principal, options: secured.options(bootstrap, as: principal), table: table)
            let tried = try trial.run()
            attempts += tried
            let wrong = tried.filter { !$0.isAsDeclared(table) }.count
            let seconds = String(format: "%.1f", (ContinuousClock.now - began).seconds)
            Terminal.complain("  \(principal): \(tried.count) attempts, \(wrong) not as declared, \(seconds) s")
            try Waiting.pause(milliseconds: 1)
        }
        judge(attempts, table, &evidence)
        try Revocation(secured: secured, bootstrap: bootstrap, table: table).prove(&evidence)
        try writeNothing(bootstrap, &evidence)
        refuse(bootstrap, &evidence)
        let plan = try AclKeeper(secured.options(bootstrap, as: Edge.provision.rawValue)).plan()
        evidence.add("acl diff at the end", AclText.lines(plan).last ?? "", plan.isOK)
    }

    /// Topics and permissions as `provision`, whose own come from the one certificate that may do everything.
    private func setUp(_ table: AccessTable, _ bootstrap: String, _ evidence: inout Evidence) throws(Failure) {
        let master = secured.options(bootstrap, as: SecuredKafka.broker)
        let admin = try master.admin()
        let own = table.only(Edge.provision.rawValue).bindings
        try master.attempt { () throws(KafkaError) in try admin.create(acls: own) }
        let provision = secured.options(bootstrap, as: Edge.provision.rawValue)
        try waiting.until(seconds: Limits.topicsSeconds, or: "provision got no permission") { () throws(Failure) in
            let isThere = (try? AclKeeper(provision).plan().bindings(.ok).count == own.count) ?? false
            return isThere ? nil : "its permissions"
        }
        let topics = try TopicKeeper(provision, partitions: Self.partitions, replication: 1).apply()
        evidence.add("topics made by provision", "\(topics.rows.count) topics", topics.isOK)
        let first = try AclKeeper(provision).apply(prune: false)
        evidence.add("permissions applied by provision", AclText.lines(first).last ?? "", first.isOK)
        let again = try AclKeeper(provision).apply(prune: true)
        evidence.add("applied again", "nothing changes", again == first)
    }

    /// Compares what came of the attempts with the table.
    private func judge(_ attempts: [AclAttempt], _ table: AccessTable, _ evidence: inout Evidence) {
        let right = attempts.filter { $0.isAsDeclared(table) }
        let wrong = attempts.filter { !$0.isAsDeclared(table) }
        let principals = Set(attempts.map(\.principal)).count
        evidence.add(
            "combinations tried", "\(attempts.count) of \(principals) principals, \(table.topics.count) topics", true)
        evidence.add("allowed as declared", "\(right.filter { $0.outcome == .allowed }.count)", true)
        evidence.add("denied as declared", "\(right.filter { $0.outcome == .denied }.count)", true)
        evidence.add("not as declared", wrong.isEmpty ? "none" : "\(wrong.count)", wrong.isEmpty)
        for attempt in wrong.prefix(Limits.aclDifferences) { evidence.add("difference", attempt.text, false) }
    }

    /// An idempotent producer where nothing may be written: the refusal ends it, and must be known as one.
    private func writeNothing(_ bootstrap: String, _ evidence: inout Evidence) throws(Failure) {
        let options = secured.options(bootstrap, as: Edge.monitor.rawValue)
        let end = End()
        let producer = try options.attempt { () throws(KafkaError) in
            try Producer(
                options.settings + [("enable.idempotence", "true")], log: .silent, onDelivery: { _, _, _ in },
                onFatal: { error in end.error.withLock { $0 = error } })
        }
        let deadline = ContinuousClock.now + .milliseconds(Limits.aclMilliseconds)
        while end.error.withLock({ $0 }) == nil, ContinuousClock.now < deadline { producer.poll(milliseconds: 50) }
        let error = end.error.withLock { $0 }
        evidence.add(
            "idempotent producer that may write nothing", error?.name ?? "goes on", error?.isAuthorization ?? false)
    }

    /// Why a producer ended.
    private final class End: Sendable {
        let error = Mutex<KafkaError?>(nil)
    }

    /// A certificate of the same authority whose subject is more than a CN is nobody's.
    private func refuse(_ bootstrap: String, _ evidence: inout Evidence) {
        let options = secured.options(bootstrap, as: SecuredKafka.evil)
        var refusal: String?
        do throws(Failure) {
            _ = try options.metadata([], admin: try options.admin(), milliseconds: Limits.aclRefusalMilliseconds)
        } catch {
            refusal = "\(error)"
        }
        evidence.add("certificate O=evil,CN=admin", refusal == nil ? "was let in" : "refused", refusal != nil)
    }
}
