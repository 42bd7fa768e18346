import Kafka
import Schema
import Testing
import CommandLineTool

@Suite struct AccessTests {
    private let table = AccessTable.standard

    @Test func `no principal but its writer, and its reader for what outsiders write, writes a topic`() {
        for topic in Topics.all {
            var expected = Set(topic.outsideWriters.map(\.rawValue))
            for service in DeclaredAccess.services {
                let isReaderOfOutsiders =
                    topic.trust == .outside && service.takes.contains(topic.name)
                    && topic.owner == service.name
                if service.gives.contains(topic.name) || isReaderOfOutsiders { expected.insert(service.name) }
            }
            #expect(Set(table.principals(that: .write, topic.name)) == expected, "\(topic.name)")
        }
    }

    @Test func `a topic that outsiders write has an outside writer, and no other has one`() {
        for topic in Topics.all {
            #expect(topic.outsideWriters.isEmpty == (topic.trust == .service), "\(topic.name)")
        }
    }

    @Test func `each service reads what it takes, and its own group alone`() {
        for service in DeclaredAccess.services {
            let read = Topics.all.map(\.name).filter { table.allows(service.name, .read, .topic, $0.text) }
            #expect(Set(read) == Set(service.takes), "\(service.name)")
            for group in table.groups {
                #expect(table.allows(service.name, .read, .group, group) == (group == "troth.\(service.name)"))
            }
        }
    }

    private static let rows: [(String, AclBinding.Operation, String, Bool)] = [
        ("gateway", .write, "metering.usage", true),
        ("gateway", .read, "metering.usage", false),
        ("gateway", .read, "metering.config", true),
        ("gateway", .describe, "billing.commands", false),
        ("portal", .write, "billing.commands", true),
        ("portal", .write, "metering.usage", false),
        ("portal", .read, "replies.troth", false),
        ("payments", .write, "billing.commands", true),
        ("payments", .write, "metering.commands", false),
        ("operator", .write, "metering.config", true),
        ("operator", .read, "metering.usage", false),
        ("operator", .read, "metering.totals", false),
        ("operator", .read, "billing.deadletters", true),
        ("operator", .describeConfigs, "metering.totals", true),
        ("monitor", .describe, "metering.totals", true),
        ("monitor", .read, "metering.totals", false),
        ("provision", .alterConfigs, "metering.totals", true),
        ("provision", .describeConfigs, "metering.totals", true),
        ("provision", .read, "metering.totals", false),
        ("provision", .write, "metering.totals", false),
        ("metering", .write, "metering.totals", true),
        ("metering", .read, "billing.commands", false),
        ("billing", .read, "metering.totals", true),
        ("billing", .write, "metering.totals", false),
        ("stranger", .describe, "metering.totals", false),
    ]

    @Test(arguments: rows)
    func `the table says it`(
        _ principal: String, _ operation: AclBinding.Operation, _ topic: String, _ isAllowed: Bool
    ) {
        #expect(table.allows(principal, operation, .topic, topic) == isAllowed)
    }

    @Test func `nobody deletes, acts as the cluster, or has a permission on all topics or for all principals`() {
        for binding in table.bindings {
            #expect(![.delete, .clusterAction, .all, .idempotentWrite].contains(binding.operation))
            #expect(binding.name != "*" && !binding.principal.hasSuffix("*") && binding.permission == .allow)
            if binding.type == .cluster { #expect(binding.principal == "User:provision") }
        }
    }

    @Test func `a topic of several writers is read by its owner under their common name`() throws {
        let fanIn = Named(name: try #require(TopicName(text: "metering.usage.east")))
        let table = AccessTable([DeclaredAccess(name: "metering", takes: [fanIn.name], gives: [])], [fanIn])
        #expect(table.bindings.contains(AclBinding("User:metering", .read, .topic, "metering.usage.", .prefixed)))
        #expect(!table.bindings.contains(AclBinding("User:metering", .read, .topic, "metering.usage.east")))
        #expect(table.allows("metering", .read, .topic, "metering.usage.west"))
        #expect(!table.allows("metering", .read, .topic, "metering.totals"))
    }

    @Test func `the permissions of payments, as they are printed`() {
        #expect(
            AclText.lines(table.only("payments")) == [
                "PRINCIPAL      RESOURCE                OPERATIONS",
                "User:payments  topic billing.commands  Write",
            ])
        #expect(
            AclText.lines(table.only("billing")) == [
                "PRINCIPAL     RESOURCE                         OPERATIONS",
                "User:billing  group troth.billing              Read",
                "User:billing  topic billing.commands           Describe, Read, Write",
                "User:billing  topic billing.deadletters        Write",
                "User:billing  topic billing.standing           Write",
                "User:billing  topic identity.accounts          Describe, Read",
                "User:billing  topic metering.totals            Describe, Read",
                "User:billing  topic replies.troth              Write",
                "User:billing  topic retention.reports.billing  Write",
                "User:billing  topic retention.schedule         Describe, Read",
                "User:billing  topic rights.outcomes.billing    Write",
                "User:billing  topic rights.requests            Describe, Read",
                "User:billing  topic rights.slices.billing      Write",
                "User:billing  topic rights.suppressions        Describe, Read",
                "User:billing  topic troth.clock                Write",
            ])
    }

    @Test func `quotas are lines for Kafka's own tool`() {
        let line = Quotas.lines().first { $0.contains("--entity-name gateway") }
        #expect(
            line?.hasSuffix("producer_byte_rate=20000000,consumer_byte_rate=20000000,request_percentage=50") ?? false)
        #expect(!Quotas.lines().contains { $0.contains("provision") })
    }

    /// A topic that is in no release.
    private struct Named: AnyTopic {
        let name: TopicName
        let kind = TopicKind.service
        let retention = Retention.time(Instant.day)
        let messageType: any Message.Type = DeadLetter.self
        let owner = "metering"
    }
}
