import Testing

/// The waits of the C library that Python does not use by itself.
private enum LibraryWaits {
    static let names = [
        "clock_nanosleep", "clock_nanosleep-until", "thrd_sleep", "usleep", "ppoll", "pselect",
        "epoll_pwait", "epoll_pwait2", "pthread_cond_timedwait", "pthread_cond_timedwait-monotonic",
        "pthread_cond_clockwait", "cnd_timedwait", "pthread_mutex_timedlock",
        "pthread_mutex_clocklock", "mtx_timedlock", "pthread_rwlock_timedwrlock",
        "pthread_rwlock_clockwrlock", "pthread_timedjoin_np", "sem_clockwait", "semtimedop",
        "timerfd", "timerfd-until", "timerfd-interval", "futex", "futex-until", "raw-nanosleep",
        "raw-ppoll", "timer_settime", "ualarm", "times",
    ]

    static let all = ClockedWait.all(
        of: """
            import ctypes, signal, struct

            c = ctypes.CDLL(None, use_errno=True)
            MONOTONIC, REALTIME = time.CLOCK_MONOTONIC, time.CLOCK_REALTIME
            SYS = {"x86_64": (202, 35, 271), "aarch64": (98, 101, 73)}[os.uname().machine]

            def zeros():
                return ctypes.create_string_buffer(256)

            def timespec(seconds):
                nanoseconds = round(seconds * 1e9)
                return struct.pack("ll", nanoseconds // 10**9, nanoseconds % 10**9)

            def until(clock):
                # Rounding must not make the instant an earlier one.
                return timespec(time.clock_gettime(clock) + WAIT + 1e-6)

            def timer(wait, interval=bytes(16)):
                return interval + wait

            def wait_with(held, hold, wait):
                # The lock is held by another thread, which ends.
                holder = threading.Thread(target=hold, args=(held,))
                holder.start()
                holder.join()
                wait(held)

            def condition(name, *arguments):
                mutex = zeros()
                c.pthread_mutex_lock(mutex)
                end = until(MONOTONIC if arguments else REALTIME)
                assert c[name](zeros(), mutex, *arguments, end) == 110, name

            def monotonic_condition():
                attributes, held, mutex = zeros(), zeros(), zeros()
                c.pthread_condattr_setclock(attributes, MONOTONIC)
                c.pthread_cond_init(held, attributes)
                c.pthread_mutex_lock(mutex)
                assert c.pthread_cond_timedwait(held, mutex, until(MONOTONIC)) == 110

            def c_condition():
                mutex = zeros()
                c.mtx_lock(mutex)
                c.cnd_timedwait(zeros(), mutex, until(REALTIME))

            def c_mutex():
                mutex = zeros()
                c.mtx_init(mutex, 2)
                wait_with(mutex, c.mtx_lock, lambda m: c.mtx_timedlock(m, until(REALTIME)))

            def join():
                # Python's own threads are detached.
                thread = ctypes.c_ulong()
                c.pthread_create(ctypes.byref(thread), None, c.pause, None)
                assert c.pthread_timedjoin_np(thread, None, until(REALTIME)) == 110

            def semaphores():
                group = c.semget(0, 1, 0o600)
                operation = struct.pack("Hhh", 0, -1, 0)
                c.semtimedop(group, operation, ctypes.c_size_t(1), timespec(WAIT))
                c.semctl(group, 0, 0)

            def timerfd(setting, flags=0, times=1):
                file = c.timerfd_create(MONOTONIC, 0)
                c.timerfd_settime(file, flags, setting, None)
                # Who reads late is told of several at once.
                while times > 0:
                    times -= struct.unpack("q", os.read(file, 8))[0]
                os.close(file)

            def raw(number, *arguments):
                return c.syscall(*[a if isinstance(a, bytes) else ctypes.c_long(a)
                                   for a in (number, *arguments)])

            def epoll(name, wait):
                file = c.epoll_create1(0)
                c[name](file, zeros(), 1, wait, None)

            in_threads({
                "clock_nanosleep": lambda: c.clock_nanosleep(MONOTONIC, 0, timespec(WAIT), None),
                "clock_nanosleep-until":
                    lambda: c.clock_nanosleep(REALTIME, 1, until(REALTIME), None),
                "thrd_sleep": lambda: c.thrd_sleep(timespec(WAIT), None),
                "usleep": lambda: c.usleep(int(WAIT * 1e6)),
                "ppoll": lambda: c.ppoll(None, ctypes.c_ulong(0), timespec(WAIT), None),
                "pselect": lambda: c.pselect(0, None, None, None, timespec(WAIT), None),
                "epoll_pwait": lambda: epoll("epoll_pwait", int(WAIT * 1000)),
                "epoll_pwait2": lambda: epoll("epoll_pwait2", timespec(WAIT)),
                "pthread_cond_timedwait": lambda: condition("pthread_cond_timedwait"),
                "pthread_cond_timedwait-monotonic": monotonic_condition,
                "pthread_cond_clockwait": lambda: condition("pthread_cond_clockwait", MONOTONIC),
                "cnd_timedwait": c_condition,
                "pthread_mutex_timedlock": lambda: wait_with(
                    zeros(), c.pthread_mutex_lock,
                    lambda m: c.pthread_mutex_timedlock(m, until(REALTIME))),
                "pthread_mutex_clocklock": lambda: wait_with(
                    zeros(), c.pthread_mutex_lock,
                    lambda m: c.pthread_mutex_clocklock(m, MONOTONIC, until(MONOTONIC))),
                "mtx_timedlock": c_mutex,
                "pthread_rwlock_timedwrlock": lambda: wait_with(
                    zeros(), c.pthread_rwlock_rdlock,
                    lambda l: c.pthread_rwlock_timedwrlock(l, until(REALTIME))),
                "pthread_rwlock_clockwrlock": lambda: wait_with(
                    zeros(), c.pthread_rwlock_rdlock,
                    lambda l: c.pthread_rwlock_clockwrlock(l, MONOTONIC, until(MONOTONIC))),
                "pthread_timedjoin_np": join,
                "sem_clockwait": lambda: c.sem_clockwait(zeros(), MONOTONIC, until(MONOTONIC)),
                "semtimedop": semaphores,
                "timerfd": lambda: timerfd(timer(timespec(WAIT))),
                "timerfd-until": lambda: timerfd(timer(until(MONOTONIC)), flags=1),
                "timerfd-interval":
                    lambda: timerfd(timer(timespec(WAIT / 3), timespec(WAIT / 3)), times=3),
                "futex": lambda: c.syscall(SYS[0], zeros(), 0, 0, timespec(WAIT)),
                "futex-until": lambda: c.syscall(
                    SYS[0], zeros(), 9, 0, until(MONOTONIC), None, ctypes.c_ulong(2**32 - 1)),
                "raw-nanosleep": lambda: c.syscall(SYS[1], timespec(WAIT), None),
                "raw-ppoll": lambda: c.syscall(SYS[2], None, 0, timespec(WAIT), None, 8),
            })

            signal.pthread_sigmask(signal.SIG_BLOCK, [signal.SIGALRM])

            def posix_timer():
                made = ctypes.c_void_p()
                assert c.timer_create(MONOTONIC, None, ctypes.byref(made)) == 0
                c.timer_settime(made, 0, timer(timespec(WAIT)), None)
                signal.sigwait([signal.SIGALRM])

            def ualarm():
                c.ualarm(int(WAIT * 1e6), 0)
                signal.sigwait([signal.SIGALRM])

            def times():
                began = os.times().elapsed
                time.sleep(WAIT)
                assert os.times().elapsed - began >= WAIT - 0.02

            measure("timer_settime", posix_timer)
            measure("ualarm", ualarm)
            measure("times", times)
            """)
}

extension Loopback {
    @Suite(.serialized) struct `A function of the C library under the gateway's clock` {
        @Test(arguments: LibraryWaits.names)
        func `waits as long as it was told to, in a sixtieth of the real time`(
            name: String
        ) throws {
            let wait = try #require(LibraryWaits.all[name], "it never came back from this wait")
            wait.check()
        }
    }
}
