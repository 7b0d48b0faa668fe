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
        _ body: () throws(OSFailure) -> Value
    ) throws(CommandFailure) -> Value {
        do {
            return try body()
        } catch {
            throw CommandFailure(text: error.description, code: .failed)
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
