import Policy
import Schema
import Testing

/// How long payment records are kept. Policy §4.4.
struct PaymentRecordTests {
    @Test(arguments: [
        // the first and the last moment of a year
        ("2026-01-01T00:00:00Z", "2032-01-01T00:00:00Z"), ("2026-12-31T23:59:59Z", "2032-01-01T00:00:00Z"),
        ("2027-01-01T00:00:00Z", "2033-01-01T00:00:00Z"), ("2028-02-29T12:00:00Z", "2034-01-01T00:00:00Z"),
    ])
    func `a payment's record ends five years after the end of its year`(_ paid: String, _ end: String) throws {
        let moment = try #require(Instant(rfc3339: paid))
        #expect("\(PaymentRecords.end(paidAt: moment))" == end)
    }

    @Test(arguments: [
        // a financial year that ends on 31 March: 2026-11-30 lies in the one that ends in 2027
        (3, 31, "2026-11-30T00:00:00Z", "2033-01-01T00:00:00Z"), (3, 31, "2026-03-31T23:59:59Z", "2032-01-01T00:00:00Z"),
        (3, 31, "2026-04-01T00:00:00Z", "2033-01-01T00:00:00Z"),
        // one that ends with February, in a leap year and in another
        (2, 31, "2028-02-29T00:00:00Z", "2034-01-01T00:00:00Z"), (2, 31, "2027-03-01T00:00:00Z", "2034-01-01T00:00:00Z"),
    ])
    func `the year is that in which the financial year ends`(
        _ month: Int64, _ day: Int64, _ paid: String, _ end: String
    ) throws {
        let (moment, year) = (try #require(Instant(rfc3339: paid)), FinancialYear(endsInMonth: month, day: day))
        #expect("\(PaymentRecords.end(paidAt: moment, financialYear: try #require(year)))" == end)
    }

    @Test func `there is no financial year that ends on no day`() {
        #expect(FinancialYear(endsInMonth: 13, day: 1) == nil)
        #expect(FinancialYear(endsInMonth: 2, day: 0) == nil)
    }
}
