import Glibc
import ProcessDriver
import SocketDriver
import Testing

extension Loopback {
    @Suite struct `A program that cannot follow the gateway's clock` {
        /// Writes an executable file for as long as the body runs.
        private func objection(to bytes: [UInt8]) throws -> String? {
            var name = Array("/tmp/fakegw-program-XXXXXX\0".utf8CString)
            let file = mkstemp(&name)
            try #require(file >= 0)
            let path = String(decoding: name.dropLast().map(UInt8.init(bitPattern:)), as: UTF8.self)
            defer { unlink(path) }
            #expect(write(file, bytes, bytes.count) == bytes.count)
            fchmod(file, 0o755)
            close(file)
            let clock = try ClientClock(try EventLoop(speed: 10))
            return clock.objection(to: Launch(path)).map { text in
                #expect(text.hasPrefix(path + " "))
                return String(text.dropFirst(path.count + 1))
            }
        }

        /// The head of an executable with one segment of that kind.
        private func executable(kind: UInt8, holding content: [UInt8], machine: UInt8? = nil)
            -> [UInt8]
        {
            #if arch(arm64)
                let own: UInt8 = 183
            #else
                let own: UInt8 = 62
            #endif
            var bytes = [UInt8](repeating: 0, count: 120)
            bytes.replaceSubrange(0..<7, with: [0x7F, 0x45, 0x4C, 0x46, 2, 1, 1])
            bytes[18] = machine ?? own
            bytes[32] = 64  // where the segments are described
            bytes[54] = 56  // bytes of a description
            bytes[56] = 1  // descriptions
            bytes[64] = kind
            bytes[72] = 120  // where the segment is
            bytes[96] = UInt8(content.count)
            return bytes + content
        }

        @Test func `is told why: it is static`() throws {
            let text = try objection(to: executable(kind: 1, holding: []))
            #expect(text?.contains("is linked statically") ?? false)
        }

        @Test func `is told why: it is of Go`() throws {
            let note = [4, 0, 0, 0, 4, 0, 0, 0, 4, 0, 0, 0] + Array("Go\0\0abcd".utf8)
            let text = try objection(to: executable(kind: 4, holding: note))
            #expect(text?.contains("is a Go program") ?? false)
        }

        @Test func `is told why: it uses musl`() throws {
            let loader = Array("/lib/ld-musl-x86_64.so.1\0".utf8)
            let text = try objection(to: executable(kind: 3, holding: loader))
            #expect(text?.contains("musl") ?? false)
        }

        @Test func `is told why: it is for another processor`() throws {
            let text = try objection(to: executable(kind: 3, holding: [], machine: 40))
            #expect(text?.contains("another processor") ?? false)
        }

        @Test func `is told why: it is no program`() throws {
            #expect(try objection(to: Array("hello".utf8))?.contains("neither") ?? false)
        }

        @Test func `is found behind a script`() throws {
            let script = try objection(to: Array("#!/usr/bin/env -S sh\nexit 1\n".utf8))
            #expect(script == nil)
        }

        @Test func `is not one that does not exist: its start tells that`() throws {
            let clock = try ClientClock(try EventLoop(speed: 10))
            #expect(clock.objection(to: Launch("no-such-program")) == nil)
        }

        @Test func `is one in which the clock cannot be opened`() throws {
            let clock = try ClientClock(try EventLoop(speed: 10))
            var launch = Launch("/bin/true")
            clock.add(to: &launch)
            launch.environment["FAKEGW_CLOCK"] = "/nowhere"
            launch.environment["FAKEGW_CLOCK_PROBE"] = "1"
            let loop = try EventLoop()
            let process = try ClientProcess(launch, on: loop)
            #expect(loop.eventually { process.ending != nil })
            #expect(process.output.lines.map(\.text) == ["it cannot open the gateway's clock"])
        }
    }
}
