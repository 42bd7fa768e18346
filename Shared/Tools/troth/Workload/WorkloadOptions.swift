import Schema

/// What `import` and `generate` have in common.
struct WorkloadOptions: Sendable {
    let kafka: KafkaOptions
    /// Who calls, and what identity says of them.
    let accounts: [AccountID]
    let standing: AccountsStanding
    let seed: UInt64
    let rate: Int64
    let limit: Int
    let manifest: String?
    let plan: Plan
    let now: Instant
    let start: Instant
    let isOwnPace, isJSON: Bool

    static let options =
        KafkaOptions.options + [
            OptionHelp("--rate", "N", "records a second; 0 is as fast as Kafka takes them; without it 150"),
            OptionHelp("--accounts-file", "FILE", "who calls: registered accounts, a UUID a line, with a heavy tail"),
            OptionHelp("--accounts", "N", "without a file: so many made-up ones, whose calls wait for a day; 200"),
            OptionHelp("--seed", "S", "what decides everything but the time; without it 1"),
            OptionHelp("--days-ago", "D", "the first call lies so many days back; without it 3, with a file 4 minutes"),
            OptionHelp("--start", "TIME", "the first call's time, instead of --days-ago"),
            OptionHelp("--own-pace", nil, "keep the trace's own pace instead of stretching it up to now"),
            OptionHelp("--limit", "N", "rows at most"),
            OptionHelp("--manifest", "FILE", "write what was sent, as JSON Lines, and canary texts to FILE.needles"),
            OptionHelp(
                "--story", nil, "with repeated, late, misplaced, broken and unpriced records (this is the default)"),
            OptionHelp("--plain", nil, "nothing repeated, late or wrong"),
        ]

    init(_ arguments: Arguments, limit fallback: Int) throws(Failure) {
        kafka = try KafkaOptions(arguments)
        rate = try arguments.integer("--rate", default: 150, in: 0...1_000_000)
        seed = UInt64(try arguments.integer("--seed", default: 1, in: 0...Int64.max))
        limit = Int(try arguments.integer("--limit", default: Int64(fallback), in: 1...Int64(Limits.traceRows)))
        manifest = arguments.text("--manifest")
        guard !arguments.has("--story") || !arguments.has("--plain") else {
            throw .usage("--story and --plain exclude each other: give one")
        }
        plan = arguments.has("--plain") ? .plain : .story
        (isOwnPace, isJSON) = (arguments.has("--own-pace"), arguments.has("--json"))
        now = TimeText.now()
        guard !arguments.has("--start") || !arguments.has("--days-ago") else {
            throw .usage("--start and --days-ago exclude each other: give one")
        }
        let isDated = arguments.has("--start") || arguments.has("--days-ago")
        let days = try arguments.integer("--days-ago", default: 3, in: 0...80)
        (accounts, standing) = try Self.accounts(arguments, seed: seed, isDated: isDated, now: now)
        let back = standing == .open(since: now) ? Limits.newAccountSpan : max(days * Instant.day, Instant.hour)
        start = try arguments.instant("--start") ?? now + -back
        guard start < now else { throw .usage("--start \(start) is not in the past: calls have been made before") }
    }

    /// Accounts of a file, which have been opened just now where no time of the calls is given; or made-up ones.
    private static func accounts(
        _ arguments: Arguments, seed: UInt64, isDated: Bool, now: Instant
    ) throws(Failure) -> ([AccountID], AccountsStanding) {
        guard let path = arguments.text("--accounts-file") else {
            let count = Int(try arguments.integer("--accounts", default: 200, in: 1...1_000_000))
            return (Workload.accounts(seed: seed, count: count), .unknown)
        }
        guard !arguments.has("--accounts") else {
            throw .usage("--accounts and --accounts-file exclude each other: give one")
        }
        return (try AccountsFile.read(path), .open(since: isDated ? nil : now))
    }

    /// Publishes the rows and shows what was sent.
    func publish(_ rows: [TraceRow]) throws(Failure) -> ExitCode {
        let timing = Timing(rows, from: start, until: isOwnPace ? nil : now)
        let workload = Workload(
            seed: seed, accounts: accounts, rows: rows, now: now, plan: plan, timing: timing, standing: standing)
        let publishing = Publishing(kafka: kafka, rate: rate, manifest: manifest) { Terminal.complain($0) }
        let summary = try publishing.run(workload, seed: seed, rows: rows.count)
        if isJSON { Terminal.printJSON(summary) } else { show(summary) }
        return summary.interrupted ? .checkFailed : .done
    }

    private func show(_ summary: ManifestSummary) {
        let rows: [(String, Int64)] = [
            ("records sent", summary.sent), ("calls in them", summary.calls), ("distinct calls", summary.distinct),
            ("sent again", summary.duplicates), ("charged", summary.charged), ("free", summary.free),
            ("unpriced", summary.unpriced), ("to be refused", summary.refused),
            ("outside the window", summary.outside), ("to wait for their account", summary.waiting),
            ("accounts", summary.accounts),
            ("by the wrong partitioner", summary.wrongPartitioner),
        ]
        for line in TableText.lines(rows.map { [$0.0, "\($0.1)"] }) { Terminal.print(line) }
        if let manifest { Terminal.print("manifest: \(manifest)") }
        if summary.interrupted { Terminal.complain("stopped before the end: the manifest says what was sent") }
    }
}
