/// A whole JSON text as a row of nodes: a value, then what is in it. Names must differ within their object.
struct JSONTape {
    /// A value or a name.
    struct Node {
        enum Kind: UInt8 { case object, array, string, integer, fraction, boolean, null }
        let kind: Kind
        /// Of a string: what is between its quotes.
        var text = JSONText(start: 0, end: 0, isEscaped: false)
        /// Of an integer: nil where it does not fit. Of a boolean: 0 or 1. Of an array or object: its members.
        var value: Int64?
        /// The place of the node after this one and all that is in it.
        var next = 0
    }

    private(set) var nodes: [Node] = []
    private(set) var scanner: JSONScanner

    init(_ bytes: UnsafeRawBufferPointer) throws(Refusal) {
        scanner = JSONScanner(bytes)
        scanner.skipSpace()
        try read(depth: 0)
        try scanner.end()
    }

    /// What a string node says.
    func string(_ node: Int) -> String { scanner.string(of: nodes[node].text) }

    private mutating func read(depth: Int) throws(Refusal) {
        let place = nodes.count
        switch scanner.next {
        case 34:
            nodes.append(Node(kind: .string, text: try scanner.string()))
        case 123, 91:
            guard depth < Limits.jsonDepthMax else { throw JSONScanner.malformed }
            if scanner.next == 123 { try readObject(depth: depth) } else { try readArray(depth: depth) }
        case 116:
            try scanner.literal("true")
            nodes.append(Node(kind: .boolean, value: 1))
        case 102:
            try scanner.literal("false")
            nodes.append(Node(kind: .boolean, value: 0))
        case 110:
            try scanner.literal("null")
            nodes.append(Node(kind: .null))
        default:
            let number = try scanner.number()
            nodes.append(Node(kind: number.isInteger ? .integer : .fraction, value: number.value))
        }
        nodes[place].next = nodes.count
    }

    private mutating func readArray(depth: Int) throws(Refusal) {
        let place = nodes.count
        nodes.append(Node(kind: .array))
        var count: Int64 = 0
        guard try scanner.open(91, 93) else {
            nodes[place].value = 0
            return
        }
        repeat {
            try read(depth: depth + 1)
            count += 1
        } while try scanner.goesOn(93)
        nodes[place].value = count
    }

    private mutating func readObject(depth: Int) throws(Refusal) {
        let place = nodes.count
        nodes.append(Node(kind: .object))
        var names = UniqueNames()
        guard try scanner.open(123, 125) else {
            nodes[place].value = 0
            return
        }
        repeat {
            let text = try scanner.name()
            let name = scanner.string(of: text)
            guard names.insert(name) else {
                throw Refusal(.malformed, fields: FieldName(text: name).map { [$0] } ?? [])
            }
            nodes.append(Node(kind: .string, text: text, next: nodes.count + 1))
            try read(depth: depth + 1)
        } while try scanner.goesOn(125)
        nodes[place].value = Int64(names.count)
    }
}

/// The names of an object so far: a few are compared, many are hashed.
private struct UniqueNames {
    private var few: [String] = []
    private var many: Set<String> = []
    private(set) var count = 0

    /// False where the name was there.
    mutating func insert(_ name: String) -> Bool {
        count += 1
        if few.count < Limits.jsonNamesComparedMax {
            guard !few.contains(where: { $0.utf8.elementsEqual(name.utf8) }) else { return false }
            few.append(name)
            return true
        }
        if many.isEmpty { many.formUnion(few) }
        return many.insert(name).inserted
    }
}
