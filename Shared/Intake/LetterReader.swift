import CGMime
import Schema

/// Reads one letter with GMime. It owns what GMime made, and frees it.
struct LetterReader: ~Copyable {
    private let stream: UnsafeMutablePointer<GMimeStream>
    private let parser: UnsafeMutablePointer<GMimeParser>
    private let message: UnsafeMutablePointer<GMimeMessage>
    private var parts = 0

    /// Prepares GMime and the few charsets that are read, once in a process: whoever may open no file any more gets no
    /// other converter.
    static let isReady: Bool = {
        g_mime_init()
        for charset in charsets { _ = g_mime_iconv_open("UTF-8", charset) }  // kept until the process ends
        return true
    }()

    /// Charsets whose text is read; anything else is for a person.
    private static let charsets = ["us-ascii", "utf-8", "iso-8859-1", "iso-8859-15", "windows-1252"]

    /// Takes a letter apart; nil where it is none. `bytes` live longer than the reader.
    init?(_ bytes: UnsafeBufferPointer<UInt8>) {
        let characters = UnsafeRawBufferPointer(bytes).assumingMemoryBound(to: CChar.self)
        guard Self.isReady, let stream = g_mime_stream_mem_new_with_buffer(characters.baseAddress, bytes.count) else {
            return nil
        }
        guard let parser = g_mime_parser_new_with_stream(stream) else {
            g_object_unref(stream)
            return nil
        }
        guard let message = g_mime_parser_construct_message(parser, nil) else {
            g_object_unref(parser)
            g_object_unref(stream)
            return nil
        }
        (self.stream, self.parser, self.message) = (stream, parser, message)
    }

    deinit {
        g_object_unref(message)
        g_object_unref(parser)
        g_object_unref(stream)
    }

    /// The headers, in order: names in lower case, values unfolded and otherwise as they stand.
    func headers() -> [(name: String, value: String)] {
        let list = g_mime_object_get_header_list(cgmime_object(message))
        return (0..<g_mime_header_list_get_count(list)).compactMap { index in
            guard let header = g_mime_header_list_get_header_at(list, index) else { return nil }
            return (text(g_mime_header_get_name(header)).lowercased(), text(g_mime_header_get_value(header)))
        }
    }

    /// The one mailbox in From; nil where there is a group, none or several, or what is no address.
    func sender() -> String? {
        guard let list = g_mime_message_get_from(message), internet_address_list_length(list) == 1,
            let address = internet_address_list_get_address(list, 0), let mailbox = cgmime_mailbox(address)
        else { return nil }
        let found = text(mailbox)
        return found.contains("@") && Email(text: found) != nil ? found : nil
    }

    /// What the subject says, decoded.
    func subject() -> String { text(g_mime_message_get_subject(message)) }

    /// The plain text of all parts that are the sender's own words; nil where there is none, or more or deeper than is
    /// read, or in another charset.
    mutating func ownText() -> String? {
        var found: [String] = []
        guard let body = g_mime_message_get_mime_part(message), collect(body, 1, &found) else { return nil }
        let whole = found.joined(separator: "\n\n")
        return found.isEmpty || whole.utf8.count > Limits.textBytes ? nil : whole
    }

    /// False: it is not to be read. A letter within the letter is somebody else's, an attachment no letter.
    private mutating func collect(
        _ object: UnsafeMutablePointer<GMimeObject>, _ depth: Int, _ found: inout [String]
    ) -> Bool {
        parts += 1
        guard parts <= Limits.parts, depth <= Limits.depth, cgmime_is_encrypted(object) == 0 else { return false }
        if let multipart = cgmime_multipart(object) {
            for index in 0..<g_mime_multipart_get_count(multipart) {
                guard let part = g_mime_multipart_get_part(multipart, index), collect(part, depth + 1, &found) else {
                    return false
                }
            }
            return true
        }
        guard let part = cgmime_text(object), isPlain(object) else { return true }
        let charset = text(g_mime_text_part_get_charset(part)).lowercased()
        guard charset.isEmpty || Self.charsets.contains(charset), let content = g_mime_text_part_get_text(part) else {
            return false
        }
        defer { g_free(content) }
        guard let words = String(validatingCString: content), !words.unicodeScalars.contains("\u{FFFD}") else {
            return false
        }
        found.append(words)
        return true
    }

    /// True for `text/plain` that is no attachment.
    private func isPlain(_ object: UnsafeMutablePointer<GMimeObject>) -> Bool {
        guard let type = g_mime_object_get_content_type(object) else { return false }
        let isAttached = text(g_mime_object_get_disposition(object)).lowercased() == "attachment"
        return g_mime_content_type_is_type(type, "text", "plain") != 0 && !isAttached
    }
}

/// What a C text says; bytes that are no UTF-8 are U+FFFD.
private func text(_ pointer: UnsafePointer<CChar>?) -> String { pointer.map { String(cString: $0) } ?? "" }

/// SHA-256 as hexadecimal characters.
func fingerprint(_ bytes: [UInt8]) -> String? {
    guard let digest = g_compute_checksum_for_data(G_CHECKSUM_SHA256, bytes, UInt(bytes.count)) else { return nil }
    defer { g_free(digest) }
    return String(cString: digest)
}
