internal import CRdKafka

/// A permission as Kafka keeps it: who may, or may not, do what to which resources, from where.
package struct AclBinding: Hashable, Sendable {
    /// What a permission is about. librdkafka 2.0.2 knows no transactional ids.
    package enum ResourceType: String, Sendable, CaseIterable {
        case topic, group, cluster
    }
    /// How the resource's name is meant; the literal name `*` means all.
    package enum Pattern: String, Sendable, CaseIterable {
        case literal, prefixed
    }
    /// Under Kafka's own names.
    package enum Operation: String, Sendable, CaseIterable {
        case all = "All"
        case read = "Read"
        case write = "Write"
        case create = "Create"
        case delete = "Delete"
        case alter = "Alter"
        case describe = "Describe"
        case clusterAction = "ClusterAction"
        case describeConfigs = "DescribeConfigs"
        case alterConfigs = "AlterConfigs"
        case idempotentWrite = "IdempotentWrite"
    }
    /// Denials win over permissions.
    package enum Permission: String, Sendable, CaseIterable {
        case allow, deny
    }

    package let type: ResourceType
    package let name: String
    package let pattern: Pattern
    /// `User:` and the name that the broker makes of the certificate.
    package let principal: String
    /// An address, or `*`.
    package let host: String
    package let operation: Operation
    package let permission: Permission

    /// The only name that a cluster has as a resource.
    package static let clusterName = "kafka-cluster"

    /// A permission; without more words from anywhere, for one resource.
    package init(
        _ principal: String, _ operation: Operation, _ type: ResourceType, _ name: String,
        _ pattern: Pattern = .literal, host: String = "*", permission: Permission = .allow
    ) {
        (self.principal, self.operation, self.type, self.name) = (principal, operation, type, name)
        (self.pattern, self.host, self.permission) = (pattern, host, permission)
    }
}

extension AclBinding {
    /// Reads one of librdkafka's; nil where it is of a kind that has no name here.
    init?(_ binding: OpaquePointer) {
        guard let type = ResourceType.allCases.first(where: { $0.code == rd_kafka_AclBinding_restype(binding) }),
            let pattern = Pattern.allCases.first(where: {
                $0.code == rd_kafka_AclBinding_resource_pattern_type(binding)
            }),
            let operation = Operation.allCases.first(where: { $0.code == rd_kafka_AclBinding_operation(binding) }),
            let permission = Permission.allCases.first(where: {
                $0.code == rd_kafka_AclBinding_permission_type(binding)
            }),
            let name = rd_kafka_AclBinding_name(binding), let principal = rd_kafka_AclBinding_principal(binding),
            let host = rd_kafka_AclBinding_host(binding)
        else { return nil }
        self.init(
            String(cString: principal), operation, type, String(cString: name), pattern, host: String(cString: host),
            permission: permission)
    }
}

extension AclBinding.ResourceType {
    /// librdkafka calls the code by its name in settings, where it is a broker; in a permission it is the cluster.
    var code: rd_kafka_ResourceType_t {
        switch self {
        case .topic: RD_KAFKA_RESOURCE_TOPIC
        case .group: RD_KAFKA_RESOURCE_GROUP
        case .cluster: RD_KAFKA_RESOURCE_BROKER
        }
    }
}

extension AclBinding.Pattern {
    var code: rd_kafka_ResourcePatternType_t {
        switch self {
        case .literal: RD_KAFKA_RESOURCE_PATTERN_LITERAL
        case .prefixed: RD_KAFKA_RESOURCE_PATTERN_PREFIXED
        }
    }
}

extension AclBinding.Operation {
    var code: rd_kafka_AclOperation_t {
        switch self {
        case .all: RD_KAFKA_ACL_OPERATION_ALL
        case .read: RD_KAFKA_ACL_OPERATION_READ
        case .write: RD_KAFKA_ACL_OPERATION_WRITE
        case .create: RD_KAFKA_ACL_OPERATION_CREATE
        case .delete: RD_KAFKA_ACL_OPERATION_DELETE
        case .alter: RD_KAFKA_ACL_OPERATION_ALTER
        case .describe: RD_KAFKA_ACL_OPERATION_DESCRIBE
        case .clusterAction: RD_KAFKA_ACL_OPERATION_CLUSTER_ACTION
        case .describeConfigs: RD_KAFKA_ACL_OPERATION_DESCRIBE_CONFIGS
        case .alterConfigs: RD_KAFKA_ACL_OPERATION_ALTER_CONFIGS
        case .idempotentWrite: RD_KAFKA_ACL_OPERATION_IDEMPOTENT_WRITE
        }
    }
}

extension AclBinding.Permission {
    var code: rd_kafka_AclPermissionType_t {
        switch self {
        case .allow: RD_KAFKA_ACL_PERMISSION_TYPE_ALLOW
        case .deny: RD_KAFKA_ACL_PERMISSION_TYPE_DENY
        }
    }
}
