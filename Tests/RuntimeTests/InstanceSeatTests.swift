import Glibc
import Schema
import Testing

import Runtime

struct InstanceSeatTests {
    @Test func `each instance has the first free seat of its service`() throws {
        let folder = try TemporaryFolder()
        let data = "\(folder.path)/data"
        let first = try InstanceSeat(data: data, service: "metering")
        var second: InstanceSeat? = try InstanceSeat(data: data, service: "metering")
        let third = try InstanceSeat(data: data, service: "metering")
        let other = try InstanceSeat(data: data, service: "billing")
        #expect([first.instance, second?.instance, third.instance, other.instance] == [1, 2, 3, 1])
        second = nil
        #expect(try InstanceSeat(data: data, service: "metering").instance == 2)
        withExtendedLifetime([first, third, other]) {}
    }

    @Test func `run files say who runs, where, and whether it still lives`() throws {
        let folder = try TemporaryFolder()
        let data = folder.path
        var metering: InstanceSeat? = try InstanceSeat(data: data, service: "metering")
        let billing = try InstanceSeat(data: data, service: "billing")
        try metering?.announce(admin: 4_711, kafka: "a:1,b:2")
        try billing.announce(admin: 4_712, kafka: "a:1,b:2")
        try folder.write("run/metering-9.json", "{")
        let running = InstanceSeat.running(data: data)
        #expect(running.map(\.service) == ["billing", "metering"])
        #expect(running.map(\.isAlive) == [true, true])
        #expect(running[1].admin == "127.0.0.1:4711")
        #expect(running[1].pid == getpid())
        #expect(running[1].version == Version.text)
        #expect(running[1].kafka == "a:1,b:2")
        #expect(running[1].startedAt == metering?.startedAt.description)
        metering = nil
        #expect(InstanceSeat.running(data: data).map(\.isAlive) == [true, false])
        billing.withdraw()
        #expect(InstanceSeat.running(data: data).map(\.service) == ["metering"])
    }

    @Test func `the last of all seats is the end`() throws {
        let folder = try TemporaryFolder()
        let seats = try (1...Limits.instances).map { _ in try InstanceSeat(data: folder.path, service: "metering") }
        #expect(throws: RuntimeError.noSeat(service: "metering", folder: folder.path)) {
            try InstanceSeat(data: folder.path, service: "metering")
        }
        #expect(seats.last?.instance == Limits.instances)
    }

    @Test func `a folder that cannot be made is named`() {
        #expect(throws: RuntimeError.self) { try InstanceSeat(data: "/dev/null/x", service: "metering") }
    }
}
