import Foundation
import Glibc

/// What the commands write: results to standard output, progress and complaints to standard error.
package enum Terminal {
    /// A line of the result.
    package static func print(_ text: String) { write(text + "\n", to: STDOUT_FILENO) }

    /// A line of progress or complaint.
    package static func complain(_ text: String) { write(text + "\n", to: STDERR_FILENO) }

    /// The result as JSON with its names in order.
    package static func printJSON(_ value: some Encodable) { print(json(value)) }

    /// A value as indented JSON with its names in order.
    package static func json(_ value: some Encodable) -> String {
        let encoder = JSONEncoder()
        encoder.outputFormatting = [.sortedKeys, .prettyPrinted, .withoutEscapingSlashes]
        guard let bytes = try? encoder.encode(value) else { return "null" }  // only non-finite numbers fail; none here
        return String(decoding: bytes, as: UTF8.self)
    }

    private static func write(_ text: String, to descriptor: Int32) {
        var text = text
        text.withUTF8 { bytes in
            var rest = UnsafeRawBufferPointer(bytes)
            while !rest.isEmpty {
                let count = Glibc.write(descriptor, rest.baseAddress, rest.count)
                if count < 0 && errno == EINTR { continue }
                guard count > 0 else { return }
                rest = UnsafeRawBufferPointer(rebasing: rest[count...])
            }
        }
    }
}

/// A table for a terminal: columns as wide as their widest cell.
package enum TableText {
    /// The rows as lines, two blanks between columns.
    package static func lines(_ rows: [[String]]) -> [String] {
        var widths: [Int] = []
        for row in rows {
            for (column, cell) in row.enumerated() {
                if column == widths.count { widths.append(0) }
                widths[column] = max(widths[column], cell.count)
            }
        }
        return rows.map { row in
            let cells = row.enumerated().map { column, cell in
                column == row.count - 1 ? cell : cell + String(repeating: " ", count: widths[column] - cell.count)
            }
            return cells.joined(separator: "  ")
        }
    }
}
