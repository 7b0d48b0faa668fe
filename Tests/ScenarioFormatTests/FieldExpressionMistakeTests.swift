import ScenarioFormat
import Testing

@Suite struct `A field's expression with a mistake` {
    /// The first line about it, without its place, and the hint.
    private func mistake(_ action: String, when: String = "{message: {type: nextValidId}}")
        -> String
    {
        diagnosis(scenario(gateway: "faults: [{when: \(when), do: [\(action)]}]"))
    }

    @Test func `names the place and the nearest word`() {
        let expected = #"""
            error: s.yaml:4:77: no expression 'ad'
              4 |   faults: [{when: {message: {type: nextValidId}}, do: [{replace: {orderId: {ad: 4}}}]}]
                |                                                                             ^~
              hint: did you mean 'add'? Expressions: add, times, negate, is, from, hex, repeat
            """#
        #expect(mistake("{replace: {orderId: {ad: 4}}}") == expected)
    }

    @Test(arguments: [
        ("{replace: {orderId: {add: four}}}", "'four' is not a decimal number"),
        ("{replace: {orderId: {negate: false}}}", "'negate' is true or left away"),
        ("{replace: {orderId: {is: unsett}}}", "did you mean 'unset'?"),
        (
            "{replace: {orderId: {is: nan}}}",
            "field 'orderId' is a int, and 'nan' is for a fraction"
        ),
        ("{replace: {orderId: {from: orderID}}}", "did you mean 'orderId'?"),
        ("{replace: {orderId: {hex: abc}}}", "'abc' is not pairs of hexadecimal digits"),
        ("{replace: {orderId: {hex: \"4100\"}}}", "a field holds no zero byte"),
        ("{replace: {orderId: {repeat: x}}}", "repeat needs the key 'count'"),
        ("{replace: {orderId: {repeat: abcd, count: 300000}}}", "more than 1000000"),
        ("{replace: {orderId: {add: 1, times: 2}}}", "expected one key, found 2"),
        ("{send: {nextValidId: {orderId: {add: 1}}}}", "a message of 'send' has none"),
        ("{answer: []}", "'answer' holds no message"),
        ("{answer: {errors: {}}}", "did you mean 'error'?"),
        ("{answer: {error: {errorCod: 1}}}", "did you mean 'errorCode'?"),
        ("{replay: {type: nextValidID}}", "did you mean 'nextValidId'?"),
        ("{delay: {jitter: 1s}}", "needs the key 'time'"),
        ("{delay: {time: 1s, correlation: 2}}", "2 is outside 0.0...1.0"),
        ("{length: {set: 1, add: 1}}", "takes only one of its keys that exclude each other"),
        ("length", "'length' needs one of 'set', 'add'"),
        ("{corrupt: {bits: 1, bytes: 1}}", "takes only one of its keys"),
        ("{encode: binary}", "text"),
        ("{send-frame: {fields: []}}", "a frame has 1 to 1000 fields"),
        ("{send-bytes: {random: 0}}", "0 is"),
        ("{send-bytes: {randm: 1}}", "did you mean 'random'?"),
        ("{answer-hello: {version: 62}}", "only a hello gets this answer"),
    ])
    func `is refused`(action: String, what: String) {
        let text = mistake(action)
        #expect(text.contains("s.yaml:4:"), "\(text)")
        #expect(text.contains(what), "\(text)")
    }

    @Test func `is refused for a text that is no number`() {
        let text = mistake(
            "{replace: {accountsList: {add: 1}}}", when: "{message: {type: managedAccounts}}")
        #expect(text.contains("'add' needs a number, and field 'accountsList' is a string"))
    }

    @Test(arguments: ["{phase: ready}", "{any: [{phase: ready}, {message: {type: nextValidId}}]}"])
    func `cannot take a field where no message is`(when: String) {
        let text = mistake("{send: {nextValidId: {orderId: {from: reqId}}}}", when: when)
        #expect(text.contains("'from' in 'send' needs a trigger that names its messages"))
    }

    @Test func `takes only fields that the trigger's messages have`() {
        let text = mistake(
            "{send: {error: {reqId: {from: reqID}}}}",
            when: "{message: {type: reqHistoricalData}}")
        #expect(text.contains("message 'reqHistoricalData' has no field 'reqID'"))
        #expect(text.contains("did you mean 'reqId'?"))
    }
}
