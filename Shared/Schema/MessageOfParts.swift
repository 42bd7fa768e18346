/// A message of several parts that stand for themselves: some may be refused and the rest taken.
package protocol MessageOfParts: Message {
    /// True where no part is left.
    var isEmpty: Bool { get }
    /// Reads a record's value; a part that breaks a rule is left out and named in `refused`, by its place from 0.
    /// What does not decode at all is thrown.
    static func decodeParts(
        _ value: UnsafeRawBufferPointer, contentType: ContentType, from trust: TopicTrust,
        refused: inout [(index: Int, refusal: Refusal)]
    ) throws(Refusal) -> Self
}
