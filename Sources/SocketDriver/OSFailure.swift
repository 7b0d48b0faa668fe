internal import CLinux
internal import Glibc

/// A system call that failed.
package struct OSFailure: Error, Equatable, Sendable, CustomStringConvertible {
    /// What was attempted and on what, to follow "cannot": `listen on 127.0.0.1:4002`.
    package let operation: String
    /// The error number the kernel gave.
    package let code: CInt

    package init(_ operation: String, code: CInt) {
        self.operation = operation
        self.code = code
    }

    /// Reads `errno`, so it must directly follow the failed call.
    package static func now(_ operation: String) -> OSFailure {
        OSFailure(operation, code: errno)
    }

    package var description: String { "cannot \(operation): \(reason)" }

    private var reason: String {
        let text = String(cString: clinux_error_text(code))
        return text.prefix(1).lowercased() + text.dropFirst()
    }
}
