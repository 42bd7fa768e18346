import Seal

/// What we show a relay, read from its file when it is needed. A line's end at the end is none of it.
struct SMTPPassword: ~Copyable {
    private let secret: SecretBytes?

    /// Throws `mail` where the file is no secret's: missing, empty, too long, or open to others.
    init(settings: SMTPSettings) throws(RuntimeError) {
        guard let path = settings.passwordFile else {
            secret = nil
            return
        }
        do throws(SealError) {
            secret = try SecretBytes(file: path)
        } catch {
            throw .mail("\(error)")
        }
    }

    /// Lends it as C text; it is wiped afterwards. Nil: there is none.
    func withText<Result>(_ body: (UnsafePointer<CChar>?) -> Result) -> Result {
        guard secret != nil else { return body(nil) }
        return withUnsafeTemporaryAllocation(of: CChar.self, capacity: Limits.mailPasswordBytes + 1) { text in
            text.initialize(repeating: 0)
            defer { text.update(repeating: 0) }
            copy(to: text)
            return body(text.baseAddress)
        }
    }

    private func copy(to text: UnsafeMutableBufferPointer<CChar>) {
        secret?.withBytes { bytes in
            for index in 0..<min(bytes.byteCount, Limits.mailPasswordBytes) {
                let byte = bytes.unsafeLoad(fromByteOffset: index, as: UInt8.self)
                if byte == 10 || byte == 13 { break }
                text[index] = CChar(bitPattern: byte)
            }
        }
    }
}
