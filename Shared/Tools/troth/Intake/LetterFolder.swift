import Glibc
import Intake
import Schema

/// A Maildir that a mail server delivers to: `new/` with letters as they come, `cur/` with those that were dealt with,
/// `person/` with those that somebody has to read. Whoever delivers is not trusted: a name is taken for nothing but a
/// name, and only regular files are opened. For one thread.
final class LetterFolder {
    /// A letter in `new/`.
    struct Letter {
        /// As it is in the folder: any bytes.
        fileprivate let name: [CChar]
        /// When our server took it: the file's, never what the letter says.
        let receivedAt: Instant
        fileprivate let isTooLarge: Bool
    }

    /// What was found in `new/`.
    struct Found {
        /// The oldest first.
        var letters: [Letter] = []
        /// Letters that come later: more are there than are looked at.
        var later = 0
        /// What is no regular file.
        var strange = 0
    }

    private let path: String
    private let (new, cur, person): (Int32, Int32, Int32)

    /// Opens the folders; `person/` is made where it is not there. Errors: it is no Maildir, or not ours to change.
    init(_ path: String) throws(Failure) {
        self.path = path
        let folder = Glibc.open(path, O_RDONLY | O_DIRECTORY | O_CLOEXEC)
        guard folder >= 0 else {
            throw .usage("\(path) is no folder that can be read: name the Maildir of the address for privacy")
        }
        defer { close(folder) }
        mkdirat(folder, "person", 0o700)
        var opened: [Int32] = []
        for name in ["new", "cur", "person"] {
            let inner = openat(folder, name, O_RDONLY | O_DIRECTORY | O_NOFOLLOW | O_CLOEXEC)
            guard inner >= 0 else {
                for descriptor in opened { close(descriptor) }
                throw .usage("\(path) has no folder \(name): name a Maildir, with new and cur, that is this user's")
            }
            opened.append(inner)
        }
        (new, cur, person) = (opened[0], opened[1], opened[2])
    }

    deinit { for folder in [new, cur, person] { close(folder) } }

    /// The letters of `new/`, at most so many.
    func look(most: Int, now: Instant) -> Found {
        var found = Found()
        each(new) { name, status in
            guard status.st_mode & S_IFMT == S_IFREG else {
                found.strange += 1
                return
            }
            found.letters.append(
                Letter(
                    name: name, receivedAt: min(Self.changed(status), now),
                    isTooLarge: status.st_size > Intake.Limits.letterBytes))
        }
        found.letters.sort { $0.receivedAt < $1.receivedAt }
        found.later = max(0, found.letters.count - most)
        found.letters = Array(found.letters.prefix(most))
        return found
    }

    /// Opens a letter for somebody who reads it; nil: it is gone, or too large, or no longer what it was.
    func open(_ letter: Letter) -> Int32? {
        guard !letter.isTooLarge else { return nil }
        let descriptor = openat(new, letter.name, O_RDONLY | O_NOFOLLOW | O_NONBLOCK | O_CLOEXEC)
        guard descriptor >= 0 else { return nil }
        var status = stat()
        if fstat(descriptor, &status) == 0, status.st_mode & S_IFMT == S_IFREG,
            status.st_size <= Intake.Limits.letterBytes
        {
            return descriptor
        }
        close(descriptor)
        return nil
    }

    /// Moves a letter to `cur/` under a name of ours: it was dealt with. Its time stays.
    func settle(_ letter: Letter, as name: String) { renameat(new, letter.name, cur, name) }

    /// Moves a letter to `person/` under a name of ours. Its time stays.
    func handOver(_ letter: Letter, as name: String) { renameat(new, letter.name, person, name) }

    /// The names in `cur/`.
    func settledNames() -> [String] {
        var names: [String] = []
        each(cur) { name, _ in
            names.append(String(decoding: name.dropLast().map { UInt8(bitPattern: $0) }, as: UTF8.self))
        }
        return names
    }

    /// Letters in `person/`, and when the oldest of them came.
    func waiting() -> (count: Int, oldest: Instant?) {
        var (count, oldest) = (0, Instant?.none)
        each(person) { _, status in
            count += 1
            oldest = min(oldest ?? Self.changed(status), Self.changed(status))
        }
        return (count, oldest)
    }

    /// Deletes what came before a moment and was dealt with; how many.
    func delete(before: Instant) -> Int {
        var names: [[CChar]] = []
        each(cur) { name, status in
            if status.st_mode & S_IFMT == S_IFREG, Self.changed(status) < before { names.append(name) }
        }
        return names.count { unlinkat(cur, $0, 0) == 0 }
    }

    /// What lies in a folder, but for names that begin with a dot.
    private func each(_ folder: Int32, _ body: ([CChar], stat) -> Void) {
        let own = openat(folder, ".", O_RDONLY | O_DIRECTORY | O_CLOEXEC)
        guard own >= 0, let stream = fdopendir(own) else {
            if own >= 0 { close(own) }
            return
        }
        defer { closedir(stream) }
        var seen = 0
        while seen < Limits.letterNames, let entry = readdir(stream) {
            let name = withUnsafeBytes(of: &entry.pointee.d_name) { bytes in
                bytes.prefix { $0 != 0 }.map { CChar(bitPattern: $0) }
            }
            guard name.first != 46 else { continue }
            seen += 1
            var status = stat()
            if fstatat(folder, name + [0], &status, AT_SYMLINK_NOFOLLOW) == 0 { body(name + [0], status) }
        }
    }

    private static func changed(_ status: stat) -> Instant {
        Instant(clampingMilliseconds: Int64(status.st_mtim.tv_sec) * 1_000 + Int64(status.st_mtim.tv_nsec) / 1_000_000)
    }
}
