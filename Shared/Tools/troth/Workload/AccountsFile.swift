package import Schema

/// A file of accounts, a UUID a line: who calls in a workload.
package enum AccountsFile {
    /// Reads it. Errors: a line is no account, or there is none.
    package static func read(_ path: String) throws(Failure) -> [AccountID] {
        var accounts: [AccountID] = []
        for (index, line) in try TextFile.read(path).split(whereSeparator: \.isNewline).enumerated() {
            guard let account = AccountID(text: String(line)) else {
                throw .usage("line \(index + 1) of \(path) is no account: write a UUID in lowercase")
            }
            accounts.append(account)
        }
        guard !accounts.isEmpty else { throw .usage("\(path) has no accounts: write a UUID a line") }
        return accounts
    }

    /// Writes it.
    package static func write(_ accounts: [AccountID], to path: String) throws(Failure) {
        try TextFile.write(Array(accounts.map { $0.text + "\n" }.joined().utf8), to: path)
    }
}
