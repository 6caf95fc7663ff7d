import ManifestFormat
import Observing
package import Planning
package import PromotionModel

/// What the policy tests of some folders came to.
package struct PolicyTestReport: Hashable, Sendable {
    /// A test and what became of its cases, in the order in which they are written.
    package struct Test: Hashable, Sendable {
        package let test: PolicyTest
        package let results: [PolicyTestRun.Result]
    }

    /// In the order of their files.
    package let tests: [Test]
    /// Policies and tests that cannot be used, sorted.
    package let problems: [Problem]

    package var passed: Int {
        tests.flatMap(\.results).filter(\.passes).count
    }

    package var failed: Int {
        tests.flatMap(\.results).count - passed
    }

    /// Runs the tests at `paths`, each a folder with policies or a file of tests in one.
    ///
    /// - Throws: ``Refusal`` where a path leads nowhere.
    package init(running paths: [String]) throws(Refusal) {
        var tests: [Test] = []
        var problems: Set<Problem> = []
        for path in paths {
            do throws(Problem) {
                let found = try Self.run(path)
                tests += found.tests
                problems.formUnion(found.problems)
            } catch {
                throw Refusal(.badInput, "\(error)", hint: "name a folder with policies, or a *.test.yaml file in one")
            }
        }
        self.tests = tests
        self.problems = problems.sorted()
    }

    private static func run(_ path: String) throws(Problem) -> (tests: [Test], problems: [Problem]) {
        guard PolicyFiles.isThere(path) else { throw Problem(Place(file: path), "there is no such file or folder") }
        let isFolder = PolicyFiles.isFolder(path)
        guard isFolder || PolicyTest.isTestFile(path) else {
            throw Problem(Place(file: path), "a file of policy tests has a name that ends in .test.yaml")
        }
        let folder = isFolder ? path : folder(of: path)
        let all = try PolicyFiles.paths(below: folder)
        var files = PolicyFiles()
        files.add(all, below: folder)
        if isFolder {
            for file in all where PolicyTest.isTestFile(file) { files.addTests(file) }
        } else {
            files.addTests(path)
        }
        let cases = files.tests.flatMap(\.tests).flatMap(\.cases)
        if let first = cases.first { files.checkZones(around: first.at) }
        let policies = files.policies
        let tests = files.tests.flatMap(\.tests).map { test in
            Test(
                test: test,
                results: test.cases.map { testCase in
                    let zones = ZoneDatabase.rules(for: policies, around: testCase.at)
                    return PolicyTestRun(policies: policies, zones: zones).result(of: testCase, in: test)
                })
        }
        return (tests, files.problems + files.tests.flatMap(\.problems))
    }

    /// The folder whose policies are in force for the tests of the file `path`: the nearest one called `policies`
    /// that it lies in, else its own.
    private static func folder(of path: String) -> String {
        guard let slash = path.lastIndex(of: "/") else { return "." }
        let segments = path[..<slash].split(separator: "/", omittingEmptySubsequences: false)
        guard let index = segments.lastIndex(of: Substring(FleetLayout.policiesFolder)) else {
            return slash == path.startIndex ? "/" : String(path[..<slash])
        }
        return segments[...index].joined(separator: "/")
    }
}
