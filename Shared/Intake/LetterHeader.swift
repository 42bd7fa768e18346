/// The block of headers as it stands in the file, before anything interprets it.
struct LetterHeader {
    /// Where the content begins.
    let end: Int

    /// Finds the end of the headers; nil where they are above their bound, have a bare CR, or mix line ends:
    /// readers would not agree on what they say.
    init?(_ bytes: [UInt8]) {
        var lineFeeds = 0
        var pairs = 0
        var start = 0
        for (index, byte) in bytes.enumerated() {
            guard index < Limits.headerBytes else { return nil }
            switch byte {
            case 13:
                guard index + 1 < bytes.count, bytes[index + 1] == 10 else { return nil }
                pairs += 1
            case 10:
                lineFeeds += 1
                guard pairs == 0 || pairs == lineFeeds else { return nil }
                let isEmpty = index == start || index == start + 1 && bytes[start] == 13
                if isEmpty {
                    end = index + 1
                    return
                }
                start = index + 1
            default: break
            }
        }
        end = bytes.count
    }
}
