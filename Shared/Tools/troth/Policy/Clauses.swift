extension Clause {
    /// All 39, in the policy's order.
    package static let all: [Clause] = collected + kept + shared + rights + abroad

    private static let collected = [
        Clause(
            "1", code: ["Shared/Schema/FieldType.swift", "Shared/Schema/Personal.swift"],
            tests: ["Tests/SchemaTests/DocumentsTests.swift"],
            shown: ["people registered while identity and notifier were killed", "verify: NoClearText"]),
        Clause(
            "2.1", code: ["Shared/Policy/Purposes.swift", "Shared/Engine/Rights/Slice.swift"],
            tests: ["Tests/ToolsTests/EffectsTests.swift"], shown: ["access: an archive of everything"]),
        Clause(
            "2.2", code: ["Services/billing/Payments.swift", "Services/billing/PaymentEvent.swift"],
            tests: ["Tests/BillingTests/PaymentEventTests.swift", "Tests/BillingTests/PermutationTests.swift"],
            shown: ["accounts topped up", "a top-up repeated", "verify: PaymentsAddUp"],
            later: "documents, tax rates"),
        Clause(
            "2.3", code: ["Services/notifier/Template.swift", "Services/notifier/Deliveries.swift"],
            tests: ["Tests/NotifierTests/DeliveryTests.swift", "Tests/NotifierTests/MailTests.swift"],
            shown: ["mail written", "verify: MailThatMustBeSentWasSent"], later: "mail about balances"),
        Clause(
            "2.4", code: ["Services/metering/Quality.swift"], tests: ["Tests/MeteringTests/QualityTests.swift"],
            shown: ["an objection leaves the statistics of quality", "verify: QualityMatchesCalls"]),
        Clause(
            "3.1", code: ["Shared/Schema/UsageCoding/UsageJSON.swift", "Shared/Schema/DeadLetter.swift"],
            tests: ["Tests/SchemaTests/UsageTests.swift", "Tests/SchemaTests/FuzzTests.swift"],
            shown: ["refused records have dead letters", "verify: NoContentInFiles"]),
        Clause(
            "3.2", code: ["Shared/Runtime/TLS/ProcessTLS.swift", "Shared/Runtime/Mail/SMTPSettings.swift"],
            tests: ["Tests/RuntimeTests/TransportTests.swift", "Tests/RuntimeTests/SMTPTests.swift"], shown: [],
            commands: ["make tls-test"]),
        Clause(
            "3.3", code: ["Shared/Runtime/Backup/Backups.swift", "Shared/Engine/Shard/Restores.swift"],
            tests: ["Tests/RuntimeTests/BackupTests.swift", "Tests/EngineTests/RestoreTests.swift"], shown: [],
            commands: ["make restore-drill"], later: "keys of periods"),
    ]

    private static let kept = [
        Clause(
            "4.1", code: ["Services/identity/ClosedPeople.swift", "Shared/Policy/Schedule.swift"],
            tests: ["Tests/IdentityTests/ClosedTests.swift", "Tests/NotifierTests/PurgeTests.swift"],
            shown: [
                "usage of a closed account", "money for a closed and an unknown account",
                "the closed account goes after 30 days, with its key",
            ]),
        Clause(
            "4.2", code: ["Services/metering/Purges.swift", "Shared/Policy/Acceptance.swift"],
            tests: ["Tests/MeteringTests/PurgeTests.swift", "Tests/MeteringTests/AdmissionTests.swift"],
            shown: [
                "call records go after 90 days", "verify: ChargesRecomputed", "verify: TotalsMatchCalls",
                "verify: PostingsMatchTotals",
            ]),
        Clause(
            "4.3", code: ["Shared/Schema/UsageCoding/UsageProtobuf.swift"],
            tests: ["Tests/SchemaTests/UsageTests.swift"], shown: ["verify: NoContentInFiles"]),
        Clause(
            "4.4", code: ["Services/billing/OldBooks.swift", "Shared/Policy/PaymentRecords.swift"],
            tests: ["Tests/BillingTests/OldBooksTests.swift", "Tests/PolicyTests/PaymentRecordTests.swift"],
            shown: ["payment records go after five financial years", "every law, five years later"],
            later: "a financial year of the operator's"),
        Clause(
            "4.5", code: ["Services/identity/TechnicalLog.swift", "Services/identity/Purges.swift"],
            tests: ["Tests/IdentityTests/SessionTests.swift", "Tests/IdentityTests/ClosedTests.swift"],
            shown: ["the technical log goes after six months"]),
        Clause(
            "5.1", code: ["Services/identity/Codes.swift", "Services/identity/Sessions.swift"],
            tests: ["Tests/IdentityTests/CodeTests.swift", "Tests/IdentityTests/SessionTests.swift"],
            shown: ["a wrong code, one from another browser, a used one"], later: "the cookies themselves: a portal's"),
        Clause(
            "5.2", code: ["Services/identity/CookieChoices.swift"], tests: ["Tests/IdentityTests/SessionTests.swift"],
            shown: ["policy 2026-06-01 accepted, cookies chosen, API key made"]),
        Clause(
            "5.3", code: ["Services/identity/CookieChoices.swift"], tests: ["Tests/IdentityTests/SessionTests.swift"],
            shown: ["policy 2026-06-01 accepted, cookies chosen, API key made"]),
        Clause(
            "5.4", code: ["Services/identity/CookieChoices.swift"], tests: ["Tests/IdentityTests/SessionTests.swift"],
            shown: ["policy 2026-06-01 accepted, cookies chosen, API key made"], later: "the portal's side"),
    ]

    private static let shared = [
        Clause(
            "6", code: ["Shared/Schema/Topics.swift", "Shared/Schema/Edges.swift"],
            tests: ["Tests/ToolsTests/AccessTests.swift"], shown: [], commands: ["make acl-test"],
            later: "records of disclosures"),
        Clause(
            "7.1", code: ["Services/identity/AddressChanges.swift", "Shared/Engine/Rights/Exporting.swift"],
            tests: ["Tests/IdentityTests/AddressTests.swift", "Tests/IdentityTests/ExportTests.swift"],
            shown: ["access: an archive of everything", "the archive shows the corrected address"]),
        Clause(
            "7.2", code: ["Services/identity/Closing.swift", "Services/identity/RightsActs.swift"],
            tests: ["Tests/IdentityTests/RightsActTests.swift"],
            shown: ["usage of a closed account", "an account closed, and restored on day 20"]),
        Clause(
            "7.3", code: ["Shared/Archive/ArchiveWriter.swift", "Shared/Engine/Rights/Exporting.swift"],
            tests: ["Tests/ArchiveTests/ArchiveTests.swift", "Tests/RightsWorkerTests/ExportTests.swift"],
            shown: ["access: an archive of everything", "the archive is what the stores hold"]),
    ]

    private static let rights = [
        Clause(
            "8.1", code: ["Services/rights-worker/ExportSlices.swift", "Shared/Archive/ReportPage.swift"],
            tests: ["Tests/IdentityTests/ExportTests.swift", "Tests/ArchiveTests/ArchiveTests.swift"],
            shown: ["access: an archive of everything", "the archive is what the stores hold"]),
        Clause(
            "8.2", code: ["Services/identity/AddressChanges.swift", "Services/identity/RightsActs.swift"],
            tests: ["Tests/IdentityTests/AddressTests.swift", "Tests/IdentityTests/RightsActTests.swift"],
            shown: [
                "an address corrected: its holders have the new one", "the archive shows the corrected address",
                "verify: OneAccountPerAddress",
            ], later: "notices to those whom it was disclosed to"),
        Clause(
            "8.3", code: ["Services/rights-worker/Course.swift", "Shared/Engine/Rights/Erasing.swift"],
            tests: ["Tests/RightsWorkerTests/ErasureTests.swift", "Tests/EngineTests/RightsTests.swift"],
            shown: [
                "erasure: proved, confirmed twice, answered by all", "usage that came late for the erased person",
                "an old key and an old message that came late for the erased person",
                "verify: NothingOfErasedInFiles",
            ], commands: ["make restore-drill"], later: "notices to upstreams"),
        Clause(
            "8.4", code: ["Shared/Archive/ArchiveWriter.swift", "Shared/Archive/ArchiveCheck.swift"],
            tests: ["Tests/ArchiveTests/ArchiveTests.swift"], shown: ["access: an archive of everything"]),
        Clause(
            "8.5", code: ["Services/identity/Objections.swift", "Services/metering/Quality.swift"],
            tests: ["Tests/MeteringTests/QualityTests.swift", "Tests/IdentityTests/RightsActTests.swift"],
            shown: ["an objection leaves the statistics of quality", "verify: QualityMatchesCalls"]),
        Clause(
            "8.6", code: ["Services/identity/CookieChoices.swift", "Services/identity/RightsActs.swift"],
            tests: ["Tests/IdentityTests/RightsActTests.swift"],
            shown: ["policy 2026-06-01 accepted, cookies chosen, API key made"]),
        Clause(
            "8.7", code: ["Services/rights-worker/Opening.swift", "Services/identity/RightsProofs.swift"],
            tests: ["Tests/RightsWorkerTests/ProofTests.swift", "Tests/IntakeTests/WordingTests.swift"],
            shown: ["a browser's opt-out, sent twice", "erasure: proved, confirmed twice, answered by all"]),
        Clause(
            "9.1", code: ["Services/identity/CategoryLedger.swift"], tests: ["Tests/IdentityTests/ExportTests.swift"],
            shown: ["access: an archive of everything"], later: "a report of its own"),
        Clause(
            "9.2", code: ["Shared/Schema/RequestKinds.swift"], tests: ["Tests/PolicyTests/RequestClockTests.swift"],
            shown: ["access: an archive of everything"]),
        Clause(
            "9.3", code: ["Shared/Schema/RequestKinds.swift", "Services/rights-worker/Course.swift"],
            tests: ["Tests/PolicyTests/RequestClockTests.swift", "Tests/RightsWorkerTests/ErasureTests.swift"],
            shown: ["erasure: proved, confirmed twice, answered by all"]),
        Clause(
            "9.4", code: ["Services/rights-worker/OptOuts.swift", "Services/identity/OptOuts.swift"],
            tests: ["Tests/RightsWorkerTests/RequestTests.swift", "Tests/IdentityTests/RightsActTests.swift"],
            shown: ["a browser's opt-out, sent twice"],
            later: "the portal's word that a signal was processed"),
        Clause(
            "9.5", code: ["Services/metering/Rating.swift"],
            tests: ["Tests/MeteringTests/QualityTests.swift", "Tests/IdentityTests/RightsActTests.swift"],
            shown: ["what an objector pays is as before", "verify: ChargesRecomputed"]),
        Clause(
            "9.6", code: ["Shared/Intake/Wording.swift", "Shared/Tools/troth/Intake/IntakeCommand.swift"],
            tests: ["Tests/IntakeTests/WordingTests.swift", "Tests/IntakeTests/RoundTests.swift"], shown: [],
            commands: ["make test"]),
    ]

    private static let abroad = [
        Clause(
            "10.1", code: ["Shared/Runtime/ServiceConfiguration.swift"],
            tests: ["Tests/RuntimeTests/ConfigurationTests.swift"], shown: [], commands: ["make test"],
            later: "the country of topics"),
        Clause(
            "10.2", code: ["Services/metering/Transfers.swift"], tests: ["Tests/MeteringTests/TransferTests.swift"],
            shown: ["verify: TransfersMatchAttempts", "and for its usage"]),
        Clause(
            "10.3", code: ["Services/metering/Upstreams.swift"], tests: ["Tests/MeteringTests/TransferTests.swift"],
            shown: ["upstreams registered", "verify: AlarmsListed"],
            later: "notices of expiry; a refusal before the call: a gateway's"),
        Clause(
            "10.4", code: ["Services/metering/Route.swift"], tests: ["Tests/MeteringTests/TransferTests.swift"],
            shown: ["verify: TransfersMatchAttempts"], later: "a refusal before the call: a gateway's"),
        Clause(
            "11", code: ["Shared/Intake/Wording.swift"], tests: ["Tests/IntakeTests/WordingTests.swift"], shown: [],
            commands: ["make test"]),
    ]
}
