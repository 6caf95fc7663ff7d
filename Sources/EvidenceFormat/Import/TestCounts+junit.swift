extension TestCounts {
    /// Counts the test cases of a report in JUnit's XML, as Ant, Maven, pytest, Bazel and others write it.
    ///
    /// Counted are the cases, not what the suites say of themselves; but a suite that says it had more failures and
    /// errors than its cases show is believed, since a suite can break without a case.
    ///
    /// - Throws: ``ImportRefusal``; also for a report without a single case.
    package init(junit bytes: [UInt8]) throws(ImportRefusal) {
        var tally = CaseTally()
        try XMLReader.read(bytes) { (element) throws(ImportRefusal) in try tally.add(element) }
        tally.endCase()
        guard tally.cases > 0 else { throw .unfinished("no test case") }
        let failed = max(tally.failed, tally.claimed)
        self.init(
            passed: max(0, tally.cases - tally.failed - tally.skipped), failed: failed, skipped: tally.skipped)
    }
}

/// Goes through the elements of a report.
private struct CaseTally {
    private(set) var cases = 0
    private(set) var failed = 0
    private(set) var skipped = 0
    /// Failures and errors that the outermost suites say they had.
    private(set) var claimed = 0
    private var isOpen = false
    private var isFailed = false
    private var isSkipped = false

    mutating func add(_ element: XMLReader.Element) throws(ImportRefusal) {
        if element.depth == 0, !["testsuites", "testsuite"].contains(element.name) {
            throw .malformed("expected testsuites or testsuite, found \(element.name)")
        }
        switch element.name {
        case "testsuite":
            endCase()
            guard !element.path.contains("testsuite") else { return }
            claimed += try Self.count(element, "failures") + Self.count(element, "errors")
        case "testcase":
            endCase()
            isOpen = true
        case "failure", "error": isFailed = isFailed || element.path.last == "testcase"
        case "skipped": isSkipped = isSkipped || element.path.last == "testcase"
        default: break
        }
    }

    /// Counts the case that is being read; failed goes before skipped.
    mutating func endCase() {
        guard isOpen else { return }
        cases += 1
        if isFailed { failed += 1 } else if isSkipped { skipped += 1 }
        (isOpen, isFailed, isSkipped) = (false, false, false)
    }

    private static func count(_ element: XMLReader.Element, _ name: String) throws(ImportRefusal) -> Int {
        guard let text = element.attributes[name], !text.isEmpty else { return 0 }
        guard let count = Int(text), (0...PredicateReader.maximumCount).contains(count) else {
            throw .malformed("expected a number in \(name)")
        }
        return count
    }
}
