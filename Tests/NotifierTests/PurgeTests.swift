import Engine
import NotifierService
import Policy
import Schema
import Support
import Testing

/// What notifier purges, and when. Policy §4.1, §2.3.
struct PurgeTests {
    private func sweep(_ desk: Desk, to moment: Instant) {
        desk.stand.now = moment
        if desk.stand.wait(Instant.minute).contains(.askTime) { desk.stand.step(.brokerTime(desk.stand.now)) }
        for _ in 0..<2 { desk.stand.wait(Instant.minute) }
    }

    private func rows(_ desk: Desk, _ table: String) throws -> Int64? {
        try desk.stand.number("SELECT count(*) AS answer FROM \(table)")
    }

    @Test func `a delivery goes after six months, the address of a closed account after 30 days`() throws {
        let (desk, ada, bob) = (try Desk(), try Person(1), try Person(2))
        for person in [ada, bob] { try desk.know(person.keys()) }
        let mails = desk.tell(
            try ada.contact("a@b.org", closed: true), try bob.contact("b@b.org"), try bob.notice(1)
        ).mails
        desk.finish(try #require(mails.first), .done)
        let now = desk.stand.now
        let gone = Schedule.entry(.accountInformation).period.end(of: now)
        sweep(desk, to: gone + -10 * Instant.minute)
        #expect(try rows(desk, "contacts") == 2)
        sweep(desk, to: gone)
        #expect(try rows(desk, "contacts") == 1 && rows(desk, "deliveries") == 1)
        let forgotten = Schedule.entry(.mailDeliveries).period.end(of: now)
        sweep(desk, to: forgotten + -10 * Instant.minute)
        #expect(try rows(desk, "deliveries") == 1)
        sweep(desk, to: forgotten)
        #expect(try rows(desk, "deliveries") == 0 && rows(desk, "contacts") == 1)
    }
}
