import Glibc

/// The recordings and the tolerance file that the project ships.
enum Shipped {
    /// The checkout.
    static let root: String = {
        var parts = #filePath.split(separator: "/").dropLast(3).map(String.init)
        parts.insert("", at: 0)
        return parts.joined(separator: "/")
    }()

    static let folder = root + "/Tests/ComparisonTests/Recordings"
    static let tolerances = root + "/docs/compare-tolerances.yaml"

    /// The recordings' names, without their ending.
    static let names: [String] = {
        guard let stream = opendir(folder) else { return [] }
        defer { closedir(stream) }
        var names: [String] = []
        while let entry = readdir(stream) {
            let name = withUnsafePointer(to: &entry.pointee.d_name) {
                $0.withMemoryRebound(to: CChar.self, capacity: 256) { String(cString: $0) }
            }
            if name.hasSuffix(".transcript") { names.append(String(name.dropLast(11))) }
        }
        return names.sorted()
    }()

    static func read(_ path: String) -> String {
        guard let file = fopen(path, "r") else { return "" }
        defer { fclose(file) }
        var bytes: [UInt8] = []
        var scratch = [UInt8](repeating: 0, count: 65_536)
        while true {
            let count = fread(&scratch, 1, scratch.count, file)
            if count == 0 { return String(decoding: bytes, as: UTF8.self) }
            bytes += scratch[..<count]
        }
    }
}
