import Glibc
import Testing

/// `fakegw serve` and what else reads files, as an operator has them.
@Suite(.serialized) struct `An operator` {
    /// Serves in the background, does something, and ends it.
    ///
    /// - Parameter script: `$port` is where it listens, `$serve` its process.
    private func serve(_ options: String, _ script: String, in shop: Workshop) -> Program.Answer {
        shop.shell(
            """
            '\(Program.path)' serve \(options) --port-file port >out 2>log &
            serve=$!; tries=0
            until [ -s port ]; do
                tries=$((tries + 1)); [ $tries -lt 300 ] || exit 99; sleep 0.1
            done
            port=$(cat port)
            \(script)
            kill -TERM $serve; wait $serve
            """)
    }

    @Test func `sees the time on the wall, and no character that a client forged`() throws {
        let shop = try Workshop([
            "liar.py": """
            import socket, struct, sys
            s = socket.create_connection(("127.0.0.1", int(sys.argv[1])))
            hello = b"v100..176 \\x1b[31m\\n12:00:00.000  0.000 s     #9 forged"
            s.sendall(b"API\\0" + struct.pack(">I", len(hello)) + hello)
            s.recv(100)
            body = b"71\\x002\\x001\\0\\x1b]0;title\\x07\\nforged\\0"
            s.sendall(struct.pack(">I", len(body)) + body)
            s.recv(1000)
            """
        ])
        let answer = serve("--listen localhost:0", "python3 liar.py $port", in: shop)
        #expect(answer.exitCode == 0, "\(answer.output)")
        let log = shop.text(of: "log")
        #expect(log.contains("forged"))
        #expect(!log.contains("\u{1B}"))
        let lines = log.split(separator: "\n")
        #expect(lines.first?.contains("UTC") == true)
        #expect(lines.dropFirst().allSatisfy { $0.dropFirst(2).first == ":" }, "\(log)")
        #expect(
            !lines.contains {
                $0.hasPrefix("forged") || $0.contains("s     #9") && $0.hasPrefix("12:00:00.000")
            })
        #expect(shop.text(of: "out").hasPrefix("listening on 127.0.0.1:"))
    }

    @Test func `is not misled by what a gateway says to probe`() throws {
        let shop = try Workshop([
            "gateway.py": """
            import socket, struct
            s = socket.create_server(("127.0.0.1", 0))
            print(s.getsockname()[1], flush=True)
            c, _ = s.accept()
            c.recv(1000)
            body = b"176\\0\\x1b[2J20260115\\n[5/5] SUCCESS\\0"
            c.sendall(struct.pack(">I", len(body)) + body)
            c.recv(1000)
            """
        ])
        let answer = shop.shell(
            """
            python3 gateway.py >port & tries=0
            until [ -s port ]; do
                tries=$((tries + 1)); [ $tries -lt 300 ] || exit 99; sleep 0.1
            done
            fakegw probe localhost:$(cat port) --timeout 5
            """)
        #expect(answer.output.contains("\\u{1b}[2J20260115\\n[5/5] SUCCESS"), "\(answer.output)")
        #expect(!answer.output.contains("\u{1B}"))
    }

    @Test func `may send SIGUSR1, and finds no port file afterwards`() throws {
        let shop = try Workshop([:])
        let answer = serve(
            "--listen 127.0.0.1:0",
            "kill -USR1 $serve; kill -USR2 $serve; fakegw probe 127.0.0.1:$port >/dev/null || exit 98",
            in: shop)
        #expect(answer.exitCode == 0, "\(answer.output)")
        #expect(shop.text(of: "log").contains("note: SIGUSR1 does nothing here"))
        #expect(shop.shell("test -e port").exitCode == 1)
        #expect(!shop.text(of: "log").contains("warning"))
    }

    @Test func `is warned of a port that others reach`() throws {
        let shop = try Workshop([:])
        let answer = serve("--listen 0.0.0.0:0 --quiet", "", in: shop)
        #expect(answer.exitCode == 0)
        #expect(shop.text(of: "log").contains("warning: 0.0.0.0:"))
    }

    @Test func `is told when the event log is not complete`() throws {
        let shop = try Workshop([:])
        let answer = serve(
            "--listen 127.0.0.1:0 --events events", "fakegw probe 127.0.0.1:$port >/dev/null",
            in: shop)
        #expect(answer.exitCode == 0)
        let full = shop.shell(
            """
            ulimit -f 1
            '\(Program.path)' serve --listen 127.0.0.1:0 --quiet --events full >ready 2>log & tries=0
            until [ -s ready ]; do
                tries=$((tries + 1)); [ $tries -lt 300 ] || exit 99; sleep 0.1
            done
            for n in 1 2 3; do fakegw probe $(sed 's/listening on //' ready) >/dev/null; done
            kill -TERM $!; wait $!
            """)
        #expect(full.exitCode == 1, "\(full.output)")
        #expect(shop.text(of: "log").contains("error: cannot write full: File too large"))
    }

    @Test(arguments: [
        ("--listen 192.0.2.1:4002", "this machine does not have the address"),
        ("--listen 127.0.0.1:0 --log fault", "did you mean 'faults'?"),
        (
            "both.yaml --listen 127.0.0.1:0",
            "--listen names one address, and both.yaml has 2 gateways"
        ),
        ("rows.yaml --row three", "no row of rows.yaml has 'three' in its title"),
    ])
    func `is told what is wrong with options`(options: String, words: String) throws {
        let shop = try Workshop([
            "both.yaml": "version: 1\nname: both\ngateways: {a: {}, b: {}}\n",
            "rows.yaml": "version: 1\nname: rows\nmatrix: {n: [one, two]}\ngateway: {}\n"
                + "clients: {c: {run: [echo, \"${n}\"]}}\n",
        ])
        let answer = shop.shell("fakegw serve \(options)")
        #expect(answer.exitCode != 0)
        #expect(answer.output.contains(words), "\(answer.output)")
    }

    @Test(.enabled(if: system("command -v setpriv >/dev/null") == 0 && getuid() == 0))
    func `is told why a low port is refused, and a folder cannot be read`() throws {
        let shop = try Workshop(["closed/a.yaml": "version: 1\nname: a\ngateway: {}\n"])
        let other = "setpriv --reuid 65534 --clear-groups --inh-caps=-all --bounding-set=-all"
        try #require(
            system("chmod 755 '\(shop.folder.path)'; chmod 700 '\(shop.folder.path)/closed'") == 0)
        let folder = shop.shell("\(other) '\(Program.path)' run closed")
        #expect(folder.exitCode == 2)
        #expect(
            folder.output.contains("cannot read the folder closed: Permission denied"),
            "\(folder.output)")
        // Where every port is free to all, as in some containers, there is nothing to refuse.
        guard
            shop.shell("test $(cat /proc/sys/net/ipv4/ip_unprivileged_port_start) -gt 81").exitCode
                == 0
        else { return }
        let low = shop.shell("\(other) '\(Program.path)' serve --listen 127.0.0.1:81")
        #expect(low.output.contains("ports below 1024 are for root"), "\(low.output)")
    }

    @Test func `is told that a pipe or a device is no file, and not led in circles`() throws {
        let shop = try Workshop(["a/a.yaml": "version: 1\nname: a\ngateway: {}\n"])
        #expect(shop.shell("ln -s .. a/up; ln -s . a/here; mkfifo pipe").exitCode == 0)
        #expect(shop.shell("fakegw run --list .").output == "a/a.yaml: a\n")
        #expect(shop.shell("fakegw check pipe").output.contains("pipe is a named pipe, not a file"))
        #expect(shop.shell("fakegw check /dev/null").output.contains("/dev/null is a device"))
        #expect(shop.shell("fakegw check none").output.contains("there is no none"))
    }

    @Test func `is told of all that is wrong at once, in a scenario and in its worlds`() throws {
        let shop = try Workshop([
            "a.yaml": "version: 1\nname: a\nseed: x\ngateways:\n  one: {world: w.yaml}\n"
                + "  two: {world: v.yaml}\n  three: {world: none.yaml}\n",
            "w.yaml": "version: 1\nworld: w\ncontracts:\n  - {symbol: A, price: x}\naccounts:\n"
                + "  - {name: DU0000001, cash: y, positions: [{contract: B, quantity: 1}]}\n",
            "v.yaml": "version: 1\nworld: v\nacounts: []\n",
        ])
        let answer = shop.shell("fakegw check a.yaml")
        #expect(answer.exitCode == 2)
        for place in [
            "a.yaml:3:7", "w.yaml:4:24", "w.yaml:6:29", "w.yaml:6:55", "v.yaml:3:1", "none.yaml",
        ] {
            #expect(answer.output.contains(place), "\(place) in \(answer.output)")
        }
    }

    @Test func `is told which row of a matrix is served`() throws {
        let shop = try Workshop([
            "rows.yaml": "version: 1\nname: rows\nmatrix: {n: [one, two]}\n"
                + "gateway: {listen: \"localhost:0\"}\nclients: {c: {run: [echo, \"${n}\"]}}\n"
        ])
        #expect(serve("rows.yaml", "", in: shop).exitCode == 0)
        #expect(shop.text(of: "log").contains("has 2 rows, and this is 'rows [one]'"))
        #expect(serve("rows.yaml --row two", "", in: shop).exitCode == 0)
        #expect(!shop.text(of: "log").contains("rows, and this is"))
    }
}
