import CCurl
import Engine

/// One handle of libcurl: a connection to the relay, kept for some mails. It is its thread's alone.
final class SMTPSession {
    private let handle: UnsafeMutableRawPointer
    /// What the callbacks use; it lives as long as the handle.
    private let exchange: SMTPExchange
    /// False: the last mail failed before the relay was asked for it.
    private(set) var isReachable = true

    /// Nil where there is no memory, or libcurl does not take a setting: then nothing is sent.
    init?(_ settings: SMTPSettings, isClosing: @escaping @Sendable () -> Bool) {
        guard let handle = curl_easy_init() else { return nil }
        (self.handle, exchange) = (handle, SMTPExchange(isClosing: isClosing))
        guard secure(settings), address(settings), authenticate(settings), listen() else { return nil }
    }

    deinit { curl_easy_cleanup(handle) }

    /// Sends a mail. An answer to its recipient or its text is about the mail; anything else is about the relay, and no
    /// reason to give the mail up.
    func send(_ job: MailJob) -> WorkResult {
        exchange.begin(job.message)
        guard let recipients = curl_slist_append(nil, "<\(job.to.text)>") else {
            return .failed(code: 0, isPermanent: false)
        }
        defer {
            _ = ccurl_set_list(handle, CURLOPT_MAIL_RCPT, nil)
            curl_slist_free_all(recipients)
        }
        guard ccurl_set_list(handle, CURLOPT_MAIL_RCPT, recipients) == CURLE_OK,
            number(CURLOPT_INFILESIZE, job.message.count)
        else { return .failed(code: 0, isPermanent: false) }
        let code = curl_easy_perform(handle)
        isReachable = code == CURLE_OK || exchange.isAsked
        if code == CURLE_OK { return .done }
        guard let reply = exchange.reply, (400...599).contains(reply) else {
            return .failed(code: 0, isPermanent: false)
        }
        return .failed(code: reply, isPermanent: reply >= 500)
    }

    /// SECURITY.md: TLS 1.3 only, the row of libcurl.
    private func secure(_ settings: SMTPSettings) -> Bool {
        let version = CURL_SSLVERSION_TLSv1_3 | CURL_SSLVERSION_MAX_TLSv1_3
        let isSet =
            number(CURLOPT_SSLVERSION, version) && number(CURLOPT_USE_SSL, Int(CURLUSESSL_ALL.rawValue))
            && text(CURLOPT_PROTOCOLS_STR, "smtp,smtps") && number(CURLOPT_SSL_VERIFYPEER, 1)
            && number(CURLOPT_SSL_VERIFYHOST, 2) && number(CURLOPT_NETRC, Int(CURL_NETRC_IGNORED.rawValue))
            && text(CURLOPT_PROXY, "")
        guard isSet, let authorities = settings.authorities else { return isSet }
        // without this the system's authorities would stay beside ours
        return text(CURLOPT_CAPATH, nil) && text(CURLOPT_CAINFO, authorities)
    }

    private func address(_ settings: SMTPSettings) -> Bool {
        text(CURLOPT_URL, "\(settings.relay)/\(settings.sender.domain)")
            && text(CURLOPT_MAIL_FROM, "<\(settings.sender.text)>") && number(CURLOPT_UPLOAD, 1)
            && number(CURLOPT_NOSIGNAL, 1) && number(CURLOPT_CONNECTTIMEOUT, Limits.mailConnectSeconds)
            && number(CURLOPT_TIMEOUT, Limits.mailSeconds)
    }

    private func authenticate(_ settings: SMTPSettings) -> Bool {
        guard let user = settings.user else { return true }
        guard text(CURLOPT_USERNAME, user) else { return false }
        do throws(RuntimeError) {
            return try SMTPPassword(settings: settings).withText { password in
                password == nil || ccurl_set_text(handle, CURLOPT_PASSWORD, password) == CURLE_OK
            }
        } catch {
            return false
        }
    }

    private func listen() -> Bool {
        let context = Unmanaged.passUnretained(exchange).toOpaque()
        return ccurl_set_source(handle, giveMessage, context) == CURLE_OK
            && ccurl_set_trace(handle, noteCommand, context) == CURLE_OK
            && ccurl_set_progress(handle, askWhetherToGoOn, context) == CURLE_OK && number(CURLOPT_VERBOSE, 1)
    }

    private func number(_ option: CURLoption, _ value: Int) -> Bool {
        ccurl_set_number(handle, option, value) == CURLE_OK
    }
    private func text(_ option: CURLoption, _ value: String?) -> Bool {
        ccurl_set_text(handle, option, value) == CURLE_OK
    }
}

/// What libcurl's callbacks read and note of one mail.
private final class SMTPExchange {
    private var message: [UInt8] = []
    private var given = 0
    private let isClosing: @Sendable () -> Bool
    /// The relay let us in and was asked to take the mail.
    private(set) var isAsked = false
    /// The relay's last answer to the recipient or the text; libcurl's own would be that to the QUIT which follows.
    private(set) var reply: Int64?
    private var isAboutTheMail = false

    init(isClosing: @escaping @Sendable () -> Bool) { self.isClosing = isClosing }

    func begin(_ message: [UInt8]) {
        (self.message, given, isAsked, isAboutTheMail, reply) = (message, 0, false, false, nil)
    }

    func give(_ room: UnsafeMutableRawBufferPointer) -> Int {
        let count = min(room.count, message.count - given)
        message[given..<(given + count)].withUnsafeBytes { room.copyMemory(from: $0) }
        given += count
        return count
    }

    /// Looks at the verb only: what follows may be a secret.
    func note(command: UnsafeRawBufferPointer) {
        let verb = String(decoding: command.prefix(4), as: UTF8.self)
        isAboutTheMail = verb == "RCPT" || verb == "DATA"
        isAsked = isAsked || isAboutTheMail || verb == "MAIL"
    }

    func note(reply: UnsafeRawBufferPointer) {
        guard isAboutTheMail, reply.count >= 3 else { return }
        self.reply = Int64(String(decoding: reply.prefix(3), as: UTF8.self))
    }

    var mayGoOn: Bool { !isClosing() }
}

private func exchange(_ context: UnsafeMutableRawPointer?) -> SMTPExchange? {
    context.map { Unmanaged<SMTPExchange>.fromOpaque($0).takeUnretainedValue() }
}

private func giveMessage(
    _ room: UnsafeMutablePointer<CChar>?, _ size: Int, _ count: Int, _ context: UnsafeMutableRawPointer?
) -> Int {
    exchange(context)?.give(UnsafeMutableRawBufferPointer(start: room, count: size * count)) ?? 0
}

private func noteCommand(
    _ handle: UnsafeMutableRawPointer?, _ kind: curl_infotype, _ bytes: UnsafeMutablePointer<CChar>?, _ count: Int,
    _ context: UnsafeMutableRawPointer?
) -> Int32 {
    let bytes = UnsafeRawBufferPointer(start: bytes, count: count)
    if kind == CURLINFO_HEADER_OUT { exchange(context)?.note(command: bytes) }
    if kind == CURLINFO_HEADER_IN { exchange(context)?.note(reply: bytes) }
    return 0
}

private func askWhetherToGoOn(
    _ context: UnsafeMutableRawPointer?, _: curl_off_t, _: curl_off_t, _: curl_off_t, _: curl_off_t
) -> Int32 {
    exchange(context)?.mayGoOn == false ? 1 : 0
}
