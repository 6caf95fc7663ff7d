import Glibc

/// A program that runs, as the leader of a process group of its own.
struct ChildProcess {
    let id: pid_t

    /// Starts `invocation` with the given descriptors as its standard streams.
    init(_ invocation: Invocation, input: Int32, output: Int32, errors: Int32) throws(ProgramFailure) {
        let words = [invocation.path] + invocation.arguments
        let variables = invocation.variables.sorted { $0.key < $1.key }.map { "\($0.key)=\($0.value)" }
        guard !(words + variables).contains(where: { $0.contains("\0") }) else {
            throw .notStarted("an argument holds a zero byte")
        }

        var actions = unsafe posix_spawn_file_actions_t()
        var attributes = posix_spawnattr_t()
        unsafe posix_spawn_file_actions_init(&actions)
        unsafe posix_spawnattr_init(&attributes)
        defer {
            unsafe posix_spawn_file_actions_destroy(&actions)
            unsafe posix_spawnattr_destroy(&attributes)
        }
        unsafe posix_spawn_file_actions_adddup2(&actions, input, STDIN_FILENO)
        unsafe posix_spawn_file_actions_adddup2(&actions, output, STDOUT_FILENO)
        unsafe posix_spawn_file_actions_adddup2(&actions, errors, STDERR_FILENO)
        // A group of its own: what it starts can be killed with it. No signal is blocked or ignored in it.
        var signals = sigset_t()
        unsafe sigemptyset(&signals)
        unsafe posix_spawnattr_setsigmask(&attributes, &signals)
        unsafe sigfillset(&signals)
        unsafe posix_spawnattr_setsigdefault(&attributes, &signals)
        unsafe posix_spawnattr_setflags(
            &attributes, Int16(POSIX_SPAWN_SETPGROUP | POSIX_SPAWN_SETSIGMASK | POSIX_SPAWN_SETSIGDEF))

        var started: pid_t = 0
        let arguments = unsafe CStrings(words)
        let environment = unsafe CStrings(variables)
        let status = unsafe posix_spawn(
            &started, invocation.path, &actions, &attributes, arguments.pointers, environment.pointers)
        guard status == 0 else { throw .notStarted(systemText(status)) }
        id = started
        if let resources = invocation.resources { try lay(resources) }
    }

    /// Bounds what the program may use, or ends it.
    private func lay(_ resources: Invocation.Resources) throws(ProgramFailure) {
        let status = ResourceLimits.lay(resources, on: id)
        guard status != 0 else { return }
        kill()
        _ = try ending(waiting: true)
        throw .notStarted("its bounds could not be set: \(systemText(status))")
    }

    /// Kills the program and whatever it has started.
    func kill() {
        _ = Glibc.kill(-id, SIGKILL)
    }

    /// How the program ended; `nil` while it runs.
    func ending(waiting: Bool) throws(ProgramFailure) -> Completion.Ending? {
        var status: Int32 = 0
        while true {
            let found = unsafe waitpid(id, &status, waiting ? 0 : WNOHANG)
            if found == 0 { return nil }
            if found == id { break }
            guard errno == EINTR else { throw .lost(systemText(errno)) }
        }
        let signal = status & 0x7F
        return signal == 0 ? .exited((status >> 8) & 0xFF) : .signalled(signal)
    }
}

/// Strings as C takes a list of them, freed when the value goes.
@unsafe private struct CStrings: ~Copyable {
    let pointers: [UnsafeMutablePointer<CChar>?]

    init(_ strings: [String]) {
        unsafe pointers = strings.map { unsafe strdup($0) } + [nil]
    }

    deinit {
        for index in unsafe pointers.indices { unsafe free(pointers[index]) }
    }
}
