import Engine
import Schema
import Store

/// Browsers whose data is neither sold nor shared, known by a keyed hash of their id. One row a browser, however often
/// its signal comes; a signal that is absent later changes nothing. Policy §9.4; 11 CCR §7025, §7026.
struct OptOuts: Noun {
    static let name = "optOuts"
    static let category = DataCategory.consent
    static let table = """
        CREATE TABLE optOuts (
            browser BLOB NOT NULL CHECK (length(browser) = 32),                           -- HMAC
            act     TEXT NOT NULL CHECK (act IN ('opt-out', 'limit')),                    -- RightsAct
            gpc     INTEGER NOT NULL CHECK (gpc IN (0, 1)),                               -- by the browser's signal
            since   INTEGER NOT NULL,                                                     -- Instant
            PRIMARY KEY (browser, act)
        ) STRICT, WITHOUT ROWID
        """
    let tx: Transaction

    /// Notes a browser's choice. A signal of a browser that is not known yet is noted up to a number an hour: it comes
    /// again with the next page, and nothing is sold meanwhile.
    func add(_ browser: BrowserID, _ act: RightsAct, gpc: Bool, at now: Instant) throws {
        let mark = try Self.mark(browser, tx)
        tx.count("opt_outs")
        let isKnown: Int64? = try tx.first(
            value: "SELECT 1 FROM optOuts WHERE browser = \(mark) AND act = \(act)")
        guard isKnown == nil else { return }
        if gpc, isFull(at: now) { return tx.count("opt_outs_later") }
        try tx.change(
            .one, "INSERT INTO optOuts (browser, act, gpc, since) VALUES (\(mark), \(act), \(gpc), \(now))")
    }

    /// Counts a new signal; true above the number of an hour.
    private func isFull(at now: Instant) -> Bool {
        let signals = tx.store.memo(Signals.self) { Signals() }
        if now - signals.since >= Instant.hour { (signals.since, signals.count) = (now, 0) }
        signals.count += 1
        return signals.count > Limits.signalsAnHour
    }

    private final class Signals {
        var since = Instant(unchecked: 0)
        var count: Int64 = 0
    }

    /// What a browser is known by.
    static func mark(_ browser: BrowserID, _ tx: Transaction) throws -> Digest {
        try tx.hmac(.request, Array("browser".utf8), browser.bytes)
    }
}
