/// What the policy of an HTML page lets run: only what has it.
enum Nonce {
    /// 128 random bits, as letters and digits.
    static func drawn() -> String {
        (0..<2).map { _ in String(UInt64.random(in: .min ... .max), radix: 16) }.joined()
    }
}
