import Engine
import Schema

/// What a person is told by mail. Policy §2.3.
struct Notices {
    let tx: Transaction

    /// Has a notice mailed: to an address, or to the one on file.
    func send(
        _ kind: NoticeKind, to subject: SubjectID, at moment: Instant, address: Sealed<Email>? = nil,
        request: RequestNotice? = nil
    ) throws {
        let notice = Notice(
            id: tx.newID(NoticeID.self), subject: subject, kind: kind, at: moment, address: address, request: request)
        try tx.send(NotifierMessage(notice: notice), to: Topics.notifierMessagesIdentity, for: subject.account)
    }
}
