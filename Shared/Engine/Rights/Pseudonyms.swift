package import Schema

extension Transaction {
    /// The account that takes the place of a person's in what the law keeps: random, in this file's partition, one in a
    /// transaction, and forgotten with it. Nothing else leads from the one to the other. Policy §4.4, §8.3.
    package func pseudonym(of subject: SubjectID) -> AccountID {
        if let known = effects.pseudonyms[subject] { return known }
        let made = newID(AccountID.self, in: partition)
        effects.pseudonyms[subject] = made
        return made
    }
}
