import Foundation
import Git
import TestSupport
import Testing

@Suite struct RepositoryTests {
    @Test func `a new repository is bare, empty and unborn`() throws {
        let directory = try TemporaryDirectory("git")
        let repository = try Repository.create(bareAt: directory.file("a/b.git"), branch: "trunk")
        let (isBare, isShallow, gitDirectory) = (repository.isBare, repository.isShallow, repository.gitDirectory)
        #expect(isBare && !isShallow)
        #expect(try repository.isEmpty())
        #expect(try repository.head() == .unborn("refs/heads/trunk"))
        #expect(gitDirectory == directory.file("a/b.git"))
        #expect(try !repository.isPartial)
    }

    @Test func `nothing is created where a repository is`() throws {
        let fixture = try Fixture()
        let error = gitError { () throws(GitError) in _ = try Repository.create(bareAt: fixture.path) }
        #expect(error?.code == .exists)
    }

    @Test func `a folder that is no repository is said to be none`() throws {
        let directory = try TemporaryDirectory("git")
        let error = gitError { () throws(GitError) in _ = try Repository.open(at: directory.path) }
        #expect(error?.code == .notFound)
        #expect(
            error?.description == """
                could not open the repository at "\(directory.path)": there is no git repository
                hint: give the folder of a clone, or of a bare repository
                """)
        let absent = gitError { () throws(GitError) in _ = try Repository.open(at: directory.file("absent")) }
        #expect(absent?.code == .notFound)
        let empty = gitError { () throws(GitError) in _ = try Repository.open(at: "") }
        #expect(empty?.code == .invalid)
    }
}
