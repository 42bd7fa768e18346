import CommandLineTool
import Foundation
import Runtime
import Schema

/// How long the export of a person with many call records takes, and how much memory: from the moment before the mailed
/// code is given back to the mail that says that the archive is ready. The growth is that of the service whose memory
/// grew most meanwhile, from what it held to the most that it held.
struct ExportRun {
    let kafkaHome: String
    let isSecured: Bool

    static let figureNames = ["rights.export_seconds", "rights.export_rss_growth_mb"]

    func measure() throws -> [Figure] {
        let cluster = try Cluster(home: kafkaHome, isSecured: isSecured)
        let house = try House(on: cluster, limitFactor: Limits.limitFactor)
        var people = try Petitioners(house)
        let person = try people.register(1)
        guard let account = person[0].person.session?.account else { return [] }
        try call(account, house)
        let asking = try people.open(.gdprAccess, person)
        let mailbox = MailReader(house.maildir)
        _ = mailbox.texts()
        let before = try house.running.map { _, program in
            try program.forgetPeak()
            return try program.megabytes()
        }
        let began = ContinuousClock.now
        try people.send(asking[0])
        try attend("the archive is not ready", seconds: Limits.requestSeconds, every: Limits.lookMicroseconds) {
            // the mail of an archive brings the code that opens it
            !mailbox.news().isEmpty
        }
        let took = (ContinuousClock.now - began) / .seconds(1)
        let growth = try house.running.enumerated().map { index, running in
            let growth = try running.program.peakMegabytes() - before[index]
            Progress.line("\(running.name) held \(Int(before[index])) MB, and \(Int(growth)) more at most")
            return growth
        }
        try house.stop()
        return [
            Figure(name: Self.figureNames[0], value: took, unit: "s"),
            Figure(name: Self.figureNames[1], value: growth.max() ?? 0, unit: "MB"),
        ]
    }

    /// The person's calls, charged.
    private func call(_ account: AccountID, _ house: House) throws {
        let publisher = try Publisher(house.cluster, linger: 50)
        let now = Int64(Date().timeIntervalSince1970) * Instant.second
        try publisher.loadConfig(at: Instant(unchecked: now))
        var stream = CallStream(seed: 4)
        for index in 0..<Limits.exportedCalls {
            let moment = Instant(unchecked: now - Int64(index) * 500)
            try publisher.send(.init(account: account, call: stream.call(at: moment)), .protobuf)
        }
        try publisher.finish()
        try attend("the calls are not charged", seconds: Limits.admittedSeconds, every: Limits.askMicroseconds) {
            house.count("calls_charged", of: "metering") == Limits.exportedCalls
        }
        try attend("the calls are not posted", seconds: Limits.admittedSeconds, every: Limits.askMicroseconds) {
            house.lag(of: "billing") == 0
        }
    }
}
