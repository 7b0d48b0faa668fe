/// The few functions option prices need, without the C mathematics library.
///
/// The results are the same on every machine: only basic arithmetic is used.
enum Mathematics {
    private static let ln2 = 0.693147180559945309417

    static func exponential(_ value: Double) -> Double {
        let bounded = min(max(value, -700), 700)
        let power = Int(bounded / ln2 + (bounded < 0 ? -0.5 : 0.5))
        let rest = bounded - Double(power) * ln2
        var term = 1.0
        var sum = 1.0
        for number in 1...14 {
            term *= rest / Double(number)
            sum += term
        }
        return sum * Double(sign: .plus, exponent: power, significand: 1)
    }

    /// The natural logarithm; that of the smallest normal number for what is not above zero.
    static func logarithm(_ value: Double) -> Double {
        let value = max(value, .leastNormalMagnitude)
        var power = Int(value.exponent)
        var part = value.significand
        if part > 1.4142135623730951 {
            part /= 2
            power += 1
        }
        let ratio = (part - 1) / (part + 1)
        let square = ratio * ratio
        var term = ratio
        var sum = 0.0
        for odd in stride(from: 1, through: 23, by: 2) {
            sum += term / Double(odd)
            term *= square
        }
        return 2 * sum + Double(power) * ln2
    }

    /// The square root; zero for what is below.
    ///
    /// Optimized code turns `squareRoot()` into a call of the C library.
    static func root(_ value: Double) -> Double {
        guard value > 0 else { return 0 }
        let guess = exponential(logarithm(value) / 2)
        return (guess + value / guess) / 2
    }

    static func normalDensity(_ value: Double) -> Double {
        0.3989422804014327 * exponential(-value * value / 2)
    }

    /// The normal distribution (Abramowitz and Stegun 26.2.17, to seven places).
    static func normalDistribution(_ value: Double) -> Double {
        let size = value.magnitude
        let step = 1 / (1 + 0.2316419 * size)
        let polynomial =
            step
            * (0.319381530
                + step
                * (-0.356563782
                    + step * (1.781477937 + step * (-1.821255978 + step * 1.330274429))))
        let tail = normalDensity(size) * polynomial
        return value < 0 ? tail : 1 - tail
    }
}
