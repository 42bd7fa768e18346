import Foundation
import Schema
import Testing

/// SplitMix64: one seed, one sequence.
struct Seeded: RandomNumberGenerator {
    private var state: UInt64
    init(_ seed: UInt64) { state = seed }
    mutating func next() -> UInt64 {
        state &+= 0x9e37_79b9_7f4a_7c15
        var word = (state ^ state >> 30) &* 0xbf58_476d_1ce4_e5b9
        word = (word ^ word >> 27) &* 0x94d0_49bb_1331_11eb
        return word ^ word >> 31
    }
    /// A number in a range; often one of its ends, or near 0.
    mutating func number(_ range: ClosedRange<Int64>) -> Int64 {
        switch next() % 8 {
        case 0: range.lowerBound
        case 1: range.upperBound
        case 2: Int64.random(in: range.clamped(to: -200...200), using: &self)
        default: Int64.random(in: range, using: &self)
        }
    }
    mutating func count(_ range: ClosedRange<Int>) -> Int { Int.random(in: range, using: &self) }
    mutating func flag() -> Bool { next() & 1 == 0 }
    mutating func text(_ allowed: String, _ count: ClosedRange<Int>) -> String {
        String((0..<self.count(count)).map { _ in allowed.randomElement(using: &self) ?? "a" })
    }
    mutating func field<Field: IntegerField>() -> Field { Field(unchecked: number(Field.range)) }
    mutating func identifier<ID: Identifier>() -> ID { ID(high: next(), low: next()) }
    mutating func named<Field: NamedField>() -> Field { Field.allCases.randomElement(using: &self) ?? Field.example }
    mutating func name<N: Name>() -> N {
        let first = "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789"
        return N(unchecked: text(first, 1...1) + text(first + "._:/@-", 0...95))
    }
    mutating func currency() -> Currency { Currency(text: text("ABCDEFGHIJKLMNOPQRSTUVWXYZ", 3...3)) ?? .dollar }
    /// A moment that protobuf can tell from an absent one.
    mutating func instant() -> Instant { Instant(unchecked: max(1, number(Instant.range))) }
}

extension Seeded {
    mutating func usage(calls: ClosedRange<Int> = 1...3) -> Usage {
        Usage(calls: (0..<count(calls)).map { _ in call() })
    }
    mutating func call() -> Call {
        let attempts = (1...count(1...(flag() ? 1 : Call.attemptsMax))).map { attempt($0) }
        return Call(
            callID: identifier(), calledAt: instant(), apiKeyID: identifier(), outcome: named(), attempts: attempts)
    }
    mutating func attempt(_ number: Int) -> Attempt {
        let classes = UnitClass.allCases.shuffled(using: &self).prefix(
            count(0...(flag() ? 2 : UnitClass.allCases.count)))
        let currencies = Set((0..<count(0...(flag() ? 0 : Attempt.statedMax))).map { _ in currency() }).sorted()
        return Attempt(
            number: AttemptNumber(unchecked: Int64(number)), upstream: name(), model: name(),
            region: flag() ? name() : nil, tierServed: flag() ? named() : nil, startedAt: instant(),
            durationMs: field(),
            outcome: named(), units: classes.map { UnitCount(unit: $0, count: field()) },
            stated: currencies.map { StatedCost(currency: $0, nano: field()) })
    }
    mutating func totals() -> Totals { Totals(totals: (0..<count(1...4)).map { _ in total() }) }
    mutating func total() -> Total {
        Total(
            account: identifier(), hour: field(), currency: currency(), calls: field(), nano: field(),
            millionths: field(),
            revision: field())
    }
}

/// Reads a message from bytes.
func read<M: Message>(
    _ type: M.Type, _ bytes: [UInt8], _ form: ContentType = .json, from topic: TopicTrust = .outside
) throws(Refusal) -> M {
    let result: Result<M, Refusal> = bytes.withUnsafeBytes { value in
        do throws(Refusal) {
            return .success(try M.decode(value, contentType: form, from: topic))
        } catch {
            return .failure(error)
        }
    }
    return try result.get()
}

/// The refusal of bytes; nil where they are read.
func refusal<M: Message>(
    _ type: M.Type, _ bytes: [UInt8], _ form: ContentType = .json, from topic: TopicTrust = .outside
) -> Refusal? {
    do throws(Refusal) {
        _ = try read(type, bytes, form, from: topic)
        return nil
    } catch {
        return error
    }
}

/// What `Usage.decodeCalls` makes of bytes.
func readCalls(
    _ bytes: [UInt8], _ form: ContentType
) -> (calls: [Call], refused: [(index: Int, Refusal)], thrown: Refusal?) {
    var calls: [Call] = []
    var refused: [(index: Int, Refusal)] = []
    let thrown: Refusal? = bytes.withUnsafeBytes { value in
        do throws(Refusal) {
            try Usage.decodeCalls(value, contentType: form, into: &calls, refused: &refused)
            return nil
        } catch {
            return error
        }
    }
    return (calls, refused, thrown)
}

/// The repository's folder.
let repository = URL(fileURLWithPath: #filePath).deletingLastPathComponent().deletingLastPathComponent()
    .deletingLastPathComponent()

/// Runs a program to its end.
func run(_ arguments: [String]) throws -> (status: Int32, output: String) {
    let process = Process()
    process.executableURL = URL(fileURLWithPath: "/usr/bin/env")
    process.arguments = arguments
    let pipe = Pipe()
    process.standardOutput = pipe
    process.standardError = pipe
    try process.run()
    let output = pipe.fileHandleForReading.readDataToEndOfFile()
    process.waitUntilExit()
    return (process.terminationStatus, String(decoding: output, as: UTF8.self))
}

/// The Python that has protobuf: TROTH_PYTHON, else `python3`.
let python = ProcessInfo.processInfo.environment["TROTH_PYTHON"] ?? "python3"
