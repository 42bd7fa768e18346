import Glibc
import Synchronization

/// Looks now and then whether the certificate files are others than they were, and says how long the certificate
/// lasts. Files that do not fit together are not taken: whoever replaces them may be between two of them.
package final class CertificateWatch: Sendable {
    /// What a file is, as far as the system says it.
    private struct Stamp: Equatable {
        let inode, size, seconds, nanoseconds: Int64

        init(_ path: String) {
            var status = stat()
            let isThere = stat(path, &status) == 0
            inode = isThere ? Int64(bitPattern: UInt64(status.st_ino)) : -1
            size = Int64(status.st_size)
            (seconds, nanoseconds) = (Int64(status.st_mtim.tv_sec), Int64(status.st_mtim.tv_nsec))
        }
    }
    private struct State {
        var stamps: [Stamp]
        var certificate: Certificate
        var due: ContinuousClock.Instant
        var isSaid = false
        var complaint = ""
    }

    private let files: TLSFiles
    private let log: Logger
    private let expiries: [Gauge]
    private let renew: @Sendable () throws(TransportError) -> Void
    private let state: Mutex<State>

    /// `connections` are what the certificate is used for, as the metric names them; `renew` takes new files where
    /// that needs no more than reading them.
    package init(
        _ files: TLSFiles, connections: [String], metrics: MetricsRegistry, log: Logger,
        renew: @escaping @Sendable () throws(TransportError) -> Void = { () throws(TransportError) in }
    ) throws(TransportError) {
        (self.files, self.log, self.renew) = (files, log, renew)
        expiries = connections.map {
            metrics.gauge(
                "troth_certificate_expiry_seconds", help: "Seconds until the certificate of a connection ends.",
                labels: [("connection", $0)])
        }
        let stamps = Self.stamps(files)
        state = Mutex(State(stamps: stamps, certificate: try files.check(), due: .now))
    }

    /// To be called often; looks every 30 s or so, at a random moment, so that instances do not change over together.
    /// True where there are new files that are good.
    package func turn(at now: ContinuousClock.Instant = .now) -> Bool {
        state.withLock { state in
            guard now >= state.due else { return false }
            state.due = now + .milliseconds(Int64.random(in: Limits.certificateMilliseconds))
            let isNew = look(&state)
            show(&state)
            return isNew
        }
    }

    private func look(_ state: inout State) -> Bool {
        let stamps = Self.stamps(files)
        guard stamps != state.stamps else { return false }
        do throws(TransportError) {
            state.certificate = try files.check()
            try renew()
        } catch {
            if state.complaint != "\(error)" {
                log.warning("new certificate files are not taken", [("error", "\(error)")])
            }
            state.complaint = "\(error)"
            return false
        }
        (state.stamps, state.isSaid, state.complaint) = (stamps, false, "")
        log.notice("new certificate files", [("certificate", files.certificate)])
        return true
    }

    private func show(_ state: inout State) {
        let certificate = state.certificate
        let rest = certificate.notAfter - Int64(time(nil))
        for expiry in expiries { expiry.set(Double(rest)) }
        guard !state.isSaid, rest < (certificate.notAfter - certificate.notBefore) / 3 else { return }
        state.isSaid = true
        log.warning(
            "the certificate ends soon: put a new one in its place",
            [("certificate", files.certificate), ("seconds", "\(rest)")])
    }

    private static func stamps(_ files: TLSFiles) -> [Stamp] {
        [files.authorities, files.certificate, files.key].map(Stamp.init)
    }
}
