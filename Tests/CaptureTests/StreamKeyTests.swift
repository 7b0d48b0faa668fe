import GatewayWire
import Testing

@testable import CaptureImport

/// The key of a message with these texts.
private func key(_ id: Int, _ texts: [String]) -> StreamKey {
    var key = StreamKey()
    key.begin(id)
    for text in texts { key.append(text.utf8.span) }
    return key
}

@Suite struct `The streams of repeated messages` {
    /// Of texts around the lengths at which a key becomes a longer one.
    private let contents: [[String]] = {
        let texts = ["", "1", "12", "12345678", "123456789", "NetLiquidation", "DU1234567890123"]
        var contents: [[String]] = [[]]
        for one in texts {
            contents.append([one])
            for other in texts { contents.append([one, other]) }
        }
        return contents
    }()

    @Test func `are told apart by the id and every text`() {
        var places = StreamPlaces(maxCount: 10_000)
        var seen: [Int] = []
        for round in 0..<3 {
            var number = 0
            for id in [1, 2, 45] {
                for texts in contents {
                    let place = places.place(of: key(id, texts)) ?? -1
                    if round == 0 { seen.append(place) }
                    #expect(place == seen[number])
                    number += 1
                }
            }
        }
        #expect(seen == Array(0..<(3 * contents.count)))
    }

    @Test(arguments: [0, 7, 10, 99_999_999, 100_000_000, -1, .max, .min] as [Int64])
    func `are the same for a number as for its text`(number: Int64) {
        for front in ["", "123456", "1234567", "12345678901234567890"] {
            var places = StreamPlaces(maxCount: 10)
            var told = key(1, [front])
            told.append(number)
            #expect(places.place(of: told) == 0)
            #expect(places.place(of: key(1, [front, String(number)])) == 0)
            #expect(places.place(of: key(1, [front, String(number), ""])) == 1)
        }
    }

    @Test func `use the memory of a longer key again`() {
        var places = StreamPlaces(maxCount: 10)
        var used = key(6, ["NetLiquidation", "USD", "DU1234567"])
        #expect(used.isLong && places.place(of: used) == 0)
        used.begin(1)
        used.append("5".utf8.span)
        #expect(!used.isLong && places.place(of: used) == 1)
        used.begin(6)
        for text in ["NetLiquidation", "USD", "DU1234567"] { used.append(text.utf8.span) }
        #expect(places.place(of: used) == 0)
    }

    @Test func `are no more than so many`() {
        var places = StreamPlaces(maxCount: 2)
        #expect(places.place(of: key(1, ["1"])) == 0)
        #expect(places.place(of: key(6, ["a longer text than that"])) == 1)
        #expect(places.place(of: key(1, ["2"])) == nil)
        #expect(places.place(of: key(6, ["another longer text"])) == nil)
        #expect(places.place(of: key(1, ["1"])) == 0)
    }
}
