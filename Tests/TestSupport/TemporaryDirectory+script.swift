import Foundation

extension TemporaryDirectory {
    /// Writes a program for the shell, and returns its path.
    ///
    /// It is put in place by another process: a file that this one had open for writing may still be so in a process
    /// that another test is just starting, and then the system does not run it ("text file busy").
    package func script(_ name: String, _ body: String) throws -> String {
        let draft = file(name + ".txt")
        try Data("#!/bin/sh\nPATH=/usr/bin:/bin\n\(body)\n".utf8).write(to: URL(fileURLWithPath: draft))
        let install = Program("/usr/bin/install", in: path, environment: [:])
        try install("-m", "755", draft, file(name))
        return file(name)
    }
}
