import Glibc
import Testing

/// The runner as a CI system has it: signals, full disks, missing folders, fixed ports.
@Suite(.serialized) struct `The runner` {
    private static let good = Workshop.scenario("good", "echo hi")

    // MARK: Files

    @Test func `makes the folders of what it writes`() throws {
        let shop = try Workshop(["good.yaml": Self.good])
        let answer = shop.shell("fakegw run good.yaml --junit a/b/j.xml --events c/d")
        #expect(answer.exitCode == 0, "\(answer.output)")
        #expect(shop.text(of: "a/b/j.xml").contains(#"tests="1" failures="0""#))
        #expect(shop.text(of: "c/d/good.jsonl").hasSuffix("\"verdict\":\"passed\"}\n"))
    }

    @Test(
        arguments: [
            "--junit good.yaml/j.xml", "--junit tmp", "--events good.yaml/e", "--tap tmp",
            "--json-lines good.yaml/l", "--baseline good.yaml/b --update",
            "--junit same --tap same", "--update", "--baseline none.yaml",
            "--baseline good.yaml", "--github=yes",
        ])
    func `plays nothing when it could not write the result`(option: String) throws {
        let shop = try Workshop(["good.yaml": Workshop.scenario("good", "touch played")])
        let answer = shop.shell("fakegw run good.yaml \(option)")
        #expect(answer.exitCode == 2, "\(answer.output)")
        #expect(answer.output.contains("error: "))
        #expect(shop.shell("test -e played").exitCode != 0)
    }

    @Test(arguments: [1, 2]) func `says when a disk is full, and leaves whole lines`(
        jobs: Int
    ) throws {
        let shop = try Workshop(["good.yaml": Self.good])
        // A file may have 1,024 bytes; the signal for more would end an unprepared program.
        let answer = shop.shell(
            "ulimit -f 1; fakegw run good.yaml --jobs \(jobs) --events events")
        #expect(answer.exitCode == 6, "\(answer.output)")
        #expect(answer.output.contains("cannot write events/good.jsonl: File too large; its last "))
        #expect(answer.output.contains("1 passed, 0 failed"))
        let text = shop.text(of: "events/good.jsonl")
        #expect(text.hasSuffix("}\n") && text.hasPrefix("{"))
    }

    @Test(arguments: ["--junit", "--tap", "--json-lines"])
    func `says when the disk of the verdicts is full`(option: String) throws {
        let rows = (0..<20).map { "\($0)" }.joined(separator: ",")
        let shop = try Workshop([
            "many.yaml": "version: 1\nname: many\ngateway: {}\nmatrix: {n: [\(rows)]}\n"
                + "clients: {c: {run: [echo, \"${n}\"]}}\n"
        ])
        let answer = shop.shell("ulimit -f 1; fakegw run many.yaml \(option) j.xml")
        #expect(answer.exitCode == 6)
        #expect(answer.output.contains("20 passed, 0 failed"))
        #expect(answer.output.contains("error: cannot write j.xml: File too large"))
        #expect(shop.shell("ls *.xml*").exitCode != 0)
    }

    // MARK: Processes

    @Test func `plays several scenarios in one process, one after the other`() throws {
        let shop = try Workshop(["s.yaml": Workshop.scenario("s", "echo $PPID >>pids")])
        let answer = shop.shell("fakegw run s.yaml --jobs 2 --repeat 8; sort -u pids | wc -l")
        #expect(answer.output.contains("8 passed, 0 failed"), "\(answer.output)")
        #expect(["1", "2"].contains(answer.output.split(separator: "\n").last), "\(answer.output)")
    }

    @Test func `replaces a process whose play left something behind`() throws {
        let script = "setsid sleep 1000 & echo $PPID >>pids"
        let shop = try Workshop(["s.yaml": Workshop.scenario("s", script)])
        let answer = shop.shell("fakegw run s.yaml --jobs 2 --repeat 4; sort -u pids | wc -l")
        #expect(answer.output.contains("0 passed, 4 failed"), "\(answer.output)")
        #expect(answer.output.split(separator: "\n").last == "4", "\(answer.output)")
    }

