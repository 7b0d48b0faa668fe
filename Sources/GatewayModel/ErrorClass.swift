/// The class that an error of code 321 or 322 names between quotes: `-'bC' : cause - …`.
///
/// A real gateway is obfuscated, and names the class that checked the request. The names differ
/// from request to request and from build to build. Recorded at 200 and 225: the names in the table.
/// Others have the same form and are made up, the same one each time.
enum ErrorClass {
    private static let recorded = [
        "placeOrder": "bC", "reqRealTimeBars": "bQ", "replaceFA": "bW", "requestFA": "b4",
        "reqOpenOrders": "S", "reqAllOpenOrders": "S", "reqAutoOpenOrders": "S",
        "reqCompletedOrders": "S", "reqIds": "as",
    ]

    private static let letters = Array(
        "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789")

    static func name(for request: String) -> String {
        if let name = recorded[request] { return name }
        var hash: UInt64 = 5381
        for byte in request.utf8 { hash = hash &* 33 ^ UInt64(byte) }
        let second = letters[Int(hash / 2 % UInt64(letters.count))]
        return (hash % 2 == 0 ? "a" : "b") + String(second)
    }
}
