import Testing

@testable import fakegw

/// `scripts/check-shells` asks the shells themselves.
@Suite struct `Completions and manual pages` {
    @Test func `have something to offer for every value with a name`() {
        let named = ["NAME", "KIND", "FILTER", "DIRECTION", "ENV", "FILE", "DIR", "INTERFACE"]
        for command in Tool.subcommands {
            for option in command.options {
                guard let value = option.value, named.contains(where: value.hasPrefix) else {
                    continue
                }
                #expect(option.completes != .anything, "\(command.name) --\(option.name)")
            }
        }
    }

    @Test func `have something to offer for every argument with a name`() {
        for command in Tool.subcommands where command.usage.hasPrefix("[NAME") {
            guard case .words(let words) = command.completes else {
                Issue.record("\(command.name) offers no words")
                continue
            }
            #expect(words.count > 5)
        }
    }

    @Test func `explain every command and option that the help has`() {
        for command in Tool.subcommands {
            let page = ManPage.page(of: command)
            for option in command.options {
                let name = "--\(option.name)".replacing("-", with: "\\-")
                #expect(page.contains("\\fB\(name)\\fR"), "\(command.name) --\(option.name)")
            }
        }
    }

    @Test func `tell which commit was built`() {
        let text = Program.run("--version").output
        #expect(text.hasPrefix("fakegw \(BuildVersion.number) ("))
        let json = Program.run("--version --json").output
        let commit = BuildVersion.commit.map { "\"\($0)\"" } ?? "null"
        #expect(json.contains("\"commit\":\(commit),\"date\":"))
        #expect(Program.run("--version --yaml").exitCode == 2)
    }

    @Test func `refuse a shell or a command that there is not`() {
        #expect(Program.run("completions tcsh").exitCode == 2)
        #expect(Program.run("completions").exitCode == 2)
        #expect(Program.run("man srve").output.contains("did you mean 'serve'?"))
    }
}
