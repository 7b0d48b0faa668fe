import Glibc
import ProcessDriver
import Simulation
import SocketDriver
import Testing

/// The waits of Python programs.
private enum PythonWaits {
    static let names = [
        "sleep", "event", "condition", "queue", "lock", "join", "timer", "select", "poll", "epoll",
        "socket-timeout", "receive-timeout", "asyncio-sleep", "wait-for", "call-later",
        "event-loop", "subprocess", "child", "fork", "semaphore-by-date", "alarm",
        "interval-timer", "signal-wait",
    ]

    /// Each in a thread of its own, those with signals one after the other.
    static let all = ClockedWait.all(
        of: """
            import asyncio, ctypes, queue, select, signal, socket, struct, subprocess

            def quietly(error, call, *arguments, **named):
                try:
                    call(*arguments, **named)
                except error:
                    pass

            def condition():
                changed = threading.Condition()
                with changed:
                    changed.wait(WAIT)

            def lock():
                held = threading.Lock()
                held.acquire()
                held.acquire(timeout=WAIT)

            def join():
                sleeper = threading.Thread(target=time.sleep, args=(3 * WAIT,), daemon=True)
                sleeper.start()
                sleeper.join(WAIT)

            def timer():
                rings = threading.Event()
                threading.Timer(WAIT, rings.set).start()
                rings.wait()

            def select_one():
                pair = socket.socketpair()
                select.select([pair[0]], [], [], WAIT)

            def poll():
                pair = socket.socketpair()
                files = select.poll()
                files.register(pair[0], select.POLLIN)
                files.poll(WAIT * 1000)

            def epoll():
                pair = socket.socketpair()
                files = select.epoll()
                files.register(pair[0], select.EPOLLIN)
                files.poll(WAIT)

            def socket_timeout():
                pair = socket.socketpair()
                pair[0].settimeout(WAIT)
                quietly(TimeoutError, pair[0].recv, 1)

            def receive_timeout():
                pair = socket.socketpair()
                limit = struct.pack("ll", int(WAIT), 0)
                pair[0].setsockopt(socket.SOL_SOCKET, socket.SO_RCVTIMEO, limit)
                told = pair[0].getsockopt(socket.SOL_SOCKET, socket.SO_RCVTIMEO, 16)
                assert struct.unpack("ll", told)[0] in range(int(WAIT), int(WAIT) + 3), told
                quietly(BlockingIOError, pair[0].recv, 1)

            async def wait_for():
                try:
                    await asyncio.wait_for(asyncio.Event().wait(), WAIT)
                except asyncio.TimeoutError:
                    pass

            async def call_later():
                loop = asyncio.get_running_loop()
                done = loop.create_future()
                loop.call_later(WAIT, done.set_result, None)
                await done

            async def event_loop():
                # Many short waits beside a connection, as a client library has them.
                server = await asyncio.start_server(lambda r, w: None, "127.0.0.1", 0)
                reader, writer = await asyncio.open_connection(*server.sockets[0].getsockname())
                end = time.monotonic() + WAIT
                while time.monotonic() < end:
                    await asyncio.wait([asyncio.ensure_future(reader.read(1))], timeout=5)
                writer.close()

            def subprocess_wait():
                child = subprocess.Popen(["sleep", "1000"])
                quietly(subprocess.TimeoutExpired, child.wait, WAIT)
                child.kill()
                child.wait()

            def fork():
                child = os.fork()
                if child == 0:
                    began = time.monotonic()
                    threading.Event().wait(WAIT)
                    os._exit(time.monotonic() - began < WAIT)
                assert os.waitpid(child, 0)[1] == 0, "the forked child waited too short"

            def semaphore_by_date():
                # sem_timedwait takes an instant of the clock of the day.
                c = ctypes.CDLL(None)
                semaphore = ctypes.create_string_buffer(64)
                c.sem_init(semaphore, 0, 0)
                end = time.time() + WAIT
                c.sem_timedwait(semaphore, struct.pack("ll", int(end) + 1, 0))

            in_threads_at_once = {
                "sleep": lambda: time.sleep(WAIT),
                "event": lambda: threading.Event().wait(WAIT),
                "condition": condition,
                "queue": lambda: quietly(queue.Empty, queue.Queue().get, timeout=WAIT),
                "lock": lock,
                "join": join,
                "timer": timer,
                "select": select_one,
                "poll": poll,
                "epoll": epoll,
                "socket-timeout": socket_timeout,
                "receive-timeout": receive_timeout,
                "asyncio-sleep": lambda: asyncio.run(asyncio.sleep(WAIT)),
                "wait-for": lambda: asyncio.run(wait_for()),
                "call-later": lambda: asyncio.run(call_later()),
                "event-loop": lambda: asyncio.run(event_loop()),
                "subprocess": subprocess_wait,
                "child": lambda: subprocess.run(["sleep", str(WAIT)]),
                "semaphore-by-date": semaphore_by_date,
            }
            measure("fork", fork)
            in_threads(in_threads_at_once)

            signal.signal(signal.SIGALRM, lambda number, frame: None)

            def alarm():
                signal.alarm(int(WAIT))
                signal.pause()

            def interval_timer():
                signal.setitimer(signal.ITIMER_REAL, WAIT / 2, WAIT / 2)
                signal.pause()
                signal.pause()
                left = signal.setitimer(signal.ITIMER_REAL, 0)
                assert WAIT / 2 <= left[1] < WAIT / 2 + 1, left

            measure("alarm", alarm)
            measure("interval-timer", interval_timer)
            measure("signal-wait", lambda: signal.sigtimedwait([signal.SIGUSR1], WAIT))
            """)
}

