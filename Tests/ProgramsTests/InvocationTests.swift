import Foundation
import Glibc
import Programs
import TestSupport
import Testing

/// A program runs in a world of its own, and no longer or louder than it may.
@Suite struct InvocationTests {
    private func shell(
        _ script: String, _ variables: [String: String] = [:], input: String = "", limit: Duration = .seconds(20),
        outputLimit: Int = 1 << 20
    ) throws -> Completion {
        try Invocation(
            path: "/bin/sh", arguments: ["-c", script], variables: variables, input: Array(input.utf8),
            timeLimit: limit, outputLimit: outputLimit
        ).run()
    }

    @Test func `output, errors and exit code come back`() throws {
        let completion = try shell("cat; echo mishap >&2; exit 3", input: "hello")
        #expect(completion.ending == .exited(3))
        #expect(completion.output == Array("hello".utf8))
        #expect(completion.errors == Array("mishap\n".utf8))
    }

    @Test func `nothing is inherited`() throws {
        let completion = try shell("/usr/bin/env", ["ONLY": "this"])
        let names = Set(
            String(decoding: completion.output, as: UTF8.self).split(separator: "\n").map { $0.prefix { $0 != "=" } })
        #expect(names.isSuperset(of: ["ONLY"]))
        #expect(names.isSubset(of: ["ONLY", "PWD", "_", "SHLVL", "OLDPWD"]))
    }

    @Test func `much goes in and out at once`() throws {
        let input = String(repeating: "0123456789abcdef", count: 50_000)
        let completion = try shell("/bin/cat", input: input)
        #expect(completion.output == Array(input.utf8))
    }

    @Test func `a program need not listen`() throws {
        let input = String(repeating: "x", count: 1 << 20)
        #expect(try shell("exit 0", input: input).ending == .exited(0))
        #expect(try shell("exec 0<&-; echo done", input: input).output == Array("done\n".utf8))
    }

    @Test func `a signal is no exit code`() throws {
        #expect(try shell("kill -TERM $$").ending == .signalled(15))
    }

    @Test func `a program that does not exist is not started`() {
        let text = errorText {
            try Invocation(
                path: "/nonexistent/program", arguments: [], variables: [:], input: [], timeLimit: .seconds(5),
                outputLimit: 100
            ).run()
        }
        #expect(text == "could not be started: No such file or directory")
    }

    @Test func `an argument with a zero byte is refused, not cut`() {
        #expect(errorText { try shell("echo a\0; rm") } == "could not be started: an argument holds a zero byte")
    }

    @Test func `time is limited, also for what the program starts`() throws {
        let folder = try TemporaryDirectory("late")
        let late = folder.file("late")
        let start = ContinuousClock.now
        let text = errorText {
            try shell("(sleep 1; touch '\(late)') & sleep 30", ["PATH": "/usr/bin:/bin"], limit: .milliseconds(200))
        }
        #expect(text == "took too long")
        #expect(ContinuousClock.now - start < .seconds(5))
        Thread.sleep(forTimeInterval: 1.5)
        #expect(!FileManager.default.fileExists(atPath: late))
    }

    @Test func `a program that goes on silently after its output is limited too`() {
        #expect(
            errorText { try shell("exec >&- 2>&-; sleep 30", ["PATH": "/usr/bin:/bin"], limit: .milliseconds(200)) }
                == "took too long")
    }

    @Test func `whoever holds the output open does not hold up the end`() throws {
        let start = ContinuousClock.now
        let completion = try shell("sleep 8 & echo done", ["PATH": "/usr/bin:/bin"])
        #expect(completion.output == Array("done\n".utf8))
        #expect(ContinuousClock.now - start < .seconds(6))
    }

    @Test func `output is limited`() {
        #expect(errorText { try shell("while :; do echo 0123456789; done", outputLimit: 1000) } == "wrote too much")
    }

    @Test func `of errors only the beginning is kept`() throws {
        let completion = try shell("yes | head -c 600000 >&2", ["PATH": "/usr/bin:/bin"])
        #expect(completion.errors.count == Completion.errorLimit)
    }

    @Test func `a scratch folder is private and goes with its value`() throws {
        var path = ""
        do {
            let folder = try ScratchFolder()
            try folder.write("content", to: "file")
            path = folder.path
            let attributes = try FileManager.default.attributesOfItem(atPath: path)
            #expect(attributes[.posixPermissions] as? Int == 0o700)
            #expect(FileManager.default.contents(atPath: path + "/file") == Data("content".utf8))
        }
        #expect(!FileManager.default.fileExists(atPath: path))
    }

    @Test func `a program that goes silent is killed, and one that keeps talking is not`() throws {
        func run(_ script: String) throws -> Completion {
            try Invocation(
                path: "/bin/sh", arguments: ["-c", script], variables: ["PATH": "/usr/bin:/bin"], input: [],
                timeLimit: .seconds(30), outputLimit: 1_000, silenceLimit: .milliseconds(600)
            ).run()
        }
        #expect(errorText { try run("echo; sleep 20") } == "took too long")
        #expect(try run("for i in 1 2 3 4 5 6 7 8; do echo >&2; sleep 0.2; done").ending == .exited(0))
    }

    @Test func `what a program says on standard error is heard while it runs`() throws {
        var heard: [UInt8] = []
        let completion = try Invocation(
            path: "/bin/sh", arguments: ["-c", "printf one >&2; printf two; printf three >&2"], variables: [:],
            input: [], timeLimit: .seconds(20), outputLimit: 100
        ).run { heard += $0 }
        #expect(String(decoding: heard, as: UTF8.self) == "onethree" && completion.errors == heard)
    }

    @Test func `the system keeps a program, and what it starts, to the bounds`() throws {
        let directory = try TemporaryDirectory()
        func run(_ script: String, fileBytes: Int) throws -> Completion {
            try Invocation(
                path: "/bin/sh", arguments: ["-c", script, directory.file("big")],
                variables: ["PATH": "/usr/bin:/bin"], input: Array("go\n".utf8), timeLimit: .seconds(20),
                outputLimit: 1_000,
                resources: Invocation.Resources(fileBytes: fileBytes, memoryBytes: 1 << 40)
            ).run()
        }
        // What reads its input is bound before it does anything.
        let script = "read go; dd if=/dev/zero of=\"$0\" bs=1 count=1 seek=2000000 || exit 9; ulimit -v"
        #expect(try run(script, fileBytes: 1_000_000).ending == .exited(9))
        let completion = try run(script, fileBytes: 3_000_000)
        #expect(completion.ending == .exited(0))
        #expect(String(decoding: completion.output, as: UTF8.self) == "\((1 << 40) / 1024)\n")
        // This process keeps its own.
        let bigger = unsafe open(directory.file("bigger"), O_WRONLY | O_CREAT, 0o600)
        defer { close(bigger) }
        #expect(bigger >= 0 && ftruncate(bigger, 4_000_000) == 0)
    }
}
