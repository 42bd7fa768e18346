import Schema

/// What a letter is to be taken for, by plain rules: machines' answers, lists and conversations first, then the sender,
/// then what is asked for.
package enum Letter {
    /// Reads a letter, the bytes of a file. `Confinement` holds where they are a stranger's.
    package static func read(_ bytes: [UInt8]) -> Reading {
        guard !bytes.isEmpty, bytes.count <= Limits.letterBytes, !bytes.contains(0), let header = LetterHeader(bytes)
        else {
            return .person(.unread)
        }
        return bytes.withUnsafeBufferPointer { buffer in
            guard var reader = LetterReader(buffer) else { return .person(.unread) }
            let headers = reader.headers()
            if let early = sort(headers) { return early }
            guard headers.count(where: { $0.name == "from" }) == 1, let sender = reader.sender() else {
                return .person(.sender)
            }
            if isMachine(sender) { return .person(.list) }
            let subject = reader.subject()
            if Conversation.isPart(headers, subject) { return .person(.thread) }
            guard let text = reader.ownText() else { return .person(.unread) }
            guard let (kind, language) = Wording.kind(subject: subject, text: OwnWords.of(text)) else {
                return .person(.unclear)
            }
            let id = headers.first { $0.name == "message-id" }?.value ?? ""
            let content = Array("\(id)\n\(sender)\n".utf8) + bytes[header.end...]
            guard let letter = fingerprint(content) else { return .person(.unread) }
            return .request(kind, language, sender: sender, letter: letter)
        }
    }

    /// True for an address that machines write from, whatever their headers say: nothing is mailed there. RFC 3834 §2.
    private static func isMachine(_ sender: String) -> Bool {
        let local = sender.prefix { $0 != "@" }.lowercased()
        return ["mailer-daemon", "postmaster", "noreply", "no-reply", "donotreply"].contains(local)
            || local.hasPrefix("owner-") || local.hasSuffix("-request") || local.hasSuffix("-owner")
    }

    /// What a machine sent, by RFC 3834 and RFC 2919; nil: a person may have written it.
    private static func sort(_ headers: [(name: String, value: String)]) -> Reading? {
        func values(_ name: String) -> [String] {
            headers.filter { $0.name == name }.map { $0.value.lowercased().filter { $0 != " " && $0 != "\t" } }
        }
        let automatic = values("auto-submitted").filter { $0 != "no" }
        let precedence = values("precedence")
        if automatic.contains(where: { $0.hasPrefix("auto-replied") }) || values("return-path").contains("<>")
            || values("content-type").contains(where: { $0.hasPrefix("multipart/report") })
            || precedence.contains("auto_reply") || !values("x-autoreply").isEmpty || !values("x-autorespond").isEmpty
        {
            return .automatic
        }
        if !automatic.isEmpty || headers.contains(where: { $0.name.hasPrefix("list-") })
            || precedence.contains(where: ["bulk", "list", "junk"].contains)
        {
            return .person(.list)
        }
        return nil
    }
}

/// Conversations: only a letter that begins one is answered.
private enum Conversation {
    static func isPart(_ headers: [(name: String, value: String)], _ subject: String) -> Bool {
        if headers.contains(where: { ["in-reply-to", "references"].contains($0.name) }) { return true }
        let start = subject.lowercased().drop { $0 == " " }
        return ["re:", "aw:", "fw:", "fwd:", "wg:"].contains(where: start.hasPrefix)
    }
}
