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

    /// Notes a browser's choice.
    func add(_ browser: BrowserID, _ act: RightsAct, gpc: Bool, at now: Instant) throws {
        try tx.change(
            .any,
            """
            INSERT INTO optOuts (browser, act, gpc, since)
            VALUES (\(try Self.mark(browser, tx)), \(act), \(gpc), \(now)) ON CONFLICT (browser, act) DO NOTHING
            """)
        tx.count("opt_outs")
    }

    /// What a browser is known by.
    static func mark(_ browser: BrowserID, _ tx: Transaction) throws -> Digest {
        try tx.hmac(.request, Array("browser".utf8), browser.bytes)
    }
}
