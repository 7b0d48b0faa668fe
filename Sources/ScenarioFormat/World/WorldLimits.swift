/// Bounds on what a world file may make a gateway hold; a test lowers them.
package struct WorldLimits: Sendable {
    package var yaml = YAMLLimits()
    package var accounts = 1_000
    package var contracts = 20_000
    package var legs = 32
    /// Reasons for which one contract cannot be opened.
    package var restrictions = 32
    /// Other currencies of one account.
    package var currencies = 100
    /// Of all accounts together.
    package var positions = 50_000
    /// Open orders; completed ones and executions have bounds of their own.
    package var orders = 10_000
    package var completedOrders = 10_000
    package var executions = 10_000
    /// Option chains, and as many series of futures.
    package var series = 100
    package var calendars = 100
    package var holidays = 1_000
    package var groups = 100
    /// Accounts in one group.
    package var members = 1_000
    /// UTF-8 bytes of one text, and of a replaced advisor's configuration.
    package var textBytes = 1_024
    package var advisorBytes = 65_536

    package init() {
        // Ten times a scenario: thousands of orders are one line each.
        yaml.bytes = 8 << 20
        yaml.nodes = 500_000
    }
}
