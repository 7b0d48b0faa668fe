import Glibc

@main struct Main {
    static func main() {
        signal(SIGPIPE, SIG_IGN)
        // A file that may not grow further is an error to report, not an end.
        signal(SIGXFSZ, SIG_IGN)
        exit(Tool.run(Array(CommandLine.arguments.dropFirst())).rawValue)
    }
}
