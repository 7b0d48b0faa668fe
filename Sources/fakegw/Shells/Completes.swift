import Diagnosis
import EventLog
import Faults
import GatewayWire
import ScenarioFormat

/// What a shell offers for an argument.
enum Completes: Equatable {
    case files
    case folders
    /// One of these words. A word that ends in `=` or `:` goes on.
    case words([Word])
    /// One of these words, or a file.
    case wordsOrFiles([Word])
    /// A network interface of the machine.
    case interfaces
    /// Only the user knows it: a number, a time, an address, a text.
    case anything

    struct Word: Equatable {
        let text: String
        /// In a few words; may be empty.
        let about: String
    }

    static func words(_ texts: [String]) -> Completes {
        .words(texts.map { Word(text: $0, about: "") })
    }
}

extension Option {
    /// What stands behind the option: its name decides where the help says NAME, else the word there.
    var completes: Completes {
        switch name {
        case "pathology": return .wordsOrFiles(Names.pathologyUses)
        case "dialect": return .words(Names.dialects)
        case "set": return .words(Names.assignments)
        case "front": return .words(Front.allCases.map(\.rawValue))
        case "client", "python": return .words(PathologyClient.libraries)
        case "layer": return .words(Pathology.layers + [Pathology.ownLayer])
        case "type": return .words(Names.messages)
        case "log": return .words(LogFilter.Level.allCases.map(\.word) + Names.messages.map(\.text))
        case "raw": return .words([Direction.toClient, .toGateway].map(\.rawValue))
        case "timing": return .words(["keep", "drop"])
        default: break
        }
        return switch value {
        case "FILE": .files
        case "DIR": .folders
        case "INTERFACE": .interfaces
        default: .anything
        }
    }
}

extension Subcommand {
    /// What the arguments that are no options may be.
    var completes: Completes {
        switch name {
        case "pathologies": .words(Names.pathologies)
        case "faults": .words(Names.faultWords)
        case "messages": .words(Names.messages)
        case "settings": .words(Names.settings)
        case "dialects": .words(Names.dialects)
        case "man": .words(Names.commands)
        case "completions": .words(Shell.allCases.map(\.rawValue))
        case "world", "dissector", "probe", "preflight", "record": .anything
        default: .files
        }
    }
}

/// Everything with a name that the command line takes.
private enum Names {
    typealias Word = Completes.Word

    static let catalogue = PathologyCatalogue.shipped.pathologies
    static let pathologies = catalogue.map { Word(text: $0.name, about: $0.summary) }
    /// `NAME`, and `NAME:PARAMETER=` for each of its parameters.
    static let pathologyUses = catalogue.flatMap { pathology in
        [Word(text: pathology.name, about: pathology.summary)]
            + pathology.parameters.map {
                Word(text: "\(pathology.name):\($0.name)=", about: $0.about)
            }
    }
    static let dialects = GatewayDialect.shipped.map { Word(text: $0.name, about: $0.about) }
    static let settings = GatewaySetting.all.map { Word(text: $0.name, about: $0.meaning) }
    static let assignments = GatewaySetting.all.flatMap { setting in
        setting.form == "true or false"
            ? ["true", "false"].map {
                Word(text: "\(setting.name)=\($0)", about: setting.meaning)
            } : [Word(text: "\(setting.name)=", about: setting.meaning)]
    }
    static let faultWords =
        TriggerWord.all.map { Word(text: $0.keyword, about: $0.summary) }
        + ActionWord.all.map { Word(text: $0.keyword, about: $0.summary) }
    static let commands = Tool.subcommands.map { Word(text: $0.name, about: $0.summary) }
    static let messages: [Word] = {
        var seen: Set<String> = []
        return ProtocolSchema.messages.filter { seen.insert($0.name).inserted }.map {
            Word(text: $0.name, about: "")
        }
    }()
}