extension Loopback {
    /// libfaketime, the public tool of this kind, hangs or does not shorten many of these waits.
    @Suite(.serialized) struct `A Python program under the gateway's clock` {
        @Test(arguments: PythonWaits.names)
        func `waits as long as it wanted, in a sixtieth of the real time`(name: String) throws {
            let wait = try #require(PythonWaits.all[name], "it never came back from this wait")
            wait.check()
        }

        @Test func `keeps its processor time`() throws {
            let lines = try ClockedWait.output(
                of: """
                    import resource, time
                    while time.process_time() < 0.2:
                        pass
                    used = resource.getrusage(resource.RUSAGE_SELF)
                    print(time.process_time(), used.ru_utime + used.ru_stime)
                    """, at: 60)
            let numbers = try #require(lines.first).split(separator: " ").compactMap { Double($0) }
            #expect(numbers.count == 2 && abs(numbers[0] - numbers[1]) < 0.1, "\(lines)")
        }

        @Test func `never sees a clock go backwards, nor a wait end early, when the rate changes`()
            throws
        {
            let program = """
                import threading, time
                wrong = []
                def watch(clock):
                    last = clock()
                    for _ in range(200000):
                        now = clock()
                        if now < last:
                            wrong.append(("backwards", last - now))
                        last = now
                def wait(call):
                    for _ in range(40):
                        begin = time.monotonic()
                        call(0.5)
                        if time.monotonic() - begin < 0.5:
                            wrong.append(("early", time.monotonic() - begin))
                calls = [time.sleep, threading.Event().wait]
                threads = [threading.Thread(target=watch, args=(c,))
                           for c in (time.monotonic, time.time)]
                threads += [threading.Thread(target=wait, args=(c,)) for c in calls]
                for thread in threads:
                    thread.start()
                for thread in threads:
                    thread.join()
                print(wrong)
                """
            var changes = 0
            let lines = try ClockedWait.output(of: program, at: 20) { loop in
                func change() {
                    loop.isHeldBack.toggle()
                    changes += 1
                    _ = loop.schedule(afterReal: .microseconds(700)) { change() }
                }
                change()
            }
            #expect(lines == ["[]"])
            #expect(changes > 10)
        }

        @Test(arguments: [0.5, 3.0])
        func `and the loop show the same time`(speed: Double) throws {
            let loop = try EventLoop(speed: speed)
            let clock = try ClientClock(loop)
            var launch = Launch(
                "/bin/sh", ["-c", "exec python3 -c 'import time; print(time.monotonic_ns())'"])
            clock.add(to: &launch)
            let before = loop.now
            let process = try ClientProcess(launch, on: loop)
            let hasEnded = loop.run(until: { process.ending != nil }, forReal: .seconds(60))
            #expect(hasEnded)
            let shown = try #require(process.output.lines.first.flatMap { Int64($0.text) })
            let now = SimInstant(nanoseconds: shown - loop.began)
            #expect(before < now && now < loop.now)
        }
    }

