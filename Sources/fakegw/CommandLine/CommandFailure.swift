import Glibc
import ScenarioFormat
import SocketDriver

/// Why a command cannot go on: what is wrong, what to do next, and the exit code for it.
struct CommandFailure: Error {
    let text: String
    var hint: String?
    var code = ExitCode.usage
    /// The text says "error:" and shows the place by itself.
    var isRendered = false

    /// Turns a failed system call into a command's failure.
    static func ofMachine<Value>(
        _ code: ExitCode = .failed, _ body: () throws(OSFailure) -> Value
    ) throws(CommandFailure) -> Value {
        do {
            return try body()
        } catch {
            throw CommandFailure(text: error.description, hint: error.hint, code: code)
        }
    }
}

extension CommandFailure {
    /// Turns the mistakes of a scenario, a pathology or an argument into a failure.
    static func ofScenario<Value>(
        _ body: () throws(ScenarioError) -> Value
    ) throws(CommandFailure) -> Value {
        do {
            return try body()
        } catch {
            throw CommandFailure(text: error.description, isRendered: true)
        }
    }
}

extension Tool {
    /// Runs a command; what it throws is told to the user.
    static func reportingErrors(
        _ body: () throws(CommandFailure) -> ExitCode
    ) -> ExitCode {
        do {
            return try body()
        } catch {
            if error.isRendered {
                Terminal.error(error.text)
            } else {
                Terminal.fail(error.text, hint: error.hint)
            }
            return error.code
        }
    }
}

extension OSFailure {
    /// What to do about it, where the error alone does not say.
    var hint: String? {
        switch code {
        case EMFILE:
            "this process may open \(Self.limit(RLIMIT_NOFILE)) files at a time (ulimit -n)"
        case ENFILE: "the whole machine has no more open files (sysctl fs.file-max)"
        case EAGAIN:
            "this user may have \(Self.limit(__RLIMIT_NPROC)) processes (ulimit -u), and a container "
                + "may have its own limit"
        case ENOMEM: "this machine, or its container, has no more memory"
        default: nil
        }
    }

    private static func limit(_ resource: __rlimit_resource) -> String {
        var limit = rlimit()
        guard getrlimit(__rlimit_resource_t(resource.rawValue), &limit) == 0 else { return "few" }
        return limit.rlim_cur == rlim_t.max ? "any number of" : String(limit.rlim_cur)
    }
}
