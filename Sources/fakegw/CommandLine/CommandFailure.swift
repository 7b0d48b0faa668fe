import SocketDriver

/// Why a command cannot go on: what is wrong, what to do next, and the exit code for it.
struct CommandFailure: Error {
    let text: String
    var hint: String?
    var code = ExitCode.usage

    /// Gives a machine's refusal a command's exit code.
    static func translating<Value>(
        _ body: () throws(OSFailure) -> Value
    ) throws(CommandFailure) -> Value {
        do {
            return try body()
        } catch {
            throw CommandFailure(text: error.description, code: .failed)
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
            Terminal.fail(error.text, hint: error.hint)
            return error.code
        }
    }
}
