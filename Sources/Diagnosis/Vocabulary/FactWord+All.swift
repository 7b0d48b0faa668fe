extension FactWord {
    /// Every kind of wire fact.
    package static let all: [FactWord] = [
        connection, start, version, request, subscription, error, message, order, execution,
        commission, frame, pause, window,
    ]

    private static let seconds = "how long, in the time of the source"

    static let connection = FactWord(
        "connection", "one connection, or an attempt at one, from its begin to its end",
        [
            FactAttribute(
                "opening", .word(["accepted", "refused", "unanswered", "pending", "before"]),
                "what the SYN met; pending: the recording ended too early to say; before: the source begins later"
            ),
            FactAttribute(
                "hello",
                .word([
                    "none", "answered", "pending", "unanswered", "misanswered", "odd", "padded",
                    "legacy",
                ]),
                "whether the version reply came; pending: the recording ended too early to say; misanswered: other "
                    + "bytes came; odd: the client's first bytes were no hello; padded: an unanswered hello with "
                    + "a byte too many"),
            FactAttribute(
                "started", .word(["none", "answered", "pending", "partly", "unanswered"]),
                "whether accounts and next valid id answered startApi; pending: the recording ended too early to "
                    + "say; partly: one of the two"),
            FactAttribute(
                "ended-by", .word(["client", "gateway", "nobody"]), "who ended it first"),
            FactAttribute("ended-with", .word(["fin", "rst", "nothing"]), "how it was ended"),
            FactAttribute(
                "ended-in", .word(["accept", "hello", "start", "session"]),
                "how far it had come: before a hello, before the version, before the ids, after them"
            ),
            FactAttribute(
                "goodbye", .word(["none", "answered", "late", "unanswered", "unacknowledged"]),
                "what the client's FIN met; late: the gateway's end a second later or more; unanswered: acknowledged, "
                    + "and no FIN came"),
            FactAttribute("waited", .duration, "from the first thing unanswered to the end"),
            FactAttribute("lasted", .duration, "from the begin to the end"),
            FactAttribute("after-hello", .duration, "from the hello to the end"),
            FactAttribute("after-start", .duration, "from startApi to the end"),
            FactAttribute("nth", .count, "its number in the source"),
            FactAttribute("requests", .count, "requests after startApi"),
            FactAttribute(
                "mute-requests", .count, "requests since the gateway last said anything"),
            FactAttribute(
                "mute-for", .duration, "from the first of these to the end"),
            FactAttribute(
                "mute-after", .word(["nothing", "fin", "rst"]),
                "how a client ended another connection in the second before the first of these"),
            FactAttribute(
                "resent", .count,
                "segments to the gateway that were sent again, when nothing of them was ever acknowledged"
            ),
            FactAttribute("early-requests", .count, "requests before the ids came"),
            FactAttribute("pending", .count, "requests that were open when it ended"),
            FactAttribute("served-before", .count, "earlier connections that got their ids"),
            FactAttribute("silent-before", .count, "earlier ones whose hello was not answered"),
            FactAttribute(
                "goodbyes-before", .count, "earlier ones served and ended by the client's FIN"),
            FactAttribute("aborts-before", .count, "earlier ones ended by the client's RST"),
            FactAttribute(
                "kept-before", .count, "client's FINs that were unanswered at that moment"),
            FactAttribute(
                "strangers-before", .count, "earlier ones whose first bytes were no hello"),
            FactAttribute(
                "early-before", .count, "earlier ones on which a request came before startApi"),
            FactAttribute("cut-before", .count, "earlier ones served and ended by the gateway"),
            FactAttribute("refused-before", .count, "earlier attempts that were refused"),
            FactAttribute("reset-before", .count, "earlier ones that were reset at their hello"),
            FactAttribute("open-beside", .count, "served ones that were open at its begin"),
            FactAttribute(
                "beside", .word(["none", "served", "silent"]),
                "whether a connection that was open beside it was answered while this one waited"),
            FactAttribute("served-after", .flag, "a later one got its ids"),
            FactAttribute(
                "same-id-before", .word(["never", "gone", "open"]),
                "an earlier one with the same client id: gone, or still open"),
            FactAttribute(
                "gave-up-before", .flag,
                "an earlier one with this client id was ended by the client before its ids came"),
            FactAttribute("since-other", .duration, "since the last earlier one ended"),
        ])

    static let start = FactWord(
        "start", "what a connection was told before its first answers, once startApi was read",
        [
            FactAttribute("accounts", .word(["none", "empty", "listed"]), "managedAccounts"),
            FactAttribute(
                "ids", .word(["none", "given", "asked"]),
                "nextValidId; asked: only when reqIds asked for it"),
            FactAttribute("version-after", .duration, "from the hello to the version reply"),
            FactAttribute("accounts-after", .duration, "from startApi to the accounts"),
            FactAttribute("ids-after", .duration, "from startApi to the next valid id"),
            FactAttribute("notices-after", .duration, "from the ids to the first farm notice"),
            FactAttribute("notices", .codes, "farm notices until the first answer"),
            FactAttribute("notices-lack", .flag, "no farm notice at all"),
            FactAttribute("answers-after", .duration, "the quickest answer to a request"),
            FactAttribute("answers", .count, "requests that were answered"),
            FactAttribute("orders-first", .flag, "openOrder came before accounts and ids"),
            FactAttribute("ids-before-start", .flag, "accounts or ids came before startApi"),
            FactAttribute("id", .count, "the next valid id"),
            FactAttribute(
                "id-change", .word(["first", "same", "higher", "jump", "lower"]),
                "compared with what the source shows before; jump: by 1000 or more"),
            FactAttribute("one-again", .flag, "the id is 1, and orders had been placed before"),
        ])

    static let version = FactWord(
        "version", "a version reply",
        [
            FactAttribute("number", .count, "the server version"),
            FactAttribute(
                "offer", .word(["inside", "below", "above"]),
                "compared with the range in the client's hello"),
            FactAttribute(
                "change", .word(["first", "same", "higher", "lower"]),
                "compared with the reply before it in the source"),
            FactAttribute(
                "expected", .flag, "it is the newest that this client had before, or its highest"),
            FactAttribute(
                "time", .word(["usual", "none", "bytes", "name", "fold"]),
                "none: no time at all; bytes: not ASCII; name: a zone's name of several words; fold: an hour that daylight saving "
                    + "repeats or leaves out"),
        ])

    static let request = FactWord(
        "request", "a request of the client that wants an answer, and what became of it",
        [
            FactAttribute("type", .names, "its name"),
            FactAttribute(
                "answer", .word(["none", "rows", "pending", "whole", "end", "error", "late"]),
                "none; rows without their end; pending: one of these, and the recording ended too early to say; "
                    + "whole; the end alone; an error with its id; late: after the client had given up"
            ),
            FactAttribute("rows", .count, "messages that answered it"),
            FactAttribute("foreign", .count, "of these, orders of other client ids"),
            FactAttribute(
                "fills", .flag,
                "of executions, all that there are: an order, an execution or a completed order had told of a "
                    + "fill of the last hour, or of the orders of the day"),
            FactAttribute("code", .codes, "codes of errors with its id"),
            FactAttribute("first-after", .duration, "from the request to the first answer"),
            FactAttribute("done-after", .duration, "from the request to the end of the answer"),
            FactAttribute(
                "waited", .duration, "from the request to its answer, its cancel or the end"),
            FactAttribute(
                "others", .word(["none", "answered", "unanswered"]),
                "requests of other kinds that were sent on the connection before this one was settled"
            ),
            FactAttribute(
                "others-after", .flag, "other requests, sent later, were answered meanwhile"),
            FactAttribute(
                "alike", .word(["none", "answered", "unanswered"]),
                "later requests of its kind on the connection"),
            FactAttribute("alike-before", .flag, "an earlier request of its kind was answered"),
            FactAttribute("before-notices", .flag, "it was sent before the first farm notice"),
            FactAttribute(
                "notices-before", .codes, "codes without an id that had come on the connection"),
            FactAttribute("cancelled", .flag, "the client cancelled it"),
            FactAttribute("kept-up", .flag, "with keepUpToDate"),
            FactAttribute("snapshot", .flag, "a snapshot of quotes"),
            FactAttribute("sec-type", .names, "the type of its contract"),
            FactAttribute("within", .duration, "after the request of its kind before it"),
            FactAttribute(
                "refused-beside", .flag, "another request of its kind was refused on the connection"
            ),
            FactAttribute(
                "cut", .word(["no", "fin", "rst"]),
                "the gateway ended the connection while it was open"),
        ])

    static let subscription = FactWord(
        "subscription", "a request whose answer goes on until it is cancelled",
        [
            FactAttribute("type", .names, "its name"),
            FactAttribute("updates", .count, "messages that came for it"),
            FactAttribute("silent", .duration, "from its last message to its end"),
            FactAttribute(
                "stopped", .flag,
                "a stream that is silent for a second and for ten times its longest pause before"),
            FactAttribute(
                "others", .word(["none", "live", "silent"]),
                "other subscriptions of the connection, while this one was silent"),
            FactAttribute("answers-beside", .flag, "requests were answered while it was silent"),
            FactAttribute("gap", .duration, "the longest pause between two of its messages"),
            FactAttribute(
                "gapped", .flag,
                "one pause was three times as long as the others, and a second longer"),
            FactAttribute(
                "unreflected", .duration,
                "of account updates: the longest time from an execution to the next of them, or to the end"
            ),
            FactAttribute("after-cancel", .count, "messages that came after its cancel"),
            FactAttribute("tail", .duration, "from the cancel to the last of these"),
            FactAttribute("code", .codes, "codes of errors with its id"),
            FactAttribute(
                "anew", .word(["none", "answered", "unanswered"]),
                "a later request of its kind, for the same contract"),
            FactAttribute("notices", .codes, "codes without an id that came while it was open"),
            FactAttribute("silent-since", .codes, "of these, the ones after its last message"),
        ])

    static let error = FactWord(
        "error", "an error or notice from the gateway",
        [
            FactAttribute("code", .codes, "its code"),
            FactAttribute("to", .names, "the request that its id names; none: it has no id"),
            FactAttribute("text", .text, "its text has this part"),
            FactAttribute(
                "data", .word(["none", "before", "after"]),
                "messages with the same id, before it only or after it"),
            FactAttribute(
                "nth", .count, "how many with this code came on the connection, itself included"),
            FactAttribute(
                "rate", .count,
                "the most messages that the client had sent in a second, of the last ten seconds"),
            FactAttribute(
                "again", .flag,
                "an earlier connection of the source had its code for the same kind of request"),
            FactAttribute(
                "letters", .word(["ascii", "utf-8", "bytes"]),
                "letters of its text; bytes: not even UTF-8"),
            FactAttribute("surplus", .flag, "it has a field more than its version"),
            FactAttribute("goodbye", .flag, "the gateway's FIN is the next that it says"),
            FactAttribute(
                "known", .flag, "the gateway itself has named the symbol of the request's contract"),
        ])

    static let message = FactWord(
        "message", "a message, by its fields",
        [
            FactAttribute("type", .names, "its name"),
            FactAttribute("direction", .word(["toClient", "toGateway"]), "where it goes"),
            FactAttribute(
                "asked", .flag,
                "an open request takes it; not told when that may have come before the capture"),
            FactAttribute("surplus", .flag, "it has a field more than its version"),
            FactAttribute("bytes", .flag, "a text of it is no UTF-8"),
            FactAttribute(
                "replaced", .flag, "a text of it has the character that stands for what is no UTF-8"
            ),
            FactAttribute("repeats", .flag, "the same as the one of its type before it"),
            FactAttribute("own", .flag, "it is about an order of this connection's client id"),
            FactAttribute("foreign", .flag, "it is about an order of another client id"),
        ])

    static let order = FactWord(
        "order", "an order that the client placed, and what was told of it on its connection",
        [
            FactAttribute(
                "answer", .word(["none", "pending", "error", "status", "order"]),
                "the most that came: nothing; pending: nothing, and the recording ended too early to say; an error "
                    + "only; orderStatus without openOrder; openOrder"),
            FactAttribute("what-if", .flag, "a preview"),
            FactAttribute("code", .codes, "codes of errors with its id"),
            FactAttribute("statuses", .names, "words of its orderStatus messages"),
            FactAttribute("last", .names, "the last of them"),
            FactAttribute("unknown-status", .flag, "a word that IB does not document"),
            FactAttribute("filled", .flag, "a status or order said Filled"),
            FactAttribute("executions", .count, "executions with different ids"),
            FactAttribute(
                "execution-first", .flag, "an execution came before any openOrder or orderStatus"),
            FactAttribute("filled-early", .flag, "an execution came after Filled"),
            FactAttribute("filled-twice", .flag, "Filled came more than once"),
            FactAttribute("parts", .flag, "it filled in several executions"),
            FactAttribute(
                "status-run", .count, "the longest run of the same orderStatus, nothing between"),
            FactAttribute(
                "order-run", .count, "the longest run of the same openOrder, nothing between"),
            FactAttribute(
                "pairs", .count, "the longest run of the same pair of openOrder and orderStatus"),
            FactAttribute(
                "type-changed", .flag,
                "openOrder or its behaviour shows another type than was asked for"),
            FactAttribute("warned", .flag, "an error came, and the order was alive at the end"),
            FactAttribute("changes", .count, "times that it was placed again"),
            FactAttribute(
                "cancel", .word(["none", "pending", "unanswered", "confirmed", "refused"]),
                "what the client's cancel met"),
            FactAttribute("cancel-after", .duration, "from the cancel to its answer"),
            FactAttribute(
                "cancelled-by", .word(["none", "status", "error", "error-first", "status-first"]),
                "what confirmed the cancel: orderStatus, error 202, or both in that order"),
            FactAttribute("cancel-gap", .duration, "between those two"),
            FactAttribute(
                "filled-after-cancel", .flag, "an execution came after the cancel was confirmed"),
            FactAttribute("answer-after", .duration, "from the order to what was first said of it"),
            FactAttribute("waited", .duration, "from the order to its first answer or the end"),
            FactAttribute(
                "others", .word(["none", "answered", "unanswered"]),
                "other orders of the connection"),
            FactAttribute("questions", .flag, "requests were answered after it was sent"),
            FactAttribute(
                "notices-before", .codes, "codes without an id that had come on the connection"),
            FactAttribute(
                "cut", .word(["no", "fin", "rst"]),
                "the gateway ended the connection before it was settled"),
        ])

    static let execution = FactWord(
        "execution", "an execDetails message",
        [
            FactAttribute(
                "repeat", .word(["no", "same", "new", "correction"]),
                "of the one before it: the same id, the same fill under another id, or an id that differs behind "
                    + "the last dot"),
            FactAttribute(
                "time", .word(["usual", "zoneless", "other", "fold"]),
                "the form of its time: with a zone, as \"20260115 09:30:01 US/Eastern\", is usual"),
            FactAttribute(
                "venue", .word(["order", "other"]),
                "its exchange, compared with the contract of the order"),
            FactAttribute("unasked", .flag, "no request asked for it"),
            FactAttribute("commission-after", .duration, "from it to its commission"),
            FactAttribute("commission", .flag, "its commission came"),
        ])

    static let commission = FactWord(
        "commission", "a commissionReport message",
        [
            FactAttribute(
                "execution", .word(["known", "unknown"]), "whether its execution was told before"),
            FactAttribute("after", .duration, "since its execution"),
            FactAttribute(
                "unset", .flag, "profit and yield are the largest double, for a closing trade too"),
        ])

    static let frame = FactWord(
        "frame", "bytes that are no ordinary frame, or frames cut or joined in an odd way",
        [
            FactAttribute(
                "kind",
                .word([
                    "malformed", "cut", "length", "tiny", "stray", "text", "unknown", "surplus",
                    "early",
                    "foreign", "pieces", "raw-id",
                ]),
                "a whole frame that cannot be read; the front of one before an end; a length that cannot be; a body "
                    + "shorter than an id; bytes between frames; text where protobuf is due; an unknown message; a field "
                    + "too many; a frame before the version reply; another protocol; most messages in several segments; "
                    + "binary ids where the version has texts"),
            FactAttribute("by", .word(["client", "gateway"]), "who sent it"),
            FactAttribute("bytes", .flag, "it cannot be read because a text is no UTF-8"),
            FactAttribute("type", .names, "the message, where it is known"),
            FactAttribute(
                "ended-with", .word(["fin", "rst", "nothing"]), "what the sender did next"),
            FactAttribute("code", .codes, "an error code in a frame before the version reply"),
        ])

    static let pause = FactWord(
        "pause", "the gateway says nothing on any connection while requests are open, then goes on",
        [
            FactAttribute(
                "for", .duration, "from the first request that waits to the next message"),
            FactAttribute("pending", .count, "messages that the client sent meanwhile"),
            FactAttribute("burst", .count, "messages that came within 50 ms after it"),
            FactAttribute("connections", .count, "connections on which something waited"),
            FactAttribute(
                "after", .word(["request", "rst", "fin"]),
                "what happened just before: a client's RST or FIN on another connection"),
            FactAttribute("streams", .flag, "subscriptions that had been live stood still too"),
        ])

    static let window = FactWord(
        "window", "a receive window that is closed",
        [
            FactAttribute("of", .word(["client", "gateway"]), "whose window"),
            FactAttribute("for", .duration, seconds),
            FactAttribute(
                "then", .word(["opened", "fin", "rst", "nothing"]),
                "what the other side, or the window, did then"),
        ])
}
