import Engine
import Schema

/// The mail of a delivery, in clear: it lives for as long as a job is made.
struct Letter {
    /// Nil: what was sealed is no address that mail is sent to.
    let job: MailJob?

    /// Opens what is sealed. Nil: the person's key was destroyed, or there is nobody to write to.
    init?(_ delivery: Delivery, sender: MailAddress, _ tx: Transaction) throws {
        let contact = try delivery.subject.flatMap { try Contacts(tx: tx).find($0) }
        guard let email = try Self.address(of: delivery, contact, tx) else { return nil }
        let code = try Self.code(of: delivery, tx)
        guard let to = MailAddress(typed: email.text) else {
            job = nil
            return
        }
        let language = delivery.language ?? contact?.language ?? .english
        let template = Template(
            delivery.kind, language, at: delivery.at, until: delivery.expiresAt, request: delivery.request,
            attempt: delivery.attempt)
        let mail = Mail(
            id: delivery.notice, date: delivery.at, from: sender, to: to, language: language,
            content: template.filled(code: code))
        job = MailJob(id: delivery.notice, to: to, message: mail.bytes)
    }

    /// A notice goes to the address that it brought, else to the one on file.
    private static func address(of delivery: Delivery, _ contact: Contacts.Entry?, _ tx: Transaction) throws -> Email? {
        if let subject = delivery.subject {
            guard let sealed = delivery.address ?? contact?.address else { return nil }
            return try tx.open(sealed, of: subject)
        }
        guard let attempt = delivery.attempt, let key = delivery.key, let sealed = delivery.address else { return nil }
        return try tx.open(sealed, of: attempt, under: key)
    }

    private static func code(of delivery: Delivery, _ tx: Transaction) throws -> MailCode? {
        if let subject = delivery.subject { return try delivery.request?.code.flatMap { try tx.open($0, of: subject) } }
        guard let attempt = delivery.attempt, let key = delivery.key, let sealed = delivery.code else { return nil }
        return try tx.open(sealed, of: attempt, under: key)
    }
}
