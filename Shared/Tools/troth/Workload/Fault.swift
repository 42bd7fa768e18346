import Foundation
package import Schema

/// What can be wrong with a record that an outsider publishes; each must be refused.
package enum Fault: String, Sendable, CaseIterable {
    case truncatedProtobuf, duplicateName, unknownOutcome, negativeUnits, missingCallID, badKey, unknownContentType
    case unitTwice, fractionalCount, unknownField, trailingComma, linkHeader, tooManyAttempts, zeroEnum, noKey
    case noValue, byteOrderMark, emptyCalls, numberAsText, badName

    /// Publishes one call with the fault in it.
    package func record(_ usage: AccountCalls, id: EventID, source: String) -> OutgoingRecord {
        var usage = usage
        alter(&usage.calls[0])
        let form: ContentType = self == .truncatedProtobuf || self == .zeroEnum ? .protobuf : .json
        var record = OutgoingRecord(usage, form: form, id: id, source: source)
        switch self {
        case .badKey: record.key = Array("account-\(usage.account.text.uppercased())".utf8)
        case .noKey: record.key = nil
        case .unknownContentType: record.setHeader("content-type", "text/csv")
        case .linkHeader: record.setHeader("troth-link", "forged")
        case .noValue: record.value = nil
        case .truncatedProtobuf: record.value = record.value.map { Array($0.dropLast(7)) }
        case .zeroEnum: record.value = Fault.protobufWithZeroOutcome(usage.calls[0])
        default: record.value = record.value.map { Array(edit(String(decoding: $0, as: UTF8.self)).utf8) }
        }
        return record
    }

    /// Puts a wrong value where the types allow one.
    private func alter(_ call: inout Call) {
        switch self {
        case .unitTwice: call.attempts[0].units = [UnitClass.textIn, .textIn].map(Fault.unit)
        case .tooManyAttempts: call.attempts = Array(repeating: call.attempts[0], count: Call.attemptsMax + 1)
        case .negativeUnits:
            call.attempts[0].units = [UnitCount(unit: .textIn, count: UnitQuantity(unchecked: -5))]
        case .fractionalCount, .numberAsText: call.attempts[0].units = [Fault.unit(.textIn)]
        default: break
        }
    }

    private static func unit(_ unit: UnitClass) -> UnitCount {
        UnitCount(unit: unit, count: UnitQuantity(unchecked: 777))
    }

    /// Puts a wrong value into a record's JSON.
    private func edit(_ json: String) -> String {
        switch self {
        case .duplicateName: Fault.replace("{", with: "{\"calls\":[],", in: json)
        case .unknownOutcome: Fault.replace("\"outcome\":\"", with: "\"outcome\":\"nearly_", in: json)
        case .missingCallID: Fault.replace("\"callId\":", with: "\"source\":", in: json)
        case .fractionalCount: Fault.replace("777", with: "777.0", in: json)
        case .numberAsText: Fault.replace("777", with: "\"777\"", in: json)
        case .unknownField: Fault.replace("{", with: "{\"colour\":\"blue\",", in: json)
        case .trailingComma: String(json.dropLast()) + ",}"
        case .byteOrderMark: "\u{FEFF}" + json
        case .emptyCalls: "{\"calls\":[]}"
        case .badName: Fault.replace("\"upstream\":\"", with: "\"upstream\":\"not a name ", in: json)
        default: json
        }
    }

    /// Replaces the first occurrence of a text.
    package static func replace(_ text: String, with other: String, in whole: String) -> String {
        guard let range = whole.firstRange(of: text) else { return whole }
        return whole.replacingCharacters(in: range, with: other)
    }

    /// A call without attempts whose outcome is 0, by hand: Usage.calls = 1, Call.call_id = 1, called_at = 2, outcome
    /// = 4.
    private static func protobufWithZeroOutcome(_ call: Call) -> [UInt8] {
        var inner: [UInt8] = [0x0A, 16] + call.callID.raw + [0x10]
        var time = UInt64(call.calledAt.value)
        while time >= 0x80 {
            inner.append(UInt8(truncatingIfNeeded: time) | 0x80)
            time >>= 7
        }
        inner += [UInt8(time), 0x20, 0]
        return [0x0A, UInt8(inner.count)] + inner
    }
}

/// Content that must not be in a usage record, and so must be found nowhere afterwards. Policy §3.1.
package enum Canary: Int64, Sendable, CaseIterable {
    case messages, prompt, content, deepPrompt, protobuf

    /// A text that no other seed makes, with characters that encodings change.
    package static func text(_ random: inout SplitMix64) -> String {
        "canary-\(String(random.next(), radix: 16))-\(String(random.next(), radix: 16)) said: meet me at 5 & bring <it>?"
    }

    /// Publishes one call with the text beside what it used.
    package func record(_ usage: AccountCalls, text: String, id: EventID, source: String) -> OutgoingRecord {
        var record = OutgoingRecord(usage, form: self == .protobuf ? .protobuf : .json, id: id, source: source)
        guard let value = record.value else { return record }
        record.value = self == .protobuf ? value + unknownField(text) : Array(edit(value, text).utf8)
        return record
    }

    private func edit(_ value: [UInt8], _ text: String) -> String {
        let json = String(decoding: value, as: UTF8.self)
        return switch self {
        case .messages:
            Fault.replace("{", with: "{\"messages\":[{\"role\":\"user\",\"content\":\"\(text)\"}],", in: json)
        case .prompt: Fault.replace("{", with: "{\"prompt\":\"\(text)\",", in: json)
        case .content: Fault.replace("[{", with: "[{\"content\":\"\(text)\",", in: json)
        case .deepPrompt: Fault.replace("\"attempts\":[{", with: "\"attempts\":[{\"prompt\":\"\(text)\",", in: json)
        case .protobuf: json
        }
    }

    /// Field 15 of `Usage`, which is none of the schema's.
    private func unknownField(_ text: String) -> [UInt8] {
        let bytes = Array(text.utf8.prefix(127))
        return [0x7A, UInt8(bytes.count)] + bytes
    }
}
