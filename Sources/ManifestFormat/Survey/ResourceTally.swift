import PromotionModel
import YAMLSource

/// Adds up what workloads ask for.
struct ResourceTally: Sendable {
    private(set) var totals: [String: Measure] = [:]
    private(set) var unstated: [String: [String]] = [:]

    /// How many copies of something run; `nil` where it is written and cannot be understood.
    typealias Copies = Measure?

    /// What every container asks for, or its part of the total is unknown.
    static let expected = ["cpu", "memory"]

    /// Adds what `object` asks for, if it is a workload.
    ///
    /// - Parameter format: the name of the format that reads the document, which finds `slots` in it.
    mutating func add(_ object: ManifestObject, title: String, format: String?, slots: [ArtifactSlot]) {
        switch format {
        case ComponentFormat.name: addComponent(object, title: title, isDeployed: !slots.isEmpty)
        case HelmValuesFormat.name: addValues(object.node, title: title, path: "", images: Set(slots.map(\.name)))
        default: addObject(object, title: title)
        }
    }

    private mutating func addObject(_ object: ManifestObject, title: String) {
        guard let kind = object.kind else { return }
        let spec = object.node["spec"]
        if kind == "HelmRelease", let values = spec?["values"], values.kind == .mapping {
            addValues(values, title: title, path: "", images: Set(HelmValuesFormat.slots(in: values).map(\.name)))
        }
        let version = object.node["apiVersion"]?.text
        guard version.map(KubernetesFormat.isBuiltIn) ?? true else { return }
        if kind == "PersistentVolumeClaim" { addClaim(object.node, title: title, copies: Measure(1)) }
        guard let path = KubernetesFormat.podPaths[kind], kind != "PodTemplate" else { return }
        let copies: Copies =
            switch kind {
            case "Deployment", "StatefulSet", "ReplicaSet", "ReplicationController": Self.copies(spec?["replicas"])
            case "Job": Self.copies(spec?["parallelism"])
            case "CronJob": Self.copies(spec?["jobTemplate"]?["spec"]?["parallelism"])
            default: Measure(1)
            }
        addReplicas(copies, title: title)
        var pod: YAMLNode? = object.node
        for key in path { pod = pod?[key] }
        addContainers(pod?["containers"], title: title, copies: copies) { _ in true }
        addContainers(pod?["initContainers"], title: title, copies: copies) {
            $0["restartPolicy"]?.equals("Always") == true
        }
        guard let claims = spec?["volumeClaimTemplates"], claims.kind == .sequence else { return }
        for claim in claims.items {
            let name = ManifestObject.scalar(claim["metadata"]?["name"]) ?? "?"
            addClaim(claim, title: "\(title)/\(name.printable)", copies: copies)
        }
    }

    private mutating func addContainers(
        _ list: YAMLNode?, title: String, copies: Copies, where counts: (YAMLNode) -> Bool
    ) {
        guard let list, list.kind == .sequence else { return }
        for (index, container) in list.items.enumerated() where counts(container) {
            let name = ManifestObject.scalar(container["name"]) ?? "\(index)"
            add(
                ResourceAmounts(container["resources"]), of: "\(title)/\(name.printable)", copies: copies,
                expected: Self.expected)
        }
    }

    private mutating func addClaim(_ claim: YAMLNode, title: String, copies: Copies) {
        var amounts = ResourceAmounts(claim["spec"]?["resources"])
        amounts.texts = amounts.texts.filter { $0.key == "storage" }
        add(amounts, of: title, copies: copies, expected: ["storage"])
    }

    /// The native manifest: amounts stand side by side with the number of replicas.
    private mutating func addComponent(_ object: ManifestObject, title: String, isDeployed: Bool) {
        guard isDeployed else { return }
        let resources = object.node["spec"]?["resources"]
        let copies = Self.copies(resources?["replicas"])
        addReplicas(copies, title: title)
        var amounts = ResourceAmounts(resources)
        for (key, value) in resources?.mergedPairs ?? [] where key.text != "replicas" {
            guard let name = key.text, let text = ManifestObject.scalar(value) else { continue }
            amounts.texts[name] = text
        }
        add(amounts, of: title, copies: copies, expected: Self.expected)
    }

    /// Helm values: every mapping with `resources`, a number of replicas or an `image` is taken for a workload.
    private mutating func addValues(_ node: YAMLNode, title: String, path: String, images: Set<String>) {
        switch node.kind {
        case .scalar: return
        case .sequence:
            for (index, item) in node.items.enumerated() {
                addValues(item, title: title, path: "\(path)[\(index)]", images: images)
            }
        case .mapping:
            let amounts = ResourceAmounts(node["resources"])
            let replicas = [node["replicaCount"], node["replicas"]].compactMap { $0 }.first {
                $0.kind == .scalar && !$0.isNull
            }
            let image = path.isEmpty ? "image" : "\(path).image"
            if !amounts.texts.isEmpty || replicas != nil || images.contains(image) {
                let copies = Self.copies(replicas)
                let label = path.isEmpty ? title : "\(title):\(path.printable)"
                addReplicas(copies, title: label)
                add(amounts, of: label, copies: copies, expected: Self.expected)
            }
            for (key, value) in node.mergedPairs {
                guard value.kind != .scalar, let text = key.text, text != "resources" else { continue }
                addValues(value, title: title, path: path.isEmpty ? text : "\(path).\(text)", images: images)
            }
        }
    }

    /// The number in `node`: 1 where there is none.
    private static func copies(_ node: YAMLNode?) -> Copies {
        guard let node, !node.isNull else { return Measure(1) }
        guard let text = node.text, let number = Int(text), number >= 0 else { return nil }
        return Measure(number)
    }

    private mutating func addReplicas(_ copies: Copies, title: String) {
        guard let copies else { return unstated["replicas", default: []].append(title) }
        add(copies, to: "replicas", of: title)
    }

    private mutating func add(_ amounts: ResourceAmounts, of title: String, copies: Copies, expected: [String]) {
        for name in Set(amounts.texts.keys).union(expected).sorted() {
            guard let copies, let amount = amounts.measure(name) else {
                unstated[name, default: []].append(title)
                continue
            }
            do {
                add(try amount * copies, to: name, of: title)
            } catch {
                unstated[name, default: []].append(title)
            }
        }
    }

    private mutating func add(_ amount: Measure, to name: String, of title: String) {
        do {
            totals[name] = try totals[name, default: Measure(0)] + amount
        } catch {
            unstated[name, default: []].append(title)
        }
    }
}

/// What one container, or what is taken for one, asks for.
struct ResourceAmounts {
    /// As written, by name of the resource.
    var texts: [String: String] = [:]

    /// The limits in `resources`; for a resource without one, the request.
    init(_ resources: YAMLNode?) {
        for kind in ["requests", "limits"] {
            for (key, value) in resources?[kind]?.mergedPairs ?? [] {
                guard let name = key.text, let text = ManifestObject.scalar(value) else { continue }
                texts[name] = text
            }
        }
    }

    /// The amount of the resource `name`; `nil` where it is not written, is no quantity, or is less than nothing.
    func measure(_ name: String) -> Measure? {
        guard let text = texts[name] else { return nil }
        do {
            let measure = try Measure(quantity: text)
            return measure < Measure(0) ? nil : measure
        } catch {
            return nil
        }
    }
}
