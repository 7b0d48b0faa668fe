import Glibc
import Testing

/// A temporary folder that goes with the test.
final class Folder {
    let path: String

    init() throws {
        var template = Array("/tmp/fakegw-test-XXXXXX".utf8CString)
        path = try #require(mkdtemp(&template).map { String(cString: $0) })
    }

    deinit { system("rm -rf '\(path)'") }
}
