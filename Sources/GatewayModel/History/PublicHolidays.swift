import Simulation

/// The days on which an exchange is closed all day, by the rules of today for every year.
///
/// Recorded: a month of sessions of a US share leaves out Good Friday. The rest follows the
/// exchanges' published calendars; half days are not known here.
enum PublicHolidays: Sendable {
    case none
    /// Where nothing more is known than that nobody works on New Year's Day.
    case newYear
    case unitedStates
    /// US futures stop on three days only.
    case futures
    case currencies
    case continental
    case british

    init(of contract: Contract, in zone: LocalZone) {
        self =
            switch contract.secType {
            case "CRYPTO", "NEWS": .none
            case "CASH", "CFD": .currencies
            case "FUT" where zone.name.hasPrefix("US/"): .futures
            default:
                switch zone.name {
                case "US/Eastern", "US/Central": .unitedStates
                case "MET": .continental
                case "GB-Eire": .british
                default: .newYear
                }
            }
    }

    /// - Parameter day: Since 1970.
    func contains(day: Int64) -> Bool {
        switch self {
        case .none: return false
        case .newYear: return Date(day).isFixed(1, 1)
        case .currencies: return Date(day).isFixed(1, 1) || Date(day).isFixed(12, 25)
        case .futures:
            let date = Date(day)
            return date.isFixed(1, 1) || date.isFixed(12, 25) || date.daysAfterEaster == -2
        case .unitedStates: return Date(day).isUnitedStatesHoliday
        case .continental:
            let date = Date(day)
            return date.isFixed(1, 1) || date.isFixed(5, 1) || date.isFixed(12, 25)
                || date.isFixed(12, 26) || [-2, 1].contains(date.daysAfterEaster)
        case .british:
            let date = Date(day)
            return date.isFixed(1, 1) || date.isFixed(12, 25) || date.isFixed(12, 26)
                || [-2, 1].contains(date.daysAfterEaster)
                || date.isWeekday(1, number: 1, ofMonth: 5) || date.isLastMonday(ofMonth: 5)
                || date.isLastMonday(ofMonth: 8)
        }
    }
}

/// A day of the calendar, with what holiday rules ask of it.
private struct Date {
    let day: Int64
    let year: Int64
    let month: Int64
    let dayOfMonth: Int64

    init(_ day: Int64) {
        self.day = day
        (year, month, dayOfMonth) = UTCTime.civil(days: day)
    }

    var weekday: Int64 { UTCTime.weekday(days: day) }

    func isFixed(_ month: Int64, _ dayOfMonth: Int64) -> Bool {
        self.month == month && self.dayOfMonth == dayOfMonth
    }

    /// A holiday on a Saturday is kept on the Friday before, one on a Sunday on the Monday after.
    func isObserved(_ month: Int64, _ dayOfMonth: Int64) -> Bool {
        guard self.month == month else { return false }
        return switch weekday {
        case 1: self.dayOfMonth == dayOfMonth || self.dayOfMonth == dayOfMonth + 1
        case 5: self.dayOfMonth == dayOfMonth || self.dayOfMonth == dayOfMonth - 1
        default: self.dayOfMonth == dayOfMonth
        }
    }

    /// The first, second, … such weekday of a month.
    func isWeekday(_ weekday: Int64, number: Int64, ofMonth month: Int64) -> Bool {
        self.month == month && self.weekday == weekday && (dayOfMonth + 6) / 7 == number
    }

    func isLastMonday(ofMonth month: Int64) -> Bool {
        self.month == month && weekday == 1 && dayOfMonth > 24
    }

    var isUnitedStatesHoliday: Bool {
        switch month {
        case 1: isObserved(1, 1) || isWeekday(1, number: 3, ofMonth: 1)
        case 2: isWeekday(1, number: 3, ofMonth: 2)
        case 3, 4: daysAfterEaster == -2
        case 5: isLastMonday(ofMonth: 5)
        case 6: year >= 2022 && isObserved(6, 19)
        case 7: isObserved(7, 4)
        case 9: isWeekday(1, number: 1, ofMonth: 9)
        case 11: isWeekday(4, number: 4, ofMonth: 11)
        case 12: isObserved(12, 25)
        default: false
        }
    }

    /// By the usual rule for the Gregorian calendar.
    var daysAfterEaster: Int64 {
        let golden = year % 19
        let century = year / 100
        let rest = year % 100
        let epact =
            (19 * golden + century - century / 4 - (century - (century + 8) / 25 + 1) / 3 + 15)
            % 30
        let weekday = (32 + 2 * (century % 4) + 2 * (rest / 4) - epact - rest % 4) % 7
        let late = (golden + 11 * epact + 22 * weekday) / 451
        let sum = epact + weekday - 7 * late + 114
        return day - UTCTime.days(year: year, month: sum / 31, day: sum % 31 + 1)
    }
}
