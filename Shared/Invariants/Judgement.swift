/// How a law collects what it looks at and what breaks it.
struct Judgement {
    private var looked = 0
    private var broken = 0
    private var first: String?

    /// Looks at one thing; `what` describes it where it is wrong.
    mutating func look(_ isRight: Bool, _ what: @autoclosure () throws -> String) rethrows {
        looked += 1
        if !isRight { breaks(try what()) }
    }

    /// Takes note of something wrong with a thing that was looked at already.
    mutating func breaks(_ what: String) {
        broken += 1
        first = first ?? what
    }

    /// The finding: `things` says what was counted.
    func finding(_ law: some Law, _ things: String) -> Finding {
        guard broken > 0 else { return Finding(name: law.name, ok: true, count: looked, detail: things) }
        let more = broken > 1 ? " (and \(broken - 1) more)" : ""
        return Finding(name: law.name, ok: false, count: broken, detail: (first ?? "") + more)
    }
}
