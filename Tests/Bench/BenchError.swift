/// Why the bench cannot go on: a fact and a remedy.
enum BenchError: Error, CustomStringConvertible {
    case usage(String)
    case failed(String)

    var description: String {
        switch self {
        case .usage(let text): "\(text): see bench --help"
        case .failed(let text): text
        }
    }
}
