package import Kafka
import Schema

/// How the permissions of a cluster differ from the table.
package struct AclPlan: Equatable, Sendable {
    /// How a permission stands.
    package enum State: String, Encodable, Sendable {
        case ok, missing
        /// On what is Troth's, and not in the table.
        case foreign
        /// On more than what is Troth's: others rely on it, so it is shown and never removed.
        case wider
    }
    /// A permission and how it stands.
    package struct Row: Equatable, Sendable {
        package let state: State
        package let binding: AclBinding
    }
    /// What is there and what is missing, in order; of the rest only what reaches Troth's topics and groups.
    package let rows: [Row]

    /// Compares a cluster's permissions with the table.
    package init(_ table: AccessTable, found: [AclBinding]) {
        let (wanted, there) = (Set(table.bindings), Set(found))
        var rows = table.bindings.map { Row(state: there.contains($0) ? .ok : .missing, binding: $0) }
        for binding in there.subtracting(wanted) {
            if Self.isOurs(binding, table) {
                rows.append(Row(state: .foreign, binding: binding))
            } else if Self.reaches(binding, table) {
                rows.append(Row(state: .wider, binding: binding))
            }
        }
        self.rows = rows.sorted { $0.binding.place.lexicographicallyPrecedes($1.binding.place) }
    }

    /// The permissions in a state.
    package func bindings(_ state: State) -> [AclBinding] { rows.filter { $0.state == state }.map(\.binding) }

    /// True where nothing is to be done.
    package var isOK: Bool { rows.allSatisfy { $0.state == .ok } }

    /// True for a permission of one of Troth's principals, or on resources that are all Troth's.
    private static func isOurs(_ binding: AclBinding, _ table: AccessTable) -> Bool {
        if table.principals.contains(where: { binding.principal == AccessTable.principal($0) }) { return true }
        switch (binding.type, binding.pattern) {
        case (.cluster, _): return false
        case (.group, _): return binding.name.hasPrefix("troth.")
        case (.topic, .literal): return table.topics.contains { $0.name.text == binding.name }
        case (.topic, .prefixed): return owners(table).contains { binding.name.hasPrefix($0) }
        }
    }

    /// True where some topic or group of Troth is among its resources.
    private static func reaches(_ binding: AclBinding, _ table: AccessTable) -> Bool {
        let names = binding.type == .group ? table.groups : table.topics.map(\.name.text)
        if binding.type == .cluster { return false }
        if binding.pattern == .literal { return binding.name == "*" }
        return names.contains { $0.hasPrefix(binding.name) }
    }

    /// What names of Troth's topics begin with: `metering.`
    private static func owners(_ table: AccessTable) -> Set<String> {
        Set(table.topics.compactMap { topic in topic.name.text.split(separator: ".").first.map { "\($0)." } })
    }
}

/// Troth's permissions on a cluster: compared, and set.
package struct AclKeeper {
    private let options: KafkaOptions
    private let admin: Admin
    private let table: AccessTable

    /// Errors: devbroker and a Kafka without authorizer keep no permissions.
    package init(_ options: KafkaOptions, table: AccessTable = .standard) throws(Failure) {
        (self.options, self.table) = (options, table)
        admin = try options.admin()
        if TopicPlan.isInMemory(try options.metadata([], admin: admin)) {
            throw .refused("devbroker keeps no permissions: name a Kafka with --kafka")
        }
    }

    /// What is to be done.
    package func plan() throws(Failure) -> AclPlan {
        AclPlan(table, found: try attempt { () throws(KafkaError) in try admin.acls() })
    }

    /// Adds what is missing and, to `prune`, removes what is foreign; returns how it stands then.
    package func apply(prune: Bool) throws(Failure) -> AclPlan {
        let before = try plan()
        try attempt { () throws(KafkaError) in
            try admin.create(acls: before.bindings(.missing))
            if prune { try admin.delete(acls: before.bindings(.foreign)) }
        }
        // brokers hear of it from their controller a moment later
        let deadline = ContinuousClock.now + .seconds(Limits.topicsSeconds)
        while true {
            let plan = try plan()
            let isDone = plan.bindings(.missing).isEmpty && !(prune && !plan.bindings(.foreign).isEmpty)
            if isDone || ContinuousClock.now > deadline { return plan }
        }
    }

    private func attempt<Value>(_ body: () throws(KafkaError) -> Value) throws(Failure) -> Value {
        do {
            return try body()
        } catch {
            guard error.isWithoutAuthorizer else { throw options.failure(error) }
            throw .refused(
                "Kafka at \(options.bootstrap) keeps no permissions: set authorizer.class.name on its brokers")
        }
    }
}