    // MARK: Signals

    /// A client that takes no SIGTERM, with a grandchild in its own session that takes none either.
    private static let stubborn = """
        version: 1
        name: stubborn
        matrix: {n: [1, 2, 3]}
        gateway: {}
        clients:
          c:
            run:
              - sh
              - -c
              - |
                trap '' TERM INT HUP
                setsid sh -c 'trap "" TERM INT HUP; echo $$ >>pids; exec sleep 1000' &
                echo $$ >>pids
                touch begun-${n}
                wait
        """

    @Test(arguments: [1, 2], [("INT", 130), ("TERM", 143), ("HUP", 129), ("KILL", 137)])
    func `leaves nothing behind when it is stopped, and says what it played`(
        jobs: Int, stop: (signal: String, exit: Int)
    ) throws {
        let shop = try Workshop(["a.yaml": Self.good, "b.yaml": Self.stubborn])
        let answer = shop.shell(
            """
            '\(Program.path)' run a.yaml b.yaml --jobs \(jobs) --junit j.xml --events events \
                --tap t.tap --json-lines r.jsonl &
            tries=0
            until [ "$(ls | grep -c begun)" = \(jobs) ] && [ "$(wc -l <pids)" = \(2 * jobs) ]; do
                tries=$((tries + 1)); [ $tries -lt 600 ] || break; sleep 0.1
            done
            kill -\(stop.signal) $!; wait $!; code=$?
            # Guardians of a killed runner need a moment. The dead may wait for their reaper.
            living() { ps -eo stat=,pid= | awk '$1 !~ /^Z/ {print $2}'; }
            tries=0
            while grep -qx "$(living)" pids || ls tmp | grep -q home; do
                tries=$((tries + 1))
                [ $tries -lt 300 ] || { echo 'still there:'; ls tmp; cat pids; living; break; }
                sleep 0.1
            done
            exit $code
            """)
        #expect(answer.exitCode == stop.exit, "\(answer.output)")
        #expect(!answer.output.contains("still there"))
        #expect(shop.text(of: "pids").split(separator: "\n").count == 2 * jobs)
        guard stop.signal != "KILL" else { return }
        #expect(answer.output.contains("1 passed, 0 failed, in "))
        #expect(answer.output.contains(" s\n3 not played: stopped by SIG"))
        #expect(shop.text(of: "j.xml").contains(#"tests="4" failures="0" errors="0" skipped="3""#))
        #expect(shop.text(of: "events/stubborn__1_.jsonl").contains("stopped by SIG"))
        let tap = shop.text(of: "t.tap").split(separator: "\n")
        #expect(
            tap[1] == "1..4" && tap.count { $0.contains("# SKIP not played: stopped by SIG") } == 3)
        let lines = shop.text(of: "r.jsonl").split(separator: "\n")
        #expect(lines.count == 5 && lines.last?.contains("\"unplayed\":3") == true)
    }

    @Test func `has no defunct process beside it while it goes on`() throws {
        // What a killed one left is gone while others still play.
        let look = """
            n=0; while ps -eo ppid=,stat= | grep $(ps -o ppid= $PPID) | grep Z; do
            n=$((n+1)); [ $n -lt 100 ] || exit 7; sleep 0.1; done
            """.replacing("\n", with: " ")
        let shop = try Workshop([
            "look.yaml": Workshop.scenario(
                "look", look, more: "expect: [{client: c, exit: 0}]"),
            "killed.yaml": Workshop.scenario("killed", "kill -9 $PPID; sleep 9"),
        ])
        let answer = shop.shell("fakegw run killed.yaml look.yaml look.yaml look.yaml --jobs 2")
        #expect(answer.exitCode == 6, "\(answer.output)")
        #expect(answer.output.contains("3 passed, 0 failed, 1 unknown"))
        #expect(answer.output.contains("the process that played it was ended by SIGKILL"))
    }

    // MARK: Machines

    @Test func `takes a stop of its own for a stall of the machine, and for no verdict`() throws {
        let stops = "(sleep 2.6; kill -CONT $PPID) & kill -STOP $PPID; wait"
        let shop = try Workshop([
            "pass.yaml": Workshop.scenario("pass", stops),
            "fail.yaml": Workshop.scenario("fail", stops, more: "expect: [{client: c, exit: 3}]"),
        ])
        let answer = shop.shell("fakegw run . --jobs 2 --junit j.xml")
        #expect(answer.exitCode == 6)
        #expect(answer.output.contains("0 passed, 0 failed, 2 unknown"), "\(answer.output)")
        #expect(answer.output.contains("expected: this machine keeps time"))
        #expect(shop.text(of: "j.xml").contains(#"failures="0" errors="2""#))
    }

    @Test func `takes a stopped client for no stall`() throws {
        let shop = try Workshop([
            "stopped.yaml": Workshop.scenario(
                "stopped", "kill -STOP $$", more: "deadline: 3s")
        ])
        let answer = shop.shell("fakegw run stopped.yaml")
        #expect(answer.exitCode == 4, "\(answer.output)")
        #expect(!answer.output.contains("stall"))
    }

    @Test func `names a limit that is too low`() throws {
        let shop = try Workshop(["good.yaml": Self.good])
        let pool = shop.shell("ulimit -n 10; fakegw run good.yaml --jobs 2")
        #expect(pool.exitCode == 6)
        #expect(pool.output.contains("this process may open 10 files at a time (ulimit -n)"))
        let serve = shop.shell("ulimit -n 4; fakegw serve --listen 127.0.0.1:0")
        #expect(serve.output.contains("hint: this process may open 4 files at a time (ulimit -n)"))
    }

    /// Each play holds the lock while it runs.
    private static func locking(_ name: String) -> String {
        """
        version: 1
        name: \(name)
        gateway: {listen: "127.0.0.1:14823"}
        clients: {c: {run: [sh, -c, "mkdir lock && sleep 0.2 && rmdir lock"]}}
        expect: [{client: c, exit: 0}]

        """
    }

    @Test func `plays scenarios with the same port one after the other`() throws {
        let shop = try Workshop([
            "a.yaml": Self.locking("a"), "b.yaml": Self.locking("b"), "c.yaml": Self.locking("c"),
        ])
        let answer = shop.shell("fakegw run . --jobs 3")
        #expect(answer.exitCode == 0, "\(answer.output)")
    }

    @Test func `names who has a taken port, and calls it no stall`() throws {
        let gateway = try ServedGateway()
        let shop = try Workshop([
            "a.yaml": "version: 1\nname: a\ngateway: {listen: \"127.0.0.1:\(gateway.port)\"}\n"
        ])
        let answer = shop.shell("fakegw run a.yaml")
        #expect(answer.exitCode == 6)
        #expect(answer.output.contains("address already in use; process "), "\(answer.output)")
        #expect(answer.output.contains("(fakegw) listens there"))
        #expect(!answer.output.contains("stall"))
    }

    private static let mayOwnNetwork = system("unshare --user --net true 2>/dev/null") == 0

    @Test(.enabled(if: mayOwnNetwork), arguments: ["", "setpriv --reuid 65534 --clear-groups "])
    func `plays them side by side, each in a network of its own`(user: String) throws {
        // Each waits until the other has begun.
        func meeting(_ own: String, _ other: String) -> String {
            """
            version: 1
            name: \(own)
            gateway: {listen: "127.0.0.1:4002"}
            clients:
              c:
                run:
                  - sh
                  - -c
                  - touch \(own); until [ -e \(other) ]; do sleep 0.05; done; echo met
              probe: {run: [fakegw, probe, "127.0.0.1:4002"]}
            expect: [{client: c, stdout: met}, {client: probe, exit: 0}]

            """
        }
        let shop = try Workshop(["a.yaml": meeting("one", "two"), "b.yaml": meeting("two", "one")])
        try #require(system("chmod -R 777 '\(shop.folder.path)'") == 0)
        let answer = shop.shell(
            "chmod 777 tmp; \(user)'\(Program.path)' run . --jobs 2 --own-network")
        #expect(answer.exitCode == 0, "\(answer.output)")
    }

    @Test func `gives each play an empty home, and takes it away`() throws {
        let shop = try Workshop([
            "home.yaml": Workshop.scenario(
                "home",
                "test -z $(ls -A $HOME) && mkdir $HOME/d && ln -s / $HOME/d/l && echo $HOME",
                more: "matrix: {n: [1, 2]}\nexpect: [{client: c, exit: 0, stdout: fakegw-home}]"
            )
            .replacing("echo $HOME", with: "echo $HOME ${n}")
        ])
        let answer = shop.shell("fakegw run home.yaml --jobs 2; ls tmp | grep home")
        #expect(answer.output.contains("2 passed, 0 failed"), "\(answer.output)")
        #expect(!answer.output.contains("fakegw-home"))
    }

    // MARK: Output

    @Test func `needs little memory for much output, and still finds what is expected`() throws {
        let script = """
            echo begin; head -c 40000000 /dev/zero | tr '\\0' x | fold -w 60000;
            echo needle in the middle; head -c 20000000 /dev/zero | tr '\\0' y | fold -w 60000;
            echo; grep VmHWM /proc/$PPID/status; echo the end
            """.replacing("\n", with: " ").replacing("\\", with: "\\\\")
        let expected =
            "deadline: 300s\nexpect: [{client: c, stdout: {contains: [begin, needle, VmHWM, the end], "
            + "lacks: not there}}, {client: c, exit: 5}]"
        let shop = try Workshop(["much.yaml": Workshop.scenario("much", script, more: expected)])
        let answer = shop.shell("fakegw run much.yaml --jobs 1")
        #expect(answer.exitCode == 1)
        let memory = answer.output.split(separator: "\n").first { $0.contains("VmHWM:") }
        let kilobytes = memory?.split(separator: " ").compactMap { Int($0) }.first
        #expect((kilobytes ?? .max) < 65_000, "\(answer.output.prefix(2000))")
        #expect(answer.output.contains("lines of output were not kept"))
        #expect(!answer.output.contains("says"))
    }

    // MARK: Choice

    @Test func `runs a client in a virtual environment, and shows no value of its own environment`()
        throws
    {
        let shop = try Workshop([
            "a.yaml": """
            version: 1
            name: a
            gateway: {}
            clients:
              c: {venv: v, run: [tool, "${env.TOKEN}"], env: {SEEN: "${env.TOKEN}"}}
            steps:
              - run: c
                args: ["${env.MORE:-nothing}"]
                expect: {exit: 0, stdout: {in-order: ["3", "in ", ends]}}
            """,
            "v/bin/python": "#!/bin/sh\n",
            "v/bin/tool":
                "#!/bin/sh\necho ${#1}\necho in ${VIRTUAL_ENV##*/} ${PATH%%:*} $2\n"
                + "test \"$SEEN\" = abc && echo ends\n",
        ])
        let set = "chmod +x v/bin/*; export TOKEN=abc;"
        let answer = shop.shell("\(set) fakegw run --events e a.yaml; fakegw explain a.yaml")
        #expect(answer.output.contains("1 passed"), "\(answer.output)")
        let log = shop.text(of: "e/a.jsonl")
        #expect(log.contains("in v ") && log.contains("/v/bin nothing"))
        #expect(log.contains("${env.TOKEN} ${env.MORE:-nothing}"))
        #expect(!log.contains("abc") && !answer.output.contains("abc"))
        let unset = shop.shell("chmod +x v/bin/*; unset TOKEN; fakegw run a.yaml")
        #expect(unset.exitCode == 2)
        #expect(unset.output.contains("the environment variable 'TOKEN' is not set"))
        #expect(shop.shell("\(set) rm v/bin/python; fakegw run a.yaml").exitCode == 3)
        #expect(shop.shell("\(set) mv v w; fakegw run a.yaml").output.contains("no such folder"))
    }

    @Test func `chooses by tags`() throws {
        let shop = try Workshop([
            "a.yaml": "version: 1\nname: a\ntags: [tcp, slow]\ngateway: {}\n",
            "b.yaml": "version: 1\nname: b\ntags: [orders]\ngateway: {}\n",
            "c.yaml": "version: 1\nname: c\ngateway: {}\n",
        ])
        func list(_ options: String) -> String {
            shop.shell("fakegw run . --list \(options) | sed 's/.*: //' | tr -d '\\n'").output
        }
        #expect(list("--tag tcp") == "a")
        #expect(list("--tag tcp --tag orders") == "ab")
        #expect(list("--tag '!slow'") == "bc")
        #expect(list("--tag tcp --tag orders --tag '!slow' --tag '!unknown'") == "b")
        let wrong = shop.shell("fakegw run . --tag order")
        #expect(wrong.exitCode == 2)
        #expect(wrong.output.contains("no scenario has the tag 'order'"))
        #expect(wrong.output.contains("did you mean 'orders'?"))
    }

    @Test func `chooses what has changed, and what names a file that has`() throws {
        let shop = try Workshop([
            "s/a.yaml": "version: 1\nname: a\ngateway: {world: world.yaml}\n",
            "s/b.yaml": Workshop.scenario("b", "true").replacing("[sh, -c,", with: "[sh, bot.sh,"),
            "s/c.yaml": "version: 1\nname: c\ngateway: {}\n",
            "s/world.yaml": Self.world("w"), "s/bot.sh": "true\n",
        ])
        let git = "git -c user.name=t -c user.email=t@t"
        let first = shop.shell("git init -q . && git add s && \(git) commit -qm one")
        try #require(first.exitCode == 0, "\(first.output)")
        func list(_ options: String) -> String {
            shop.shell("fakegw run s --list \(options) | sed 's/.*: //' | tr -d '\\n'").output
        }
        let nothing = shop.shell("fakegw run s --changed --junit j.xml")
        #expect(nothing.exitCode == 0)
        #expect(nothing.output.contains("nothing to play: no scenario, and no file that one names"))
        #expect(shop.text(of: "j.xml").contains("tests=\"0\""))
        try shop.write("false\n", to: "s/bot.sh")
        #expect(list("--changed") == "b")
        try shop.write("version: 1\nname: d\ngateway: {}\n", to: "s/d.yaml")
        #expect(list("--changed") == "bd")
        try #require(shop.shell("git add s && \(git) commit -qm two").exitCode == 0)
        #expect(list("--changed=HEAD~1") == "bd")
        try shop.write(Self.world("w2"), to: "s/world.yaml")
        #expect(list("--changed") == "a")
        let wrong = shop.shell("fakegw run s --changed=nothing")
        #expect(wrong.exitCode == 2)
        #expect(wrong.output.contains("error: git diff in "), "\(wrong.output)")
    }

    private static func world(_ name: String) -> String {
        "version: 1\nworld: \(name)\ncontracts: [{symbol: NEWCO, price: 12.5}]\n"
            + "accounts: [{name: DU0000042, cash: 1000}]\n"
    }

    @Test func `reports flaky as flaky`() throws {
        let shop = try Workshop([
            "f.yaml": Workshop.scenario(
                "f", "test -e seen || { touch seen; exit 1; }",
                more: "expect: [{client: c, exit: 0}]")
        ])
        let answer = shop.shell(
            "fakegw run f.yaml --retry 3 --junit j.xml --events e; echo $?; ls e")
        #expect(answer.output.contains("0 passed, 0 failed, 1 flaky"), "\(answer.output)")
        #expect(answer.output.hasSuffix("9\nf.jsonl\nf.retry-1.jsonl\n"))
        #expect(shop.text(of: "j.xml").contains("<flakyFailure message=\"FAILED: "))
        #expect(!shop.text(of: "j.xml").contains("<failure"))
    }

    @Test(arguments: [1, 2]) func `compares two plays of each scenario`(jobs: Int) throws {
        let shop = try Workshop([
            "same.yaml": Workshop.scenario("same", "date; echo at $HOME"),
            "random.yaml": Workshop.scenario(
                "random", "echo before; echo draws $(od -An -N6 -tu8 /dev/urandom)"),
            "red.yaml": Workshop.scenario(
                "red", "date +%s%N; exit 1", more: "expect: [{client: c, exit: 0}]"),
        ])
        let answer = shop.shell(
            "fakegw run same.yaml random.yaml --check-determinism --retry 2 --jobs \(jobs) --junit j.xml "
                + "--events e; echo $?; ls e")
        #expect(answer.output.contains("NOT DETERMINISTIC"), "\(answer.output)")
        #expect(answer.output.contains("1 passed, 1 failed"))
        #expect(answer.output.contains("they part at entry 2 of what c#1 writes to stdout"))
        #expect(answer.output.contains("likely source: the program draws random numbers"))
        let line = answer.output.split(separator: "\n").first { $0.contains("> ") }
        #expect(line?.split(separator: " ").count { $0 == "draws" } == 2)
        #expect(
            answer.output.hasSuffix(
                "8\nrandom.again.jsonl\nrandom.jsonl\nsame.again.jsonl\nsame.jsonl\n"))
        #expect(shop.text(of: "j.xml").contains("type=\"not-deterministic\""))
        // What fails is told as such.
        #expect(shop.shell("fakegw run red.yaml --check-determinism").exitCode == 1)
    }

    // MARK: CI

    /// The commands of `docs/ci.md`, each in the environment of its CI system.
    @Test(
        arguments: [
            ("GitHub", [:], 0), ("GitLab", ["CI_NODE_TOTAL": "3", "CI_NODE_INDEX": "#"], 0),
            ("Kubernetes", ["FAKEGW_SHARD_TOTAL": "3", "JOB_COMPLETION_INDEX": "#"], -1),
        ] as [(String, [String: String], Int)])
    func `is divided by CI systems as their examples show`(
        system: String, variables: [String: String], offset: Int
    ) throws {
        let page = Program.folder + "/../../docs/ci.md"
        let stream = try #require(fopen(page, "r"))
        defer { fclose(stream) }
        let section = try #require(
            Program.text(of: stream).components(separatedBy: "### ").first { $0.hasPrefix(system) })
        let line = try #require(
            section.split(separator: "\n").first { $0.contains("fakegw run") })
        let command = line[(try #require(line.firstRange(of: "fakegw run"))).lowerBound...]
            .prefix { $0 != "\"" }
        var files: [String: String] = [:]
        for name in ["a", "b", "c", "d", "e", "f", "g"] {
            files["scenarios/\(name).yaml"] = "version: 1\nname: \(name)\ngateway: {}\n"
        }
        let shop = try Workshop(files)
        for index in 1...3 {
            let exports = variables.map { name, value in
                "export \(name)=\(value == "#" ? String(index + offset) : value); "
            }.joined()
            let filled = command.replacing("${{ matrix.shard }}", with: "\(index)")
            let answer = shop.shell("unset CI_NODE_INDEX CI_NODE_TOTAL; \(exports)\(filled)")
            #expect(answer.exitCode == 0, "\(answer.output)")
        }
        let played = shop.shell(
            "grep -ho '<testcase[^>]* name=\"[a-z]\"' results/*.xml | sed 's/.*name=//' | sort "
                + "| tr -d '\"\\n'")
        #expect(played.output == "abcdefg")
    }
}

extension String {
    fileprivate func components(separatedBy separator: String) -> [String] {
        split(separator: separator, omittingEmptySubsequences: false).map(String.init)
    }
}
