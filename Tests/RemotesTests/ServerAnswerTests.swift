import Git
import Remotes
import TestSupport
import Testing

/// What a server answers is read strictly: no answer is no success.
@Suite struct ServerAnswerTests {
    private func report(_ text: String) -> PushReport {
        PushReport(Array(text.utf8), words: "")
    }

    private let main = "refs/heads/main"

    @Test(arguments: [" ", "*", "=", "+"])
    func `a reference that is where it was asked to be is accepted`(flag: String) {
        #expect(report("To x\n\(flag)\tabc:refs/heads/main\t1..2\nDone\n").accepts([main]))
    }

    @Test(arguments: [
        "", "Done\n", "To x\nDone\n", "!\tabc:refs/heads/main\t[remote rejected] (hook declined)\nDone\n",
        " \tabc:refs/heads/other\t1..2\nDone\n", "ok refs/heads/main\n", "-\t:refs/heads/main\t[deleted]\n",
        " \tabc:refs/heads/main", "\tabc:refs/heads/main\t1..2\n", "  \tabc:refs/heads/main\t1..2\n",
    ])
    func `anything else is not`(text: String) {
        #expect(!report(text).accepts([main]))
    }

    @Test func `of several, each has to be accepted`() {
        let text = " \ta:refs/heads/main\t1..2\n!\tb:refs/heads/env/dev\t[remote rejected] (no)\nDone\n"
        #expect(!report(text).accepts([main, "refs/heads/env/dev"]))
        #expect(report(text).answers([main, "refs/heads/env/dev"]))
        #expect(!report(text).answers([main, "refs/heads/env/prod"]))
    }

    @Test func `a listing is read, and what is no reference is passed over`() throws {
        let id = String(repeating: "a", count: 40)
        let other = String(repeating: "b", count: 40)
        let listing = AdvertisedReferences(
            Array(
                """
                ref: refs/heads/trunk\tHEAD
                \(id)\tHEAD
                \(other)\trefs/heads/dev
                \(id)\trefs/heads/trunk
                \(id)\trefs/tags/v1
                \(other)\trefs/tags/v1^{}
                \(id)\trefs/heads/../x
                \(id.dropLast())\trefs/heads/short
                nothing

                """.utf8))
        #expect(listing.head == "refs/heads/trunk")
        #expect(listing.ids.keys.sorted() == ["HEAD", "refs/heads/dev", "refs/heads/trunk", "refs/tags/v1"])
    }

    @Test func `a HEAD that is no branch is none`() {
        let id = String(repeating: "a", count: 40)
        let listing = AdvertisedReferences(
            Array("ref: refs/notes/x\tHEAD\nref: ../x\tHEAD\n\(id)\trefs/heads/b\n".utf8))
        #expect(listing.head == nil)
    }

    @Test func `a server that hides what HEAD is leaves it to be guessed`() {
        let id = String(repeating: "a", count: 40)
        let listing = AdvertisedReferences(Array("\(id)\tHEAD\n\(id)\trefs/heads/b\n\(id)\trefs/heads/main\n".utf8))
        #expect(listing.head == "refs/heads/main")
    }
}
