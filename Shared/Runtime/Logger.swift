import Glibc

/// The log of one program: lines on standard error, each with one write. A message is constant; its values are
/// metadata. In swift-log's words.
package struct Logger: Sendable {
    /// How severe a line is, least first.
    package enum Level: String, CaseIterable, Comparable, Sendable {
        case debug, info, notice, warning, error

        package static func < (left: Level, right: Level) -> Bool { left.rank < right.rank }

        /// From a level of syslog (RFC 5424): 0 is the most severe, 7 the least.
        package init(syslog level: Int) {
            self =
                switch level {
                case ...3: .error
                case 4: .warning
                case 5: .notice
                case 6: .info
                default: .debug
                }
        }

        private var rank: Int {
            switch self {
            case .debug: 0
            case .info: 1
            case .notice: 2
            case .warning: 3
            case .error: 4
            }
        }
    }

    /// How lines look.
    package enum Format: Equatable, Sendable {
        /// For people, `12:03:44.123 NOTICE metering  message key=value`, in UTC.
        case terminal(colour: Bool)
        /// One JSON object a line, with `time`, `level`, `label`, `message` and the metadata.
        case json

        /// From the value of the key `log-format`; `auto` asks whether standard error is a terminal.
        package init(configured text: String) {
            let isTerminal = isatty(STDERR_FILENO) == 1
            self = text == "terminal" || (text == "auto" && isTerminal) ? .terminal(colour: isTerminal) : .json
        }
    }

    /// What the program is, such as `metering`.
    package let label: String
    /// How lines look.
    package let format: Format
    /// The least severe lines that are written.
    package let level: Level
    private let descriptor: Int32

    /// A log on standard error, or on another open descriptor.
    package init(label: String, format: Format, level: Level, descriptor: Int32 = STDERR_FILENO) {
        self.label = label
        self.format = format
        self.level = level
        self.descriptor = descriptor
    }

    /// What only somebody looking for a fault wants to know.
    package func debug(_ message: StaticString, _ metadata: @autoclosure () -> [(String, String)] = []) {
        log(.debug, message, metadata())
    }
    /// What is as it should be.
    package func info(_ message: StaticString, _ metadata: @autoclosure () -> [(String, String)] = []) {
        log(.info, message, metadata())
    }
    /// What is as it should be and rare: starts, stops, assignments.
    package func notice(_ message: StaticString, _ metadata: @autoclosure () -> [(String, String)] = []) {
        log(.notice, message, metadata())
    }
    /// What passes by itself, or what an operator should look at one day.
    package func warning(_ message: StaticString, _ metadata: @autoclosure () -> [(String, String)] = []) {
        log(.warning, message, metadata())
    }
    /// What an operator must act on.
    package func error(_ message: StaticString, _ metadata: @autoclosure () -> [(String, String)] = []) {
        log(.error, message, metadata())
    }

    /// Writes a line where it is severe enough. Values are escaped, and cut at 500 bytes.
    package func log(
        _ level: Level, _ message: StaticString, _ metadata: @autoclosure () -> [(String, String)] = []
    ) {
        guard level >= self.level else { return }
        let line = LogLine(
            now: ShardClock.now(), level: level, label: label, message: "\(message)", metadata: metadata())
        let text = line.text(in: format)
        _ = text.utf8.withContiguousStorageIfAvailable { write(descriptor, $0.baseAddress, $0.count) }
    }
}
