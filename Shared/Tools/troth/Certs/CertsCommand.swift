import Foundation
import Runtime
import Schema

/// `troth certs`: certificates of a development machine, to throw away.
package struct CertsCommand: ParsableCommand {
    package static let configuration = CommandConfiguration(
        commandName: "certs", abstract: "make a development CA, and a certificate for each service and client",
        discussion: """
            DIR gets ca.pem, and NAME.pem with NAME.key for each name: the certificate's CN is the Kafka principal.
            The CA's own key is not kept: the next call makes another CA, and all certificates anew. In production
            your own CA issues certificates, for Troth alone.
            """,
        example: "troth certs --out ./.troth/certs --days 7",
        options: [
            OptionHelp("--out", "DIR", "where the files go; made with mode 0700"),
            OptionHelp("--days", "N", "how long they are valid; without it 7"),
            OptionHelp("--names", "A,B", "other names than those of Troth"),
            OptionHelp("--hosts", "A,B", "names of hosts that they are good for, besides localhost and 127.0.0.1"),
        ])

    /// Who speaks to Kafka: the services, the edges, the operators' tools, and the broker.
    package static let principals = Services.flow + Edge.allCases.map(\.rawValue) + ["broker"]

    private let folder: String
    private let days: Int
    private let names: [String]
    private let hosts: [String]
    private let isJSON: Bool

    package init(_ arguments: Arguments) throws(Failure) {
        folder = Folder.absolute(try arguments.required("--out"))
        days = Int(try arguments.integer("--days", default: 7, in: 1...90))
        names = arguments.text("--names")?.split(separator: ",").map(String.init) ?? Self.principals
        hosts = arguments.text("--hosts")?.split(separator: ",").map(String.init) ?? []
        isJSON = arguments.has("--json")
        if let wrong = hosts.first(where: { !Self.isHost($0) }) {
            throw .usage("--hosts \(wrong) is not allowed: a host has letters, digits, dashes and dots")
        }
        if let wrong = names.first(where: { $0.isEmpty || !$0.utf8.allSatisfy { (97...122).contains($0) || $0 == 45 } })
        {
            throw .usage("--names \(wrong) is not allowed: a name has small letters and dashes")
        }
        guard !names.contains("ca") else { throw .usage("--names ca is not allowed: ca.pem is the authority's") }
    }

    package func run() throws(Failure) -> ExitCode {
        try Self.make(folder, names: names, hosts: hosts, days: days)
        if isJSON {
            Terminal.printJSON(names)
        } else {
            Terminal.print("\(folder): ca.pem, and certificate and key of \(names.joined(separator: ", "))")
        }
        return .done
    }

    private static func isHost(_ text: String) -> Bool {
        (1...253).contains(text.utf8.count)
            && text.utf8.allSatisfy { byte in
                switch byte {
                case 45, 46, 48...57, 65...90, 97...122: true
                default: false
                }
            }
    }

    /// Makes the folder, a new authority, and a certificate with its key for each name, good for this machine and
    /// the hosts.
    package static func make(
        _ folder: String, names: [String] = principals, hosts: [String] = [], days: Int
    ) throws(Failure) {
        try Folder.make(folder)
        do throws(TransportError) {
            let authority = try DevelopmentAuthority(days: days)
            for name in names {
                let files = TLSFiles(folder: folder, principal: name)
                var subject = DevelopmentAuthority.Subject(name, validity: -3_600...days * 86_400)
                subject.hosts += hosts.map { "DNS:\($0)" }
                try authority.issue(subject, certificate: files.certificate, key: files.key)
            }
            try authority.write(to: "\(folder)/ca.pem")
        } catch {
            throw .check("\(error)")
        }
    }
}
