/// A program that a test puts in another's place.
package enum ExecutableScript {
    /// Why it cannot be written.
    package struct NotWritten: Error, CustomStringConvertible {
        package let description: String
    }

    /// Writes `commands` of the shell as a program.
    package static func write(_ commands: String, at path: String) throws {
        try install("#!/bin/sh\n\(commands)\n", at: path)
    }

    /// Writes an executable script.
    ///
    /// Another process writes it: a program that this one starts meanwhile could inherit the open file, and a file that
    /// is open for writing cannot be run.
    package static func install(_ script: String, at path: String) throws {
        let shell = Program("/bin/sh", in: "/", environment: ["PATH": "/usr/bin:/bin"])
        let run = try shell.run(["-c", "cat >\"$0\" && chmod 755 \"$0\"", path], input: Array(script.utf8))
        guard run.status == 0 else { throw NotWritten(description: run.errors) }
    }
}
