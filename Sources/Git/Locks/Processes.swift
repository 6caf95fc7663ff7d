internal import Glibc

/// The processes of this machine, as far as this one may see them.
enum Processes {
    /// Who may hold `file`, in words: a process that has it open, or git at work in one of `folders`; nil if nobody.
    ///
    /// Git closes a lock before it moves it into place, so an open file is not the only sign. Only processes of the
    /// file's owner could have made it; where such a one cannot be looked into it may be the one.
    static func holder(of file: FileIdentity, workingIn folders: Set<String> = []) -> String? {
        guard let list = unsafe opendir("/proc") else { return "the processes of this machine cannot be seen" }
        defer { unsafe closedir(list) }
        var isSeen = false
        while let entry = unsafe readdir(list) {
            guard let pid = Int32(unsafe name(entry)) else { continue }
            isSeen = true
            guard pid != getpid(), let owner = owner(of: pid), owner == file.owner || owner == geteuid() else {
                continue
            }
            switch hasOpen(pid, file) {
            case true: return "process \(pid) has it open"
            case false: break
            case nil: if owner == file.owner { return "process \(pid) cannot be looked into" }
            }
            if isGit(pid), works(pid, in: folders) { return "git is at work there, in process \(pid)" }
        }
        return isSeen ? nil : "the processes of this machine cannot be seen"
    }

    @unsafe private static func name(_ entry: UnsafeMutablePointer<dirent>) -> String {
        unsafe withUnsafeBytes(of: entry.pointee.d_name) { bytes in
            unsafe String(decoding: bytes.prefix { $0 != 0 }, as: UTF8.self)
        }
    }

    private static func owner(of pid: Int32) -> UInt32? {
        var status = stat()
        return unsafe stat("/proc/\(pid)", &status) == 0 ? status.st_uid : nil
    }

    /// Whether the process has `file` open; nil if it cannot be told, false if it has ended.
    private static func hasOpen(_ pid: Int32, _ file: FileIdentity) -> Bool? {
        let folder = "/proc/\(pid)/fd"
        guard let list = unsafe opendir(folder) else { return errno == ENOENT || errno == ESRCH ? false : nil }
        defer { unsafe closedir(list) }
        while let entry = unsafe readdir(list) {
            var status = stat()
            guard unsafe stat("\(folder)/\(name(entry))", &status) == 0 else { continue }
            if UInt(status.st_dev) == file.device, UInt(status.st_ino) == file.inode { return true }
        }
        return false
    }

    private static func isGit(_ pid: Int32) -> Bool {
        readSmallFile("/proc/\(pid)/comm")?.starts(with: "git".utf8) ?? false
    }

    /// Whether the process works in one of `folders`: from inside, from the work tree around it, or because it was told
    /// to.
    private static func works(_ pid: Int32, in folders: Set<String>) -> Bool {
        guard let place = target(of: "/proc/\(pid)/cwd") else { return false }
        let inside = folders.contains { folder in
            [folder, folder.hasSuffix("/.git") ? String(folder.dropLast(5)) : folder].contains { root in
                place == root || place.hasPrefix(root + "/")
            }
        }
        return inside
            || toldFolders(pid).contains { told in
                guard let found = target(of: told.hasPrefix("/") ? told : "/proc/\(pid)/cwd/" + told) else {
                    return false
                }
                return folders.contains(found) || folders.contains(found + "/.git")
            }
    }

    /// The git directories that a process was told of, by its variables or its arguments.
    private static func toldFolders(_ pid: Int32) -> [String] {
        func words(_ file: String) -> [String] {
            (readSmallFile("/proc/\(pid)/\(file)") ?? []).split(separator: 0)
                .map { String(decoding: $0, as: UTF8.self) }
        }
        let arguments = words("cmdline")
        var told = words("environ").filter { $0.hasPrefix("GIT_DIR=") }.map { String($0.dropFirst(8)) }
        told += arguments.filter { $0.hasPrefix("--git-dir=") }.map { String($0.dropFirst(10)) }
        told += zip(arguments, arguments.dropFirst()).filter { ["--git-dir", "-C"].contains($0.0) }.map(\.1)
        return told
    }

    /// `path` without symbolic links; nil if it leads nowhere, or not any more.
    private static func target(of path: String) -> String? {
        guard let resolved = unsafe realpath(path, nil) else { return nil }
        defer { unsafe free(resolved) }
        return unsafe String(cString: resolved)
    }
}

/// File systems and who else may write to them.
enum FileSystem {
    /// Those whose files other machines may hold, besides whatever a program serves (FUSE).
    private static let shared: Set = [
        "nfs", "nfs4", "cifs", "smb3", "smbfs", "afs", "ceph", "9p", "gfs2", "ocfs2", "lustre", "glusterfs", "virtiofs",
    ]

    /// Whether only processes of this machine can hold a file at `path`, which has no symbolic links; false if that
    /// cannot be told.
    static func isOfThisMachine(_ path: String) -> Bool {
        var best: (length: Int, type: String)?
        for line in (readSmallFile("/proc/self/mountinfo") ?? []).split(separator: UInt8(ascii: "\n")) {
            let words = String(decoding: line, as: UTF8.self).split(separator: " ")
            guard words.count > 6, let dash = words.firstIndex(of: "-"), dash + 1 < words.count else { continue }
            let place = words[4].replacing("\\040", with: " ")
            guard place == "/" || path == place || path.hasPrefix(place + "/") else { continue }
            // Of two at one place the later hides the earlier.
            if place.utf8.count >= best?.length ?? 0 { best = (place.utf8.count, String(words[dash + 1])) }
        }
        guard let type = best?.type else { return false }
        return !shared.contains(type) && !type.hasPrefix("fuse")
    }
}
