import Foundation
import Glibc
package import Schema

/// What the account's commands keep between two calls, as a browser keeps its cookies: a file of its owner only, mode
/// 0600. What lies in it signs in: nothing of it is printed.
package struct SessionFile: Codable, Equatable, Sendable, CustomStringConvertible {
    /// The id of this browser.
    package let browser: String
    /// The attempt that a code was mailed for last.
    package var attempt: String?
    /// Where that code went; gone with the attempt.
    package var codeTo: String?
    /// When it was asked for, in microseconds since 1970.
    package var askedAt: Int64?
    /// The address of the account, as far as this file knows it.
    package var email: String?
    /// An address that waits for the old one to agree.
    package var nextEmail: String?
    package var account: String?
    package var token: String?

    /// Of a new browser.
    package init() { browser = BrowserID.random().text }

    package var description: String { "[session]" }

    /// Reads a file; nil where there is none. Errors: others may read it, or it is none of these.
    package static func read(_ path: String) throws(Failure) -> SessionFile? {
        let file = open(path, O_RDONLY | O_CLOEXEC | O_NOFOLLOW)
        guard file >= 0 else {
            if errno == ENOENT { return nil }
            throw .usage("\(path) cannot be opened, error \(errno): name another --session-file")
        }
        defer { close(file) }
        var status = stat()
        guard fstat(file, &status) == 0, status.st_mode & S_IFMT == S_IFREG, status.st_mode & 0o077 == 0 else {
            throw .refused("\(path) is no file of its owner alone: chmod 600 it, or name another --session-file")
        }
        var bytes = [UInt8](repeating: 0, count: Limits.sessionBytes)
        let count = Glibc.read(file, &bytes, bytes.count)
        guard count > 0, let session = try? JSONDecoder().decode(Self.self, from: Data(bytes[..<count])),
            BrowserID(text: session.browser) != nil
        else { throw .refused("\(path) is no session file: remove it, or name another --session-file") }
        return session
    }

    /// Writes the file whole or not at all.
    package func write(_ path: String) throws(Failure) {
        if let slash = path.lastIndex(of: "/"), slash != path.startIndex { try Folder.make(String(path[..<slash])) }
        let draft = "\(path).\(getpid()).new"
        unlink(draft)
        let file = open(draft, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC | O_NOFOLLOW, 0o600)
        guard file >= 0 else {
            throw .usage("\(path) cannot be written, error \(errno): name another --session-file")
        }
        let bytes = Array((Terminal.json(self) + "\n").utf8)
        let isWritten = Glibc.write(file, bytes, bytes.count) == bytes.count && fsync(file) == 0
        close(file)
        guard isWritten, rename(draft, path) == 0 else {
            unlink(draft)
            throw .usage("\(path) cannot be written, error \(errno): name another --session-file")
        }
    }

    /// Who uses it.
    package func person(address: IPAddress?) -> Person {
        var person = Person(browser: BrowserID(text: browser) ?? .random(), address: address)
        if let account = account.flatMap({ AccountID(text: $0) }), let token = token.flatMap({ SessionToken(text: $0) })
        {
            person.session = Person.Session(account: account, token: token)
        }
        return person
    }

    /// A code is on its way.
    package mutating func expect(_ attempt: AttemptID, to email: String?, asked moment: Instant) {
        (self.attempt, codeTo, askedAt) = (attempt.text, email, moment.value)
    }

    /// No code is awaited.
    package mutating func forgetCode() { (attempt, codeTo, askedAt, nextEmail) = (nil, nil, nil, nil) }

    /// The code was right: somebody is signed in.
    package mutating func begin(_ session: Person.Session) {
        if let codeTo { email = codeTo }
        (account, token) = (session.account.text, session.token.text)
        forgetCode()
    }

    /// The code to a new address was right, and the old one is asked.
    package mutating func askOld(_ attempt: AttemptID, asked moment: Instant) {
        nextEmail = codeTo
        expect(attempt, to: email, asked: moment)
    }

    /// The address is changed.
    package mutating func change() {
        email = nextEmail ?? codeTo ?? email
        forgetCode()
    }

    /// The session has ended.
    package mutating func end() {
        (account, token) = (nil, nil)
        forgetCode()
    }
}
