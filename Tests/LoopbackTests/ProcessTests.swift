import CLinux
import Glibc
import ProcessDriver
import SocketDriver
import TestSupport
import Testing

extension Loopback {
    @Suite(.serialized) struct `A client program` {
        /// Runs a shell command to its end.
        private func run(
            _ command: String, during: (ClientProcess) -> Void = { _ in },
            adjust: (inout Launch) -> Void = { _ in }
        ) throws -> ClientProcess {
            var launch = Launch("sh", ["-c", command])
            adjust(&launch)
            return try Orphans.undisturbed {
                clinux_adopt_orphans(1)
                defer { clinux_adopt_orphans(0) }
                let loop = try EventLoop()
                let process = try ClientProcess(launch, on: loop)
                during(process)
                let hasEnded = loop.run(until: { process.ending != nil }, forReal: .seconds(60))
                #expect(hasEnded)
                #expect(!process.hasSurvivors)
                return process
            }
        }

        @Test func `tells its exit code`() throws {
            #expect(try run("exit 7").ending == .exited(7))
        }

        @Test func `tells the signal that ended it`() throws {
            #expect(try run("kill -TERM $$").ending == .signaled(SIGTERM))
        }

        @Test func `is heard line by line, to the last without a newline`() throws {
            let process = try run("echo one; echo; printf two; printf three >&2")
            let lines = process.output.lines
            #expect(
                lines.filter { $0.source == .standardOutput }
                    == [
                        OutputLine(.standardOutput, "one"), OutputLine(.standardOutput, ""),
                        OutputLine(.standardOutput, "two"),
                    ])
            #expect(
                lines.filter { $0.source == .standardError }
                    == [OutputLine(.standardError, "three")])
        }

        @Test func `reads what it is fed until the input is closed`() throws {
            let long = [UInt8](repeating: 0x61, count: 300_000) + [0x0A]
            let process = try run("cat | wc -c") { process in
                process.feed(line: "hello")
                process.feed(long)
                process.closeInput()
                #expect(!process.feed(line: "too late"))
            }
            #expect(process.output.lines.map(\.text) == ["300007"])
        }

        @Test func `finds its input empty when it takes none`() throws {
            let process = try run("cat; echo done", adjust: { $0.takesInput = false })
            #expect(process.output.lines.map(\.text) == ["done"])
        }

        @Test func `tells what its threads do, and where they wait where the kernel tells`() throws
        {
            let process = try run("echo up; read line; exit 4") { process in
                process.onLine = { [unowned process] _ in
                    // It has said so before it reads, and may sleep on its way there.
                    let folder = "/proc/\(process.processID)/task/\(process.processID)"
                    let deadline = ContinuousClock.now + .seconds(60)
                    let isTold = ProcFiles.text(of: "\(folder)/syscall") != nil
                    let call = isTold ? "read" : nil
                    var threads: [ProgramThread] = []
                    var channel = "0"
                    repeat {
                        threads = ProgramThread.all(ofGroup: process.processID).threads
                        channel = ProcFiles.text(of: "\(folder)/wchan") ?? "0"
                    } while ContinuousClock.now < deadline
                        && !(threads.first?.state == "S" && threads.first?.call == call
                            && (threads.first?.channel == nil) == (channel == "0"))
                    #expect(threads.count == 1)
                    #expect(threads.first?.name == "sh" && threads.first?.state == "S")
                    #expect(threads.first?.call == call)
                    #expect((threads.first?.channel == nil) == (channel == "0"))
                    process.feed(line: "go on")
                }
            }
            #expect(process.ending == .exited(4))
            #expect(ProgramThread.all(ofGroup: process.processID).threads.isEmpty)
        }

        /// A program that starts another one waits, deaf to signals, until that one runs; this one never
        /// does before somebody writes into its input.
        @Test func `counts how often a program has waited, and tells when it takes no signal`()
            throws
        {
            let script = """
                folder=$(mktemp -d); trap 'rm -r "$folder"' EXIT; mkfifo "$folder/input"
                python3 -c '
                import os, sys
                opening = (os.POSIX_SPAWN_OPEN, 0, sys.argv[1], os.O_RDONLY, 0)
                print(sys.argv[1], flush=True)
                child = os.posix_spawn("/bin/true", ["true"], {}, file_actions=[opening])
                sys.exit(os.waitstatus_to_exitcode(os.waitpid(child, 0)[1]) + 5)
                ' "$folder/input" & read line; : > "$folder/input"; wait $!
                """
            var held: ProgramThread?
            let process = try run(script) { process in
                process.onLine = { [unowned process] line in
                    let deadline = ContinuousClock.now + .seconds(60)
                    while held == nil, ContinuousClock.now < deadline {
                        let member = ProgramThread.all(ofGroup: process.processID).threads
                            .first { $0.state == "D" }
                        guard let member else { continue }
                        let first = ProgramThread.first(of: member.processID)
                        let second = ProgramThread.first(of: member.processID)
                        if first?.state == "D", first == second { held = first }
                    }
                    process.feed(line: "go on")
                }
            }
            #expect(process.ending == .exited(5))
            #expect((held?.waits ?? 0) > 0)
            #expect(held?.call.map(["vfork", "clone", "clone3"].contains) ?? true)
        }

        /// The first thread of a program may end before the others; then it stays, dead, until they
        /// are gone.
        @Test func `goes on when its first thread has ended`() throws {
            let script = """
                exec python3 -c '
                import ctypes, os, platform, sys, threading
                def rest():
                    print("up", flush=True)
                    sys.stdin.readline()
                    os._exit(6)
                threading.Thread(target=rest).start()
                end_of_thread = {"x86_64": 60, "aarch64": 93}[platform.machine()]
                ctypes.CDLL(None).syscall(end_of_thread, 0)
                '
                """
            let process = try run(script) { process in
                process.onLine = { [unowned process] _ in
                    let deadline = ContinuousClock.now + .seconds(60)
                    var states: [String] = []
                    repeat {
                        states = ProgramThread.all(ofGroup: process.processID).threads.map(\.state)
                    } while states.first != "Z" && ContinuousClock.now < deadline
                    #expect(states.count == 2 && states.first == "Z")
                    let first = ProgramThread.first(of: process.processID)
                    #expect(first.map { ["R", "S"].contains($0.state) } == true)
                    #expect(first?.isEnding == false)
                    process.feed(line: "go on")
                }
            }
            #expect(process.ending == .exited(6))
            #expect(ProgramThread.first(of: process.processID) == nil)
        }

        @Test func `survives being fed after it closed its input`() throws {
            let process = try run("exec <&-; echo ready; sleep 0.1; exit 3") { process in
                process.onLine = { [unowned process] _ in
                    while process.feed(line: "x") {}
                }
            }
            #expect(process.ending == .exited(3))
        }

        @Test func `gets the environment and the directory asked for`() throws {
            let process = try run(
                "echo $FAKEGW_TEST; pwd; test -n \"$PATH\" && echo path",
                adjust: {
                    $0.environment = ["FAKEGW_TEST": "a b=c"]
                    $0.directory = "/usr"
                })
            #expect(process.output.lines.map(\.text) == ["a b=c", "/usr", "path"])
        }

        @Test func `gets no descriptor of ours and default signals`() throws {
            let leaked = open("/dev/null", O_RDONLY)
            defer { close(leaked) }
            let process = try run(
                "ls /proc/self/fd | tr '\\n' ' '; echo; grep -E 'Sig(Ign|Blk)' /proc/self/status")
            // The fourth is the directory that `ls` itself has open.
            #expect(
                process.output.lines.map(\.text) == [
                    "0 1 2 3 ", "SigBlk:\t0000000000000000", "SigIgn:\t0000000000000000",
                ])
        }

        @Test func `that does not exist is named`() throws {
            let loop = try EventLoop()
            let failure = #expect(throws: OSFailure.self) {
                try ClientProcess(Launch("no-such-program"), on: loop)
            }
            #expect(
                failure?.description == "cannot start 'no-such-program': no such file or directory")
        }

        @Test func `whose directory does not exist is named with it`() throws {
            let loop = try EventLoop()
            var launch = Launch("true")
            launch.directory = "/no/such/place"
            let failure = #expect(throws: OSFailure.self) {
                try ClientProcess(launch, on: loop)
            }
            #expect(
                failure?.description
                    == "cannot start 'true' in /no/such/place: no such file or directory")
        }

        @Test func `is killed with the program it started`() throws {
            let process = try run("sleep 1000 & echo $!; wait") { process in
                process.onLine = { [unowned process] _ in process.signal(SIGKILL, to: .group) }
            }
            #expect(process.ending == .signaled(SIGKILL))
            let grandchild = try #require(Int32(process.output.lines[0].text))
            #expect(kill(grandchild, 0) == -1)
            #expect(!StrayProcess.all().contains { $0.processID == grandchild })
        }

        @Test func `is not waited for longer than the grace when its output is held`() throws {
            let clock = ContinuousClock()
            let began = clock.now
            let process = try run("sleep 1000 & echo $!; exit 4")
            let took = clock.now - began
            #expect(process.ending == .exited(4))
            #expect(took >= .milliseconds(200))
            #expect(took < .seconds(20))
            let grandchild = try #require(Int32(process.output.lines[0].text))
            #expect(kill(grandchild, 0) == -1)
        }

        @Test func `may leave a stray in a session of its own, which is found`() throws {
            let process = try run("setsid sleep 1000 >/dev/null 2>&1 & echo $!; sleep 0.1")
            let grandchild = try #require(Int32(process.output.lines[0].text))
            let stray = StrayProcess(processID: grandchild, command: "sleep")
            #expect(StrayProcess.all().contains(stray))
            stray.end()
            #expect(!StrayProcess.all().contains(stray))
        }

        @Test func `leaves nothing defunct once it is reaped`() throws {
            let process = try run("setsid true >/dev/null 2>&1 & echo $!; sleep 0.1")
            let grandchild = try #require(Int32(process.output.lines[0].text))
            let loop = try EventLoop()
            let isGone = loop.eventually {
                StrayProcess.reap(besides: [])
                return kill(grandchild, 0) != 0
            }
            #expect(isGone)
        }

        @Test func `has long lines cut and the middle of long output dropped`() throws {
            let process = try run(
                "printf '%0200d\\n' 0; seq 1000",
                adjust: {
                    $0.limits.maxLineBytes = 100
                    $0.limits.maxKeptBytes = 2000
                })
            let lines = process.output.lines
            let zeros = String(repeating: "0", count: 100)
            #expect(lines.first == OutputLine(.standardOutput, zeros, isCut: true))
            #expect(lines.last == OutputLine(.standardOutput, "1000"))
            #expect(process.output.droppedCount > 900)
            #expect(lines.count + process.output.droppedCount == 1002)
            #expect(
                lines.map(\.text).contains(
                    "(\(process.output.droppedCount) lines of output were not kept)"))
        }

        @Test func `is gone with all that it started when we are killed`() async throws {
            let result = await #expect(
                processExitsWith: .signal(SIGKILL), observing: [\.standardOutputContent]
            ) {
                let loop = try EventLoop()
                let process = try ClientProcess(
                    Launch(
                        "sh",
                        [
                            "-c",
                            """
                            setsid sh -c 'trap "" TERM HUP; echo $$; sleep 1000' &
                            sleep 1000 & echo $$ $!; wait
                            """,
                        ]), on: loop)
                _ = loop.run(until: { process.output.lines.count == 2 }, forReal: .seconds(60))
                let text = process.output.lines.map { $0.text + " " }.joined()
                _ = text.withCString { write(STDOUT_FILENO, $0, strlen($0)) }
                kill(getpid(), SIGKILL)
            }
            let bytes = try #require(result?.standardOutputContent)
            let processes = String(decoding: bytes, as: UTF8.self)
                .split(whereSeparator: \.isWhitespace).compactMap { Int32($0) }
            #expect(processes.count == 3)
            let loop = try EventLoop()
            let areGone = loop.eventually {
                processes.allSatisfy { process in
                    // Its new parent may take its time to wait for it.
                    ProcFiles.text(of: "/proc/\(process)/stat")?.contains(") Z ") ?? true
                }
            }
            #expect(areGone)
        }
    }
}
