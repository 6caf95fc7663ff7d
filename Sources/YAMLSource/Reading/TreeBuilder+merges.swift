extension TreeBuilder {
    /// Refuses merge keys that merge nothing: their value is a mapping or a sequence of mappings, nothing else.
    ///
    /// Called once, after the last event; skipping such a key instead would lose what its author meant.
    func checkMerges() throws(YAMLProblem) {
        for mapping in mergingMappings {
            var key = mapping + 1
            while key < Int(nodes[mapping].next) {
                let value = Int(nodes[key].next)
                if nodes[key].merges, !isMergeable(value) {
                    throw YAMLProblem(
                        line: Int(nodes[value].line), column: Int(nodes[value].column),
                        message: "a merge key takes a mapping or a sequence of mappings")
                }
                key = Int(nodes[value].next)
            }
        }
    }

    private func isMergeable(_ index: Int) -> Bool {
        let value = target(of: index)
        guard nodes[value].form == .sequence else { return nodes[value].form == .mapping }
        var item = value + 1
        while item < Int(nodes[value].next) {
            guard nodes[target(of: item)].form == .mapping else { return false }
            item = Int(nodes[item].next)
        }
        return true
    }

    private func target(of index: Int) -> Int {
        nodes[index].form == .alias ? Int(nodes[index].textStart) : index
    }
}
