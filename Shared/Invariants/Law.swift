/// An invariant: a law that every world obeys. It judges from the tables alone, by its own SQL and its own arithmetic.
package protocol Law: Sendable {
    /// Its name, as a sentence without spaces: the type's own.
    var name: String { get }
    /// True where it holds only once nothing is on its way.
    var needsQuiet: Bool { get }
    /// Judges a world. Throws where a file cannot be read.
    func judge(_ world: World) throws -> Finding
}

extension Law {
    /// The name of the type.
    package var name: String { "\(Self.self)" }
    package var needsQuiet: Bool { false }
}

/// What a law found.
package struct Finding: Codable, Equatable, Sendable {
    /// The law's name.
    package var name: String
    /// Whether the world obeys it.
    package var ok: Bool
    /// How many things were looked at; of a broken law, how many break it.
    package var count: Int
    /// What was looked at, or the file and the first thing that breaks it. No personal data beyond pseudonyms.
    package var detail: String

    package init(name: String, ok: Bool, count: Int, detail: String) {
        (self.name, self.ok, self.count, self.detail) = (name, ok, count, detail)
    }
}

/// All laws of this release.
package enum Laws {
    /// Every law, in the order in which a reader follows a call: files, calls, totals, links, books, credit,
    /// people and their mail, rights, the whole.
    package static let all: [any Law] = laws(sample: Limits.sampleCalls, seed: 1)

    /// Every law; at most `sample` calls of a file are rated again, chosen by `seed`.
    package static func laws(sample: Int, seed: UInt64) -> [any Law] {
        [
            FilesAreComplete(), AccountsLieInTheirPartition(),
            EachCallHasOneState(), ParkedCallsLackAPrice(), NoCallOutsideItsAccount(),
            ChargesRecomputed(sample: sample, seed: seed),
            NoIDHasTwoTimes(), TransfersMatchAttempts(), TotalsMatchCalls(), QualityMatchesCalls(),
            OutboxesEmpty(), LinksWithoutHoles(), MarksMatchLinks(),
            BooksBalance(), BalancesAreSums(), ReversalsMirrorPostings(), ChargesMatchPostings(), CreditsCoverCharges(),
            PaymentsAddUp(), CreditIsUsedInOrder(), StandingsMatchBooks(),
            PostingsNotAheadOfTotals(), PostingsMatchTotals(),
            OneAccountPerAddress(), SessionsHaveAccounts(), AccountsAreTold(), KeysMatchPeople(), CodesWorkOnce(),
            MailThatMustBeSentWasSent(), NoClearText(), NothingPastItsPeriod(),
            RequestsAnsweredByAll(), SuppressedBeforeErased(), NothingOfErased(), EveryDeadlineMetOrAlarmed(),
            AdmittedAsSent(), AlarmsListed(),
        ]
    }

    /// What every law finds, in their order; those that need quiet are left out of a world that is not. A law that
    /// could not read a file is broken, and its finding says why.
    package static func judge(_ world: World, by laws: [any Law] = Laws.all) -> [Finding] {
        laws.filter { world.isQuiet || !$0.needsQuiet }.map { law in
            do { return try law.judge(world) } catch {
                return Finding(name: law.name, ok: false, count: 0, detail: "not judged: \(error)")
            }
        }
    }
}
