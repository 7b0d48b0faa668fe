import CaptureImport
import Testing

/// The captures of the repository, read from its root as the tests are started there.
@Suite struct `A capture in Captures` {
    private let root = String(#filePath.split(separator: "/").dropLast(3).joined(separator: "/"))

    @Test(arguments: [
        ("session/healthy", 1), ("session/protobuf", 1), ("handshake/silent-handshake", 1),
        ("tcp/leaked-close-wait", 3), ("tcp/rst-mid-frame", 1),
    ])
    func `imports to its committed transcripts`(name: String, count: Int) throws {
        let folder = TemporaryFolder()
        let path = "/\(root)/Captures/\(name)"
        var options = ImportOptions()
        options.isApart = true
        var importer = CaptureImporter(options: options)
        try importer.read(paths: ["\(path).pcap"])
        let fixtures = importer.makeFixtures()
        #expect(fixtures.count == count)
        for (index, fixture) in fixtures.enumerated() {
            let committed = folder.contents(of: "\(path)-\(index + 1).transcript")
            #expect(fixture.files[0].text == String(decoding: committed, as: UTF8.self))
        }
        #expect(importer.notes == [])
    }
}
