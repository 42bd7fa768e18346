package import Schema
import Seal

/// What identity signs, and how it is checked: made and checked here and nowhere else. SECURITY.md: Proofs.
enum RightsProof {
    /// What is signed of a proof.
    static func fields(of proof: IdentityProof) -> SignedFields {
        SignedFields(
            topic: "rights.proofs", partition: 0, key: Array(proof.subject.text.utf8),
            type: "troth.rights.identity-proof.v1", source: "identity", id: proof.request.text, time: proof.at.value,
            link: [],
            value: Array("\(proof.act.rawValue) \(proof.method.rawValue) \(proof.notBefore?.value ?? 0)".utf8))
    }

    /// True where a request may be carried out: the proof is of this request, person and act, and identity's; and it is
    /// no older than a day, counted from the moment that it allows, unless the request was begun already.
    static func allows(
        _ request: RightsRequest, isBegun: Bool, by trusted: [[UInt8]], at now: Instant, _ before: ProofsChecked
    ) -> Bool {
        guard request.act.needsProof else { return true }
        guard let proof = request.proof, proof.request == request.request, proof.subject == request.subject,
            proof.act.allows(request.act)
        else { return false }
        let first = max(proof.at, proof.notBefore ?? proof.at)
        guard isBegun || now - first <= IdentityProof.life, proof.at <= now + Limits.clocksApart else { return false }
        if before.contains(proof, for: request.act) { return true }
        let fields = fields(of: proof)
        let isRight = trusted.contains { key in
            (try? Signature.verify(proof.signature.bytes, of: fields, by: key)) != nil
        }
        if isRight { before.add(proof, for: request.act) }
        return isRight
    }
}

/// Proofs of erasures on their way whose signature was right: the three acts of one carry the same, to the last byte. A
/// check takes a tenth of a millisecond: `rights.erasures_per_second`.
final class ProofsChecked {
    private var proofs: [RequestID: IdentityProof] = [:]

    /// True where it was checked; the last act forgets it.
    func contains(_ proof: IdentityProof, for act: RightsAct) -> Bool {
        guard proofs[proof.request] == proof else { return false }
        if act == .destroy { proofs[proof.request] = nil }
        return true
    }

    /// Remembers one for the acts to come.
    func add(_ proof: IdentityProof, for act: RightsAct) {
        guard act == .erase || act == .forget else { return }
        if proofs.count >= Limits.proofsRemembered { proofs = [:] }
        proofs[proof.request] = proof
    }
}

extension RightsAct {
    /// True where a proof of this act is enough for another one.
    fileprivate func allows(_ act: RightsAct) -> Bool {
        act == self || self == .erase && (act == .forget || act == .destroy)
    }
}

extension Transaction {
    /// Signs that a person has proved to be the account's: identity does, nobody else is believed.
    package func prove(
        _ request: RequestID, of subject: SubjectID, for act: RightsAct, by method: ProofMethod, at moment: Instant,
        notBefore: Instant? = nil
    ) throws -> IdentityProof {
        guard let signing = secrets.signing else { throw KeyFailure.missing("signing key") }
        var proof = IdentityProof(
            request: request, subject: subject, act: act, method: method, at: moment, notBefore: notBefore,
            signature: .example)
        let fields = RightsProof.fields(of: proof)
        proof.signature = SignatureBytes(
            unchecked: try sealing { () throws(SealError) in try Signature.sign(fields, with: signing) })
        return proof
    }
}
