import Crypto
import Testing

@testable import EvidenceFormat

/// Keys in PEM, made and checked by `openssl`.
struct PlainKeyTests {
    let programs: OtherPrograms
    let envelope = Envelope(payloadType: Envelope.statementType, payload: Array("{}".utf8))

    init() throws {
        programs = try OtherPrograms()
    }

    private static let algorithms = [
        ["ed25519"], ["EC", "-pkeyopt", "ec_paramgen_curve:P-256"],
    ]

    private func makeKey(_ algorithm: [String]) throws -> (secret: String, open: String) {
        try programs.run("openssl", ["genpkey", "-algorithm"] + algorithm + ["-out", "key.pem"])
        try programs.run("openssl", ["pkey", "-in", "key.pem", "-pubout", "-out", "key.pub"])
        return (try programs.read("key.pem"), try programs.read("key.pub"))
    }

    /// DSSE `protocol.md`, "Test Vectors": ECDSA P-256, raw r‖s.
    @Test func `the published signature verifies`() throws {
        let point =
            Self.bytes(decimal: "46950820868899156662930047687818585632848591499744589407958293238635476079160")
            + Self.bytes(decimal: "5640078356564379163099075877009565129882514886557779369047442380624545832820")
        let key = try PublicKey(.ecdsaP256, point: [4] + point)
        let signature = try #require(
            Base64.bytes("A3JqsQGtVsJ2O2xqrI5IcnXip5GToJ3F+FnZ+O88SjtR6rDAajabZKciJTfUiHqJPcIAriEGAHTVeCUjW2JIZA=="))
        let vector = Envelope(payloadType: "http://example.com/HelloWorld", payload: Array("hello world".utf8))
        #expect(key.isValid(plain: signature, over: vector.preAuthentication))
        #expect(!key.isValid(plain: signature, over: vector.preAuthentication + [0]))
    }

    /// A decimal number as 32 bytes, the most significant first.
    private static func bytes(decimal: String) -> [UInt8] {
        var bytes = [UInt8](repeating: 0, count: 32)
        for digit in decimal.utf8 {
            var carry = Int(digit - UInt8(ascii: "0"))
            for index in bytes.indices.reversed() {
                carry += Int(bytes[index]) * 10
                bytes[index] = UInt8(carry & 0xFF)
                carry >>= 8
            }
        }
        return bytes
    }

    @Test(arguments: algorithms)
    func `openssl accepts what we sign`(algorithm: [String]) throws {
        let pair = try makeKey(algorithm)
        let signed = try SigningKey(pem: pair.secret).signing(envelope)
        try programs.write(signed.signatures[0].bytes, to: "sig")
        try programs.write(envelope.preAuthentication, to: "message")
        let options =
            algorithm == ["ed25519"]
            ? ["pkeyutl", "-verify", "-pubin", "-inkey", "key.pub", "-rawin", "-in", "message", "-sigfile", "sig"]
            : ["dgst", "-sha256", "-verify", "key.pub", "-signature", "sig", "message"]
        #expect(try programs.run("openssl", options).lowercased().contains("verified"))
    }

    @Test(arguments: algorithms)
    func `a key has one identity in every form`(algorithm: [String]) throws {
        let pair = try makeKey(algorithm)
        let key = try PublicKey(pem: pair.open)
        #expect(key == (try SigningKey(pem: pair.secret)).publicKey)
        #expect(key.pem == pair.open)
        #expect(try PublicKey(sshLine: key.sshLine) == key)
        try programs.run("openssl", ["pkey", "-pubin", "-in", "key.pub", "-outform", "DER", "-out", "key.der"])
        let hash = try programs.run("openssl", ["dgst", "-sha256", "-r", "key.der"])
        let id = try #require(key.pemKeyID)
        #expect(Base64.bytes(String(id.dropFirst(7))).map(Hash.hexadecimal) == String(hash.prefix(64)))
    }

    @Test(arguments: algorithms)
    func `we accept what openssl signs`(algorithm: [String]) throws {
        let pair = try makeKey(algorithm)
        try programs.write(envelope.preAuthentication, to: "message")
        let options =
            algorithm == ["ed25519"]
            ? ["pkeyutl", "-sign", "-inkey", "key.pem", "-rawin", "-in", "message", "-out", "sig"]
            : ["dgst", "-sha256", "-sign", "key.pem", "-out", "sig", "message"]
        try programs.run("openssl", options)
        let signature = try programs.readBytes("sig")
        let key = try PublicKey(pem: pair.open)
        #expect(key.isValid(plain: signature, over: envelope.preAuthentication))
        #expect(!key.isValid(plain: signature, over: envelope.preAuthentication + [0]))
    }

    @Test func `an ECDSA signature is read in DER and as two numbers`() throws {
        let pair = try makeKey(["EC", "-pkeyopt", "ec_paramgen_curve:P-256"])
        let key = try PublicKey(pem: pair.open)
        let message = envelope.preAuthentication
        let signature = try P256.Signing.PrivateKey(pemRepresentation: pair.secret).signature(for: message)
        #expect(key.isValid(plain: Array(signature.derRepresentation), over: message))
        #expect(key.isValid(plain: Array(signature.rawRepresentation), over: message))
        #expect(!key.isValid(plain: Array(signature.derRepresentation) + [0], over: message))
        #expect(!key.isValid(plain: Array(signature.rawRepresentation.dropLast()), over: message))
        #expect(!key.isValid(plain: [], over: message))
        #expect(!key.isValid(plain: [UInt8](repeating: 0, count: 64), over: message))
    }

    @Test(arguments: [
        ["RSA"], ["EC", "-pkeyopt", "ec_paramgen_curve:P-384"], ["X25519"], ["ED448"],
    ])
    func `keys of other kinds are refused`(algorithm: [String]) throws {
        let pair = try makeKey(algorithm)
        #expect(throws: KeyRefusal.self) { try PublicKey(pem: pair.open) }
        #expect(throws: KeyRefusal.self) { try SigningKey(pem: pair.secret) }
    }

    @Test(arguments: ["", "x", "-----BEGIN PUBLIC KEY-----\n-----END PUBLIC KEY-----\n"])
    func `what is no PEM is refused`(text: String) {
        #expect(throws: KeyRefusal.self) { try PublicKey(pem: text) }
        #expect(throws: KeyRefusal.self) { try SigningKey(pem: text) }
    }

    @Test func `a block with anything around it is refused`() throws {
        let pair = try makeKey(["ed25519"])
        for text in ["# key\n" + pair.open, pair.open + pair.open, pair.open + "x"] {
            #expect(throws: KeyRefusal.self) { try PublicKey(pem: text) }
        }
    }
}
