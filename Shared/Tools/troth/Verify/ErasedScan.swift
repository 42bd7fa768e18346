import Foundation
import Invariants
import Schema

/// Looks for people who were erased: no store names them, as bytes or as text, but a keys file that keeps their payment
/// key, in that key's row and wrap. Policy §8.3.
struct ErasedScan {
    let data: String
    let erased: [AccountID]

    /// Times that a keys file holds the id of somebody whose payment key it keeps: in the row, its index and the wrap.
    private static let placesOfKept = 3

    /// A keys file that keeps payment keys of them.
    private struct Kept {
        let path: String
        let people: Int
    }

    /// What was found.
    func finding() throws(Failure) -> Finding {
        guard let needles = Needles(erased.flatMap { [$0.raw, Array($0.text.utf8)] }) else {
            throw .usage("--erased-file names nobody: write an account a line")
        }
        let scanner = NeedleScanner(needles)
        let (kept, fault) = try keys()
        // what SQLite keeps beside a file that is at work is its last changes, not more than that
        let left = kept.flatMap { file in ["", "-wal", "-shm"].map { file.path + $0 } }
        var scan = FolderScan(scanner, root: data, excluding: left, mail: (folder: "maildir/", from: 1))
        scan.run()
        var finding = scan.finding
        finding.name = "NothingOfErasedInFiles"
        let faults = try kept.mapTyped { (file) throws(Failure) in try excess(of: file, scanner) }
        if finding.ok, let fault = fault ?? faults.compactMap({ $0 }).first {
            finding = Finding(name: finding.name, ok: false, count: 1, detail: fault)
        } else if finding.ok {
            let people = kept.reduce(0) { $0 + $1.people }
            finding.detail += "; \(people) payment keys are kept in \(kept.count) keys files, and nothing else there"
        }
        return finding
    }

    /// The keys files that keep a payment key of theirs; and the first that keeps anything else.
    private func keys() throws(Failure) -> (kept: [Kept], fault: String?) {
        try StoreFiles.withKeys(in: data) { files in
            var (kept, fault) = ([Kept](), String?.none)
            for file in files {
                var people = 0
                for account in erased {
                    let id = "x'" + account.raw.map { ($0 < 16 ? "0" : "") + String($0, radix: 16) }.joined() + "'"
                    let categories = try file.texts(
                        """
                        SELECT category FROM keyRecords JOIN dataKeys USING (record)
                        WHERE subject = \(id) AND wrapped IS NOT NULL ORDER BY category
                        """)
                    if categories == [KeyCategory.payment.rawValue] { people += 1 }
                    let others = categories.filter { $0 != KeyCategory.payment.rawValue }
                    if !others.isEmpty {
                        fault =
                            fault
                            ?? "\(file.service)/\(file.partition) keeps a key of \(others[0]) of somebody who was erased"
                    }
                }
                guard people > 0 else { continue }
                kept.append(Kept(path: try StoreFiles.keysPath(of: file, in: data), people: people))
            }
            return (kept, fault)
        }
    }

    /// What a keys file holds of them beyond the payment keys that it keeps; nil: nothing.
    private func excess(of file: Kept, _ scanner: NeedleScanner) throws(Failure) -> String? {
        guard let bytes = FileManager.default.contents(atPath: file.path) else {
            throw .check("\(file.path) cannot be read: run troth verify as the user of the services")
        }
        var hits = 0
        bytes.withUnsafeBytes { all in scanner.scan(all) { _ in hits += 1 } }
        guard hits > file.people * Self.placesOfKept else { return nil }
        return "\(file.path) names people who were erased \(hits) times, with \(file.people) payment keys"
    }
}
