import Bootstrap

/// What to do about a work tree that stays behind: towpath moves the branch, and never touches a file.
enum WorkTreeHint {
    /// Tells how to bring the work tree of `fleet` after its branch, which has left `basis`, if it has it checked out.
    static func print(for fleet: borrowing Fleet, since basis: String) {
        guard fleet.isCheckedOut else { return }
        Console.note(
            "hint: a work tree has this branch checked out and is now behind: "
                + "git read-tree -m -u \(basis.prefix(12)) HEAD")
    }
}
