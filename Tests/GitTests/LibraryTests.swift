import Foundation
import Git
import Testing

/// What starting libgit2 does not do.
@Suite struct LibraryTests {
    /// Which file of the process defines what its libraries call `name`; `nil` for none.
    private func definer(of name: String) throws -> String? {
        guard let symbol = unsafe dlsym(dlopen(nil, RTLD_LAZY), name) else { return nil }
        let address = UInt(bitPattern: symbol)
        let lines = try String(contentsOfFile: "/proc/self/maps", encoding: .utf8).split(separator: "\n")
        return lines.lazy.map { $0.split(separator: " ") }.first { words in
            let bounds = words[0].split(separator: "-").compactMap { UInt($0, radix: 16) }
            return bounds.count == 2 && bounds[0] <= address && address < bounds[1]
        }.flatMap { $0.count > 5 ? String($0[5]) : nil }
    }

    @Test(arguments: ["mbedtls_x509_crt_parse_file", "mbedtls_x509_crt_parse_path"])
    func `the certificates of authorities are not read`(_ function: String) throws {
        try Library.start()
        let file = try #require(try definer(of: function))
        #expect(!file.contains("libmbedx509"), "libgit2 reads certificates when it starts, by \(file)")
        // What has no part in that is the library's own.
        #expect(try definer(of: "mbedtls_x509_crt_free")?.contains("libmbedx509") ?? true)
    }
}
