import Engine
package import Kafka
package import Schema

/// Which topics a service takes and gives.
package struct DeclaredAccess: Sendable {
    /// The service's name: the CN of its certificate.
    package let name: String
    package let takes: [TopicName]
    package let gives: [TopicName]

    package init(name: String, takes: [TopicName], gives: [TopicName]) {
        (self.name, self.takes, self.gives) = (name, takes, gives)
    }

    /// The services of this release, as their pages say it.
    package static let services = Services.pages.map { of($0) }

    private static func of<S: Service>(_ service: S) -> DeclaredAccess {
        DeclaredAccess(
            name: S.name.text, takes: service.inputs.map(\.topic.name), gives: S.allGives.map(\.name))
    }
}

/// Who may do what on the cluster: made from the services' takes and gives and the topics' edges, and from nothing
/// else. What is not in it is denied.
package struct AccessTable: Sendable {
    /// All permissions, by principal, kind and name.
    package let bindings: [AclBinding]
    /// All principals, in the order of the alphabet.
    package let principals: [String]
    /// The topics that the table is about.
    package let topics: [any AnyTopic]
    /// The groups of the services.
    package let groups: [String]

    /// The table of this release.
    package static let standard = AccessTable(DeclaredAccess.services, Topics.all)

    package init(_ services: [DeclaredAccess], _ topics: [any AnyTopic]) {
        self.topics = topics
        groups = services.map { "troth.\($0.name)" }.sorted()
        principals = (services.map(\.name) + Edge.allCases.map(\.rawValue)).sorted()
        var all = Set(services.flatMap { Self.bindings(of: $0, topics) })
        for topic in topics { all.formUnion(Self.bindings(ofEdgesOn: topic)) }
        all.formUnion(groups.map { Self.grant(.monitor, .describe, .group, $0) })
        all.formUnion(
            [.create, .alter, .describe].map { Self.grant(.provision, $0, .cluster, AclBinding.clusterName) })
        bindings = all.sorted { $0.place.lexicographicallyPrecedes($1.place) }
    }

    /// Kafka's name of the principal with a certificate's CN.
    package static func principal(_ name: String) -> String { "User:\(name)" }

    private static func grant(
        _ edge: Edge, _ operation: AclBinding.Operation, _ type: AclBinding.ResourceType, _ name: String
    ) -> AclBinding {
        AclBinding(principal(edge.rawValue), operation, type, name)
    }

    /// Read and Describe on what it takes, Write on what it gives and on its own outsiders' topics: records that lie in
    /// a wrong partition are sent on.
    private static func bindings(of service: DeclaredAccess, _ topics: [any AnyTopic]) -> [AclBinding] {
        let me = principal(service.name)
        var all = [AclBinding(me, .read, .group, "troth.\(service.name)")]
        for topic in topics {
            let name = topic.name.text
            if service.takes.contains(topic.name) {
                let own = "\(service.name)."
                if let prefix = fanIn(name), prefix.hasPrefix(own) {
                    all += [.read, .describe].map { AclBinding(me, $0, .topic, prefix, .prefixed) }
                } else {
                    all += [.read, .describe].map { AclBinding(me, $0, .topic, name) }
                }
                if topic.trust == .outside, topic.owner == service.name {
                    all.append(AclBinding(me, .write, .topic, name))
                }
            }
            if service.gives.contains(topic.name) { all.append(AclBinding(me, .write, .topic, name)) }
        }
        return all
    }

    /// What the topics `owner.noun.writer` of one noun have in common; nil for a topic with one writer.
    private static func fanIn(_ topic: String) -> String? {
        let parts = topic.split(separator: ".")
        return parts.count == 3 ? "\(parts[0]).\(parts[1])." : nil
    }

    private static func bindings(ofEdgesOn topic: any AnyTopic) -> [AclBinding] {
        let name = topic.name.text
        var all = topic.outsideWriters.map { grant($0, .write, .topic, name) }
        all += topic.outsideReaders.map { grant($0, .read, .topic, name) }
        all += [.describe, .describeConfigs].map { grant(.operator, $0, .topic, name) }
        all.append(grant(.monitor, .describe, .topic, name))
        all += [.create, .describe, .alterConfigs].map { grant(.provision, $0, .topic, name) }
        return all
    }
}

extension AccessTable {
    /// True where Kafka lets a principal do this: a permission for it, or for what implies it.
    package func allows(
        _ principal: String, _ operation: AclBinding.Operation, _ type: AclBinding.ResourceType, _ name: String
    ) -> Bool {
        let enough = [operation] + Self.implying(operation)
        return bindings.contains { binding in
            binding.principal == Self.principal(principal) && binding.type == type
                && enough.contains(binding.operation)
                && (binding.pattern == .literal ? binding.name == name : name.hasPrefix(binding.name))
        }
    }

    /// The operations whose permission includes another one.
    private static func implying(_ operation: AclBinding.Operation) -> [AclBinding.Operation] {
        switch operation {
        case .describe: [.read, .write, .delete, .alter]
        case .describeConfigs: [.alterConfigs]
        default: []
        }
    }

    /// The table of one principal; nil: all of it.
    package func only(_ principal: String?) -> AccessTable {
        guard let principal else { return self }
        return AccessTable(self, bindings.filter { $0.principal == Self.principal(principal) })
    }

    private init(_ table: AccessTable, _ bindings: [AclBinding]) {
        (principals, topics, groups) = (table.principals, table.topics, table.groups)
        self.bindings = bindings
    }

    /// Who may do this on a topic, in the order of the alphabet.
    package func principals(that operation: AclBinding.Operation, _ topic: TopicName) -> [String] {
        principals.filter { allows($0, operation, .topic, topic.text) }
    }
}

extension AclBinding {
    /// Where it stands in a list.
    var place: [String] {
        [principal, type.rawValue, name, pattern.rawValue, operation.rawValue, permission.rawValue, host]
    }
}
