import Engine
import Schema
import Store
import Support
import Testing

/// What a hold means for an erasure. Policy §4.5, §8.3.
struct HoldTests {
    @Test func `an erasure waits for a hold, says until when, and is carried out when it ends`() throws {
        let house = try OpenHouse()
        try house.stay(.example)
        let end = house.stand.now + 3 * Instant.hour
        try house.hold(.example, until: end)
        let told = try house.ask(try house.request(.erase)).outcomes
        #expect(told.map(\.result) == [.onHold] && told.first?.until == end)
        house.stand.wait(2 * Instant.hour)
        #expect(try house.follow().outcomes.isEmpty, "nobody is told twice")
        #expect(try house.rows("guests") == 1 && house.rows("suppressions") == 0)
        try house.hold(.example, until: end + Instant.hour)
        house.stand.wait(Instant.hour)
        #expect(try house.follow().outcomes.map(\.until) == [end + Instant.hour], "another hold is another date")
        house.stand.wait(Instant.hour)
        #expect(try house.follow().results == [.done])
        #expect(try house.rows("guests") == 0 && house.rows("holds") == 0 && house.rows("suppressions") == 1)
    }

    @Test func `an erasure goes on within the hour after its hold was released; a hold on another does not matter`()
        throws
    {
        let house = try OpenHouse()
        try house.stay(.example)
        try house.hold(AccountID(high: 9, low: 9), until: house.stand.now + Instant.day)
        try house.hold(.example, until: house.stand.now + 30 * Instant.day)
        #expect(try house.ask(try house.request(.erase)).results == [.onHold])
        try house.stand.store.change(
            .one,
            """
            UPDATE holds SET person = NULL, held = NULL, until = NULL
            WHERE person = \(SubjectID.example) /* scan: a few holds */
            """)
        house.stand.wait(Instant.hour)
        #expect(try house.follow().results == [.done])
        #expect(try house.rows("guests") == 0)
    }
}
