import PromotionModel

/// What arrives was recorded, with the very same content, in an environment that the contract takes from.
enum SourceGate {
    /// A stretch of time in which one artifact was recorded in a source environment.
    struct Stay: Equatable {
        let environment: EnvironmentName
        let from: Timestamp
        /// `nil` while it lasts.
        let until: Timestamp?
    }

    /// What the source environments say of one artifact.
    enum Standing: Equatable {
        /// Recorded now, or once; never empty, the longest stay first.
        case stayed([Stay])
        /// Nobody can tell yet.
        case pending(String)
        case refused(String)
    }

    /// The gate's result, and the source environment that counted for all arrivals.
    ///
    /// - Parameter standings: One for each arrival.
    static func judge(
        _ standings: [Standing], contract: Contract
    ) -> (result: GateResult, environment: EnvironmentName?) {
        guard !contract.from.isEmpty else {
            return (GateResult(.source, .open, "builds arrive here"), nil)
        }
        guard !standings.isEmpty else {
            return (GateResult(.source, .open, "no artifact arrives"), nil)
        }
        var counted: [EnvironmentName] = []
        var pending: String?
        for standing in standings {
            switch standing {
            case .stayed(let stays):
                if !counted.contains(stays[0].environment) { counted.append(stays[0].environment) }
            case .pending(let reason): pending = pending ?? reason
            case .refused(let reason): return (GateResult(.source, .closed, reason), nil)
            }
        }
        if let pending { return (GateResult(.source, .pending, pending), nil) }
        let names = counted.sorted()
        let reason = "recorded in " + Wording.joined(names.map(\.description), by: " and ")
        return (GateResult(.source, .open, reason), names.count == 1 ? names[0] : nil)
    }

    /// Where and for how long what arrives was recorded.
    ///
    /// What speaks against it in one source is not outweighed by another; nor is a source that cannot be read, which
    /// may hold just that.
    static func standing(of arrival: Facts.Arrival, facts: Facts, on ground: JudgementGround) -> Standing {
        let artifact = arrival.artifact
        // A tag that never moves is as good a name as a digest, until two digests claim it.
        let goesByTag =
            artifact.tag.map { tag in ground.contract.immutableTags?.contains { $0.matches(tag) } ?? false } ?? false
        var stays: [Stay] = []
        var refusal: String?
        var unreadable: EnvironmentName?
        for source in ground.sources {
            let name = source.name
            guard let offer = source.offer else {
                unreadable = name
                continue
            }
            let theirs = facts.repositories.translated(artifact, from: facts.promotion.environment, to: name)
            if let hold = offer.rejection(of: artifact) {
                refusal = "\(arrival.component) \(artifact.version) was rolled back in \(name): \(hold.reason)"
                continue
            }
            func add(_ stay: SourceOffer.Stay) {
                if stay.health == .degraded {
                    refusal = "\(arrival.component) \(artifact.version) is degraded in \(name)"
                } else {
                    stays.append(Stay(environment: name, from: stay.at, until: nil))
                }
            }
            offer.forEachRecord(of: theirs, add)
            if goesByTag { offer.recordedByTag(theirs).forEach(add) }
            guard !facts.stays.isEmpty else { continue }
            for stay in artifact.digest.flatMap({ facts.stays[$0] }) ?? [] where stay.environment == name {
                if stay.health != .degraded {
                    stays.append(Stay(environment: name, from: stay.from, until: stay.until))
                }
            }
        }
        if let refusal { return .refused(refusal) }
        if let unreadable { return .pending("\(unreadable) could not be read") }
        if !stays.isEmpty { return .stayed(stays.count > 1 ? stays.sorted(by: isBefore) : stays) }
        return absent(arrival, facts: facts, on: ground)
    }

    /// What lasts first, then the longest; of equally long ones by name, so that the order of the facts is no matter.
    private static func isBefore(_ left: Stay, _ right: Stay) -> Bool {
        switch (left.until, right.until) {
        case (nil, .some): return true
        case (.some, nil): return false
        case (let leftEnd?, let rightEnd?) where leftEnd - left.from != rightEnd - right.from:
            return leftEnd - left.from > rightEnd - right.from
        default: return (left.from, left.environment) < (right.from, right.environment)
        }
    }

    private static func absent(_ arrival: Facts.Arrival, facts: Facts, on ground: JudgementGround) -> Standing {
        let (artifact, component) = (arrival.artifact, arrival.component)
        let home = facts.promotion.environment
        let declaring = facts.sources.first { source in
            ground.offer(of: source)
                .declares(facts.repositories.translated(artifact, from: home, to: source.name))
        }
        if let source = declaring {
            return .pending("\(component) \(artifact.version) is declared in \(source.name) and not recorded there yet")
        }
        let names = ground.contract.from.map(\.description).joined(separator: " or ")
        let content = artifact.digest.map { "\(artifact.version) (\($0.short))" } ?? artifact.version
        return .refused("\(component) \(content) was never recorded in \(names); promote it there first")
    }
}
