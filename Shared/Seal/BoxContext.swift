/// Where a sealed box belongs: whose it is, on which record, in which field. All of it is bound to the box.
package struct BoxContext: Equatable, Sendable {
    /// The service whose key opens it.
    package var owner: String
    /// The topic of the record.
    package var topic: String
    /// The record's `ce_type`.
    package var type: String
    /// The record's `ce_source`.
    package var source: String
    /// The record's `ce_id`.
    package var id: String
    /// The record's key as it is on the wire.
    package var recordKey: [UInt8]
    /// The seal id of the value's type.
    package var fieldID: UInt16
    /// Which of several values of the field.
    package var index: UInt16

    /// Names the place.
    package init(
        owner: String, topic: String, type: String, source: String, id: String, recordKey: [UInt8], fieldID: UInt16,
        index: UInt16 = 0
    ) {
        (self.owner, self.topic, self.type, self.source) = (owner, topic, type, source)
        (self.id, self.recordKey, self.fieldID, self.index) = (id, recordKey, fieldID, index)
    }

    /// HPKE's `info`.
    func info(keyID: [UInt8]) throws(SealError) -> [UInt8] {
        var result: [UInt8] = []
        result.append(label: "troth/box/v1")
        try result.append(prefixed: owner)
        result += keyID
        try result.append(prefixed: topic)
        try result.append(prefixed: type)
        try result.append(prefixed: source)
        try result.append(prefixed: id)
        try result.append(prefixed: recordKey)
        result.append(number: fieldID)
        result.append(number: index)
        return result
    }
}
