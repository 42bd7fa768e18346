package import Schema
package import Seal

/// A correction on its way: its new address is boxed to identity, and bound to its request and its account.
extension BoxContext {
    /// The place of the new address of a correction.
    package static func correction(_ request: RequestID, of account: AccountID) -> BoxContext {
        BoxContext(
            owner: "identity", topic: Topics.rightsRequests.name.text, type: RightsRequest.type,
            source: "rights-worker", id: request.text, recordKey: Array(account.text.utf8), fieldID: Email.sealID)
    }
}

extension BrowserID {
    /// What a correction's code comes back with in the place of a browser's id: the request's number.
    package static func correction(_ request: RequestID) -> BrowserID { BrowserID(unchecked: request.text) }
}

extension Transaction {
    /// Boxes the new address of a correction to this service's own newest intake key, for its way over rights-worker.
    package func box(_ email: Email, correcting request: RequestID, of account: AccountID) throws -> Boxed<Email> {
        guard let key = try ring().intakeKeys().last?.publicKey else { throw KeyFailure.unknown(.account) }
        return try box(email, to: key, .correction(request, of: account))
    }

    /// Opens the new address of a correction. A box that does not open is a refusal.
    package func open(_ email: Boxed<Email>, of request: RightsRequest) throws -> Email {
        try open(email, .correction(request.request, of: request.subject.account))
    }

    /// True for a person who has keys, or of whose keys some are not destroyed.
    package func hasKeys(of subject: SubjectID) throws -> Bool { try ring().record(of: subject) != nil }
}
