import Schema

extension CallCount {
    /// None.
    static let zero = CallCount(unchecked: 0)
}

extension Remark {
    static let unknownCommand = Remark(text: "there is no such command: see troth --help") ?? .example
}
