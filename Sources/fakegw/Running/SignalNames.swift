import Glibc

/// Signals by their names without `SIG`.
enum SignalNames {
    private static let known: [(String, CInt)] = [
        ("HUP", SIGHUP), ("INT", SIGINT), ("QUIT", SIGQUIT), ("ILL", SIGILL), ("ABRT", SIGABRT),
        ("BUS", SIGBUS), ("FPE", SIGFPE), ("KILL", SIGKILL), ("USR1", SIGUSR1),
        ("SEGV", SIGSEGV), ("USR2", SIGUSR2), ("PIPE", SIGPIPE), ("ALRM", SIGALRM),
        ("TERM", SIGTERM), ("CONT", SIGCONT), ("STOP", SIGSTOP),
    ]

    static func number(of name: String) -> CInt? { known.first { $0.0 == name }?.1 }

    static func name(of number: CInt) -> String {
        known.first { $0.1 == number }?.0 ?? String(number)
    }
}
