import Kafka
import Schema
import Testing
import CommandLineTool

@Suite struct AclPlanTests {
    private let table = AccessTable.standard

    @Test func `a cluster with exactly the table needs nothing`() {
        let plan = AclPlan(table, found: table.bindings.reversed())
        #expect(plan.isOK && plan.bindings(.ok) == table.bindings)
    }

    @Test func `an empty cluster lacks all of it`() {
        #expect(AclPlan(table, found: []).bindings(.missing) == table.bindings)
    }

    private static let others: [(AclBinding, AclPlan.State?)] = [
        (AclBinding("User:eve", .read, .topic, "metering.usage"), .foreign),
        (AclBinding("User:eve", .write, .topic, "metering.", .prefixed), .foreign),
        (AclBinding("User:eve", .read, .topic, "metering.usage", .prefixed), .foreign),
        (AclBinding("User:eve", .read, .group, "troth.metering"), .foreign),
        (AclBinding("User:metering", .alter, .cluster, AclBinding.clusterName), .foreign),
        (AclBinding("User:metering", .read, .topic, "elsewhere"), .foreign),
        (AclBinding("User:metering", .write, .topic, "metering.totals", host: "10.0.0.1"), .foreign),
        (AclBinding("User:metering", .write, .topic, "metering.totals", permission: .deny), .foreign),
        (AclBinding("User:backup", .read, .topic, "*"), .wider),
        (AclBinding("User:*", .read, .group, "*"), .wider),
        (AclBinding("User:backup", .read, .topic, "meter", .prefixed), .wider),
        (AclBinding("User:shop", .read, .topic, "orders"), nil),
        (AclBinding("User:shop", .read, .group, "shop"), nil),
        (AclBinding("User:shop", .create, .cluster, AclBinding.clusterName), nil),
    ]

    @Test(arguments: others)
    func `what is there and not in the table is told apart`(_ other: AclBinding, _ state: AclPlan.State?) {
        let plan = AclPlan(table, found: table.bindings + [other])
        #expect(plan.rows.first { $0.binding == other }?.state == state)
        #expect(plan.isOK == (state == nil))
        #expect(plan.bindings(.missing).isEmpty)
    }

    @Test func `a difference is a line with its place, and then a summary`() {
        let gone = AclBinding("User:billing", .read, .topic, "metering.totals")
        let eve = AclBinding("User:eve", .read, .topic, "metering.", .prefixed)
        let plan = AclPlan(table, found: table.bindings.filter { $0 != gone } + [eve])
        #expect(
            AclText.lines(plan) == [
                "STATE    PRINCIPAL     OPERATION  RESOURCE",
                "missing  User:billing  Read       topic metering.totals",
                "foreign  User:eve      Read       topic metering.…",
                "permissions: \(table.bindings.count - 1) ok, 1 missing, 1 foreign, 0 wider",
            ])
    }

    @Test func `devbroker keeps no permissions`() throws {
        let cluster = try MockCluster(brokers: 1)
        #expect(throws: Failure.self) { try AclKeeper(KafkaOptions(cluster.bootstrapServers)) }
    }
}
