import Testing

@testable import Toxiproxy

@Suite struct `Frames of a stream` {
    /// Three frames, the second one empty; then half a length.
    private static let bytes: [UInt8] =
        Array("API\0".utf8) + [0, 0, 0, 1, 7] + [0, 0, 0, 0] + [0, 0, 0, 2, 1, 2] + [0, 0]

    @Test(arguments: 1...23)
    func `count the same however they are cut`(size: Int) {
        var counter = FrameCounter()
        var ends: [Int] = []
        for start in stride(from: 0, to: Self.bytes.count, by: size) {
            counter.count(Array(Self.bytes[start..<min(start + size, Self.bytes.count)])) {
                #expect($0 == ends.count + 1)
                ends.append($1)
            }
        }
        #expect(ends == [9, 13, 19])
        #expect(counter.frameCount == 3)
        #expect(counter.byteCount == Self.bytes.count)
    }

    @Test func `begin at once without a greeting`() {
        var counter = FrameCounter()
        counter.count([0, 0, 0, 1, 7]) { _, _ in }
        #expect(counter.frameCount == 1)
    }
}
