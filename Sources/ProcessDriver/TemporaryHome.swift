internal import CLinux
internal import Glibc
package import SocketDriver

/// A home folder for the programs of one play, which goes with the play.
///
/// Programs that keep settings, caches or locks below `HOME` find it empty, and see nothing of plays
/// beside or before theirs. When this process is killed, its guardian removes the folder.
package final class TemporaryHome {
    package let path: String

    /// Below `$TMPDIR`, or `/tmp`.
    package init() throws(OSFailure) {
        var template = Array("\(Guardian.shared.homes)XXXXXX".utf8CString)
        guard mkdtemp(&template) != nil else {
            throw .now("make a home folder for programs, \(Guardian.shared.homes)…")
        }
        path = String(decoding: template.dropLast().map(UInt8.init(bitPattern:)), as: UTF8.self)
    }

    deinit { remove() }

    /// Removes it with all that is in it, and follows no symbolic link.
    package func remove() { clinux_remove_folder(path) }
}
