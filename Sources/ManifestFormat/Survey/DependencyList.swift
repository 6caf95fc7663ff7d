import PromotionModel
import YAMLSource

/// What a native manifest says its component depends on.
struct DependencyList: Sendable {
    /// Where the component declares its artifact, which is how it finds its name.
    let place: Place
    /// In the order written.
    let names: [ComponentName]

    /// Reads `spec.dependsOn` of `document`, whose artifact stands at `slot`.
    ///
    /// - Throws: ``Problem`` where something in the list names no component: left out, it would not be waited for.
    init(of document: YAMLNode, declaredAt slot: YAMLNode, in file: String) throws(Problem) {
        place = Place(file: file, line: slot.line, column: slot.column)
        guard let list = document["spec"]?["dependsOn"], !list.isNull else {
            names = []
            return
        }
        guard list.kind == .sequence else {
            throw Problem(Place(file: file, line: list.line, column: list.column), "expected a list of components")
        }
        var names: [ComponentName] = []
        for item in list.items {
            let place = Place(file: file, line: item.line, column: item.column)
            guard let text = item.text else { throw Problem(place, "expected the name of a component") }
            do {
                names.append(try ComponentName(text))
            } catch {
                throw Problem(place, error.description)
            }
        }
        self.names = names
    }
}