    @Suite(.serialized) struct `A gateway's clock that is held back` {
        @Test func `keeps the order of its timers, and none is early`() throws {
            let loop = try EventLoop(speed: 50)
            var fired: [Int] = []
            var early = 0
            for number in 0..<50 {
                let due = SimInstant.start + .milliseconds(40 * number)
                _ = loop.schedule(at: due) {
                    fired.append(number)
                    if loop.now < due { early += 1 }
                    loop.isHeldBack.toggle()
                }
            }
            #expect(loop.eventually { fired.count == 50 })
            #expect(fired == Array(0..<50))
            #expect(early == 0)
        }

        @Test func `runs as the real one, and goes on from there`() throws {
            let loop = try EventLoop(speed: 1000)
            loop.isHeldBack = true
            let (instant, real) = (loop.now, ContinuousClock.now)
            _ = loop.run(until: { false }, forReal: .milliseconds(20))
            let passed = loop.now - instant
            #expect(passed >= .milliseconds(19) && passed <= ContinuousClock.now - real)
            loop.isHeldBack = false
            #expect(loop.now >= instant + passed)
        }

        @Test func `runs at its speed only while every program waits`() throws {
            let loop = try EventLoop(speed: 60)
            let clock = try ClientClock(loop)
            let pace = ClientPace(loop)
            var launch = Launch(
                "/bin/sh",
                ["-c", "i=0; while [ $i -lt 300000 ]; do i=$((i+1)); done; echo ready; sleep 90"])
            clock.add(to: &launch)
            pace.isHolding = true
            let began = (loop.now, ContinuousClock.now)
            let process = try ClientProcess(launch, on: loop)
            pace.watch(process)
            pace.isHolding = false
            var ready: (instant: Duration, real: Duration)?
            process.onLine = { _ in ready = (loop.now - began.0, ContinuousClock.now - began.1) }
            #expect(loop.eventually { process.ending != nil })
            #expect(process.ending == .exited(0))
            let start = try #require(ready)
            // A clock at full speed would have run sixty times as far.
            #expect(start.instant < start.real * 10)
            let wait = (
                loop.now - began.0 - start.instant, ContinuousClock.now - began.1 - start.real
            )
            #expect(wait.0 >= .seconds(90))
            #expect(wait.1 < .seconds(45))
        }

        @Test func `is held back by itself when nobody lets it run on`() throws {
            let loop = try EventLoop(speed: 1000)
            loop.runAtSpeed(for: .milliseconds(5))
            let (began, real) = (loop.now, ContinuousClock.now)
            var fired: Duration?
            // At most five real milliseconds at full speed, then thirty more at least.
            _ = loop.schedule(at: began + .seconds(5) + .milliseconds(30)) {
                fired = loop.now - began
            }
            #expect(loop.eventually { fired != nil })
            #expect(try #require(fired) >= .milliseconds(5030))
            #expect(ContinuousClock.now - real >= .milliseconds(30))
        }

        @Test func `is held back while a half-close is told from a goodbye`() throws {
            let stage = try Stage(speed: 1000)
            let client = stage.admit()
            #expect(!stage.loop.isHeldBack)
            client.shutDownWrite()
            #expect(stage.eventually(.stayedHalfOpen(.first)))
            let instants = stage.host.handler.instants
            let ended = try #require(stage.events.firstIndex(of: .ended(.first, .fin)))
            let told = try #require(stage.events.firstIndex(of: .stayedHalfOpen(.first)))
            // At full speed the hundred milliseconds would have been a hundred seconds.
            #expect(instants[told] - instants[ended] < .seconds(50))
            #expect(!stage.loop.isHeldBack)
        }

        @Test func `is never slower than the speed asks for`() throws {
            let loop = try EventLoop(speed: 0.25)
            loop.isHeldBack = true
            #expect(!loop.isHeldBack)
        }
    }
}
