/// A way to abuse what people may ask for. SECURITY.md: Abuse.
package struct AbuseCase: Sendable {
    package let name: String
    /// What is tried, one line.
    package let attack: String
    let play: @Sendable (AbuseStage, inout AbuseTrial) throws(Failure) -> Void

    /// Those that are played, in this order: after a mass erasure a file holds erasures for an hour, and the clock is
    /// moved last.
    package static let all: [AbuseCase] = [
        AbuseCase(
            name: "erase-by-mailbox-thief", attack: "who reads a person's mail has the account erased",
            play: Takeovers.eraseByThief),
        AbuseCase(
            name: "rectify-to-takeover", attack: "who has a session makes the account's address his own",
            play: Takeovers.rectify),
        AbuseCase(
            name: "code-relay", attack: "a code is used in another browser, or for something else",
            play: Takeovers.relayCode),
        AbuseCase(
            name: "false-complete", attack: "an erasure is said to be complete for a service that did not answer",
            play: Forgeries.completeFalsely),
        AbuseCase(
            name: "erase-to-dodge", attack: "who owes money, or is being looked into, has himself erased",
            play: Dodges.erase),
        AbuseCase(
            name: "opt-out-for-others", attack: "a stranger opts somebody out, objects and restricts",
            play: Dodges.optOutForOthers),
        AbuseCase(
            name: "access-by-spoofed-from", attack: "a letter in somebody's name asks for his data",
            play: Letters.spoofFrom),
        AbuseCase(
            name: "loop", attack: "machines answer each other; mail is bounced off on strangers", play: Letters.loop),
        AbuseCase(
            name: "deadline-flood", attack: "letters flood the address for privacy, so that real ones are late",
            play: Letters.flood),
        AbuseCase(
            name: "enumerate", attack: "answers, mails and rows tell whether an address has an account",
            play: Floods.enumerate),
        AbuseCase(name: "code-spray", attack: "codes are guessed, of one person and of many", play: Floods.sprayCodes),
        AbuseCase(name: "mail-bomb", attack: "requests in a victim's name fill his mailbox", play: Floods.bombMail),
        AbuseCase(
            name: "gpc-spam", attack: "opt-out signals of one browser, and of thousands that were made up",
            play: Floods.spamSignals),
        AbuseCase(
            name: "export-link-leak", attack: "who finds the mail's text, its number or its code fetches the archive",
            play: Exports.leakLink),
        AbuseCase(
            name: "export-exhaustion", attack: "exports are asked for over and over while usage flows",
            play: Exports.exhaust),
        AbuseCase(
            name: "stored-injection", attack: "scripts and formulas lie in what a browser tells, and wait for a reader",
            play: Exports.inject),
        AbuseCase(
            name: "mass-erase", attack: "10,000 erasures are forged, and then some with stolen signing keys",
            play: Forgeries.eraseMany),
        AbuseCase(
            name: "access-by-borrowed-browser", attack: "who sits down at an open browser takes everything along",
            play: Takeovers.borrowBrowser),
    ]

    /// Those of SECURITY.md that have nothing to be played against yet, and why.
    package static let notPlayed: [(name: String, attack: String)] = [
        ("agent-replay", "there are no agents yet (DRP)"), ("rogue-agent", "there are no agents yet (DRP)"),
        (
            "support-engineering",
            "there is no console yet; of an operator's word: troth rights prove --reason, on record"
        ),
    ]
}
