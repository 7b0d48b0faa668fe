extension Scenario {
    /// Texts that steps and expectations look for in the output of programs.
    package var soughtTexts: Set<String> {
        var texts: Set<String> = []
        for step in steps {
            switch step.action {
            case .waitForOutput(_, let text): texts.insert(text)
            case .waitFor(let expectation): texts.formUnion(expectation.soughtTexts)
            case .run, .start, .stop, .kill, .feed, .closeInput, .command, .pause, .waitForExit,
                .check:
                break
            }
            for expectation in step.expectations { texts.formUnion(expectation.soughtTexts) }
        }
        for expectation in expectations { texts.formUnion(expectation.soughtTexts) }
        return texts
    }
}

extension Expectation {
    fileprivate var soughtTexts: [String] {
        guard case .client(let expectation) = self else { return [] }
        var texts: [String] = []
        for case .says(_, let text) in expectation.claims { texts += text.contains + text.lacks }
        return texts
    }
}
