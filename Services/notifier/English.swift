import Schema

/// Mail in English.
struct English {
    let at: Instant
    let until: Instant
    /// The request that a notice is about.
    let request: RequestNotice?

    /// What a kind of mail says.
    func template(_ kind: MailKind) -> Template {
        switch kind {
        case .code(let purpose): code(purpose)
        case .notice(let kind): notice(kind)
        }
    }

    private func code(_ purpose: ClaimPurpose) -> Template {
        switch purpose {
        case .register:
            code("Your code to open an account", "to open an account at Troth with this address")
        case .signIn:
            code("Your code to sign in", "to sign in to the Troth account of this address")
        case .newAddress:
            code("Your code for your new address", "to make this the address of a Troth account")
        case .rights, .rightsChoice:
            code(
                "Your code for your request", "to prove who asks for a right over the data of this address",
                "If you did not ask for it, in a browser or by letter, do nothing: without the code nothing happens.")
        case .rightsErasure:
            code(
                "Your code to have your data ERASED", "to prove who asks to ERASE the Troth account of this address",
                "With this code the erasure goes on to its second confirmation; it cannot be undone. If you did not "
                    + "ask for it, use no code: nothing is erased.")
        case .oldAddress:
            code(
                "Your code to agree to a new address", "to give your Troth account another address",
                "If you do not agree, use no code: sign in and withdraw the change within 72 hours.")
        }
    }

    private func code(_ subject: String, _ purpose: String, _ more: String? = nil) -> Template {
        Template(
            subject: subject,
            [
                .text("On \(written(at)) somebody asked for a code \(purpose)."), .code,
                .text("It works once, until \(written(until)), and only in the browser that asked for it."),
                .text(more ?? "If you did not ask for it, do nothing: without the code nothing happens."),
                .text(
                    "Nobody, not even Troth, will ever ask you for this code by mail or by phone. "
                        + "Do not pass it on."),
            ])
    }

    private func notice(_ kind: NoticeKind) -> Template {
        switch kind {
        case .accountOpened:
            notice("Your account is open", "Your Troth account was opened on \(written(at)).")
        case .signedIn:
            notice("You have signed in", "Somebody signed in to your Troth account on \(written(at)).")
        case .addressChangeAsked:
            notice(
                "Your address is to be changed",
                "On \(written(at)) another address was asked for your Troth account. The change takes effect when your "
                    + "present address agrees by its code, or after 72 hours.")
        case .addressChanged:
            notice("Your address was changed", "Your Troth account has had another address since \(written(at)).")
        case .apiKeyMade:
            notice("An API key was made", "An API key of your Troth account was made on \(written(at)).")
        case .apiKeyRevoked:
            notice("An API key was revoked", "An API key of your Troth account ended on \(written(at)).")
        case .requestReceived, .requestToConfirm, .requestWaits, .requestHeld, .requestDone, .requestAnswered,
            .requestRefused,
            .requestExtended, .requestWithdrawn, .archiveReady:
            aboutRequest(kind)
        case .accountClosed:
            Template(
                subject: "Your account is closed",
                [
                    .text(
                        "Your Troth account was closed on \(written(at)): its sessions and API keys have "
                            + "ended. Payment records are kept for as long as the law requires."),
                    .text("If that was not you, write to us now."),
                ])
        }
    }

    private func notice(_ subject: String, _ fact: String) -> Template {
        Template(
            subject: subject,
            [
                .text(fact),
                .text("If that was not you, sign in, sign out everywhere and look at your address and your API keys."),
            ])
    }

    func written(_ moment: Instant) -> String {
        let months = [
            "January", "February", "March", "April", "May", "June", "July", "August", "September", "October",
            "November", "December",
        ]
        let time = WrittenTime(moment)
        return "\(time.day) \(months[time.month]) \(time.year), \(time.clock)"
    }
}
