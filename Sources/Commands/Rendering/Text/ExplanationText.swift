import Bootstrap
import PromotionModel

/// An explanation as a tree.
struct ExplanationText {
    let style: Style
    let now: Timestamp

    func print(_ explanation: Explanation) {
        let status = explanation.status
        Console.line(
            "\(status.component) in \(explanation.environment): "
                + style.paint(status.state.rawValue, Wording.ink(status.state)))
        var branches = [(declared(explanation), [String]()), (recorded(explanation), [])]
        if let action = explanation.action {
            branches.append(("promotion \(action.promotion.id): \(Wording.changes(action.promotion))", gates(action)))
        } else {
            branches.append((status.reason, []))
        }
        if !explanation.advice.isEmpty { branches.append(("what would make it move", explanation.advice)) }
        if let next = status.nextChange {
            branches.append(("by time alone at \(next) (\(Wording.relative(next, to: now)))", []))
        }
        for (index, branch) in branches.enumerated() {
            let isLast = index == branches.count - 1
            Console.line("\(isLast ? "└─" : "├─") \(branch.0.printable)")
            for (inner, leaf) in branch.1.enumerated() {
                Console.line("\(isLast ? " " : "│")  \(inner == branch.1.count - 1 ? "└─" : "├─") \(leaf)")
            }
        }
    }

    private func declared(_ explanation: Explanation) -> String {
        guard let declaration = explanation.declaration else { return "not declared" }
        let origin = explanation.origin.map { entry in
            ", by \(entry.author) in \(entry.commit.prefix(12)) \(Wording.relative(entry.at, to: now))"
                + "\(signature(entry.signature)): \(entry.subject)"
        }
        return "declared \(Wording.artifact(declaration.artifact)) at \(declaration.place)\(origin ?? "")"
    }

    private func signature(_ signature: CommitSignature) -> String {
        switch signature {
        case .unsigned: ""
        case .signed(let signatory): ", signed by \(signatory.name)"
        case .refused(let reason): ", with a signature that does not count (\(reason))"
        case .unverified(let reason): ", with a signature that was not verified (\(reason))"
        }
    }

    private func recorded(_ explanation: Explanation) -> String {
        guard let record = explanation.record else { return "not recorded yet" }
        let source = record.source.map { " from \($0)" } ?? ""
        return
            "recorded \(Wording.artifact(record.artifact))\(source) since \(record.at), promotion \(record.promotion)"
    }

    private func gates(_ action: Action) -> [String] {
        let width = Wording.gateWidth(action.verdict)
        return action.verdict.gates.map { gate in
            let ink: Style.Ink = gate.passes ? .green : gate.state == .pending ? .yellow : .red
            return "\(gate.gate.rawValue.padding(to: width))\(style.paint(gate.state.rawValue.padding(to: 8), ink))"
                + gate.reason.printable
        }
    }
}
