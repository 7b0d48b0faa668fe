import Glibc

@main struct Main {
    static func main() {
        signal(SIGPIPE, SIG_IGN)
        exit(Tool.run(Array(CommandLine.arguments.dropFirst())).rawValue)
    }
}
