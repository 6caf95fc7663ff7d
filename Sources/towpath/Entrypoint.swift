import Commands

/// The door.
@main
enum Entrypoint {
    static func main() {
        Towpath.start()
    }
}
