/// An object that is about to be written.
struct NewObject {
    let id: ObjectID
    let kind: ObjectKind
    let bytes: [UInt8]
    /// An object that differs little from this one, as far as its writer knows.
    let base: ObjectID?
}

/// The objects that a repository keeps to itself until all of them are written at once.
///
/// A class, since a repository is borrowed by whoever writes to it; used by the one thread that owns the repository.
final class ObjectBatch {
    /// Whether objects are kept here at all.
    var isOpen = false
    /// What is kept, in the order in which it came: an object comes after those that it names.
    private(set) var objects: [NewObject] = []
    private var places: [ObjectID: Int] = [:]
    /// How many bytes the objects have.
    private(set) var byteCount = 0

    subscript(id: ObjectID) -> NewObject? {
        places.isEmpty ? nil : places[id].map { objects[$0] }
    }

    func add(_ object: NewObject) {
        guard places[object.id] == nil else { return }
        places[object.id] = objects.count
        objects.append(object)
        byteCount += object.bytes.count
    }

    /// Takes out everything.
    func drain() -> [NewObject] {
        defer { (objects, places, byteCount) = ([], [:], 0) }
        return objects
    }
}
