import Engine
import Schema
import Support
import Testing

/// Edges: commands, questions and replies.
struct CommandTests {
    private let place = Notebook.Place.commands
    private let address = ReplyAddress(asker: .troth, partition: PartitionNumber(unchecked: 0))

    private var topUp: BillingCommand {
        BillingCommand(
            topUp: TopUp(payment: .example, currency: .dollar, nano: NanoAmount(unchecked: 5)), replyTo: address)
    }
    private var question: BillingCommand {
        BillingCommand(balance: BalanceQuestion(currency: .dollar), replyTo: address)
    }
    private func balances(_ actions: [Action]) throws -> [Int64?] {
        try actions.sent.map { try $0.message(Reply.self).balance?.balanceNano.value }
    }

    @Test func `a repeated command gets its first answer and is carried out once`() throws {
        let stand = try startedNotebook()
        let command = TestRecord.command(topUp, of: .example, id: "a-1")
        #expect(try balances(stand.give(place, command, command)) == [1, 1])
        stand.give(0, .call(1), .call(2))
        #expect(try balances(stand.give(place, command)) == [1])
        try stand.crash()
        stand.start()
        #expect(try balances(stand.give(place, command)) == [1])
        #expect(try stand.lines() == ["top-up", "call 1", "call 2"])
    }

    @Test func `the same id from another source is another command`() throws {
        let stand = try startedNotebook()
        let first = TestRecord.command(topUp, of: .example, id: "a-1")
        let other = TestRecord.command(topUp, of: .example, id: "a-1", source: "cli/2")
        #expect(try balances(stand.give(place, first, other)) == [1, 2])
    }

    @Test func `a question leaves no row and is answered afresh each time`() throws {
        let stand = try startedNotebook()
        let question = TestRecord.command(question, of: .example, id: "q-1")
        #expect(try balances(stand.give(place, question)) == [0])
        stand.give(0, .call(1))
        #expect(try balances(stand.give(place, question)) == [1])
        #expect(try stand.number("SELECT count(*) AS answer FROM commands") == 0)
    }

    @Test func `a reply goes to the partition that asked, names the command, and carries no link`() throws {
        let stand = try startedNotebook(partitions: 3)
        var command = question
        command.replyTo = ReplyAddress(asker: .troth, partition: PartitionNumber(unchecked: 2))
        let account = account(on: 0, of: 3)
        let sent = stand.give(place, .command(command, of: account, id: "q-7")).sent
        #expect(sent.map(\.partition) == [2] && sent.map(\.topic) == [Topics.trothReplies.name])
        #expect(sent.map(\.key) == [Array("q-7".utf8)])
        #expect(sent.allSatisfy { $0.header("troth-link") == nil })
        #expect(try sent.map { try $0.message(Reply.self).command.text } == ["q-7"])
    }

    @Test func `a command without a reply address is carried out and not answered`() throws {
        let stand = try startedNotebook()
        var command = topUp
        command.replyTo = nil
        #expect(stand.give(place, .command(command, of: .example, id: "a-1")).sent.isEmpty)
        #expect(try stand.lines() == ["top-up"])
    }

    @Test(
        arguments: [(nil, "cli/1"), ("a-1", nil), ("no spaces", "cli/1"), ("a-1", "no spaces")] as [(String?, String?)])
    func `a command without a proper identity is refused`(id: String?, source: String?) throws {
        let stand = try startedNotebook()
        let sent = stand.give(place, .command(topUp, of: .example, id: id, source: source)).sent
        #expect(try sent.map { try $0.message(DeadLetter.self).reason } == [.missingIdentity])
        #expect(try stand.lines() == [])
    }

    @Test func `a reply address that does not exist is refused`() throws {
        let stand = try startedNotebook()
        var command = topUp
        command.replyTo = ReplyAddress(asker: .troth, partition: PartitionNumber(unchecked: 1))
        let other = try #require(AskerName(text: "stranger"))
        var strange = topUp
        strange.replyTo = ReplyAddress(asker: other, partition: PartitionNumber(unchecked: 0))
        let sent = stand.give(
            place, .command(command, of: .example, id: "a-1"), .command(strange, of: .example, id: "a-2")
        ).sent
        #expect(try sent.map { try $0.message(DeadLetter.self).reason } == [.wrongValue, .wrongValue])
        #expect(try stand.lines() == [])
    }

    @Test func `a command is remembered for 90 days and then forgotten`() throws {
        let stand = try startedNotebook()
        stand.give(place, .command(topUp, of: .example, id: "a-1"))
        stand.wait(90 * Instant.day)
        #expect(try stand.number("SELECT count(*) AS answer FROM commands") == 1)
        stand.wait(Instant.day)
        #expect(try stand.number("SELECT count(*) AS answer FROM commands") == 0)
    }
}

/// An account that lies on a partition.
func account(on partition: Int32, of partitions: Int32) -> AccountID {
    var account = AccountID(high: 1, low: 0)
    while Schema.partition(of: account, n: partitions) != partition {
        account = AccountID(high: 1, low: account.low + 1)
    }
    return account
}
