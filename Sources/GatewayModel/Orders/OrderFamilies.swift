import GatewayWire
import Simulation

/// Orders that depend on one another: brackets and one-cancels-all groups.
extension Orders {
    /// Sends the parent first, then the siblings, if they were held back.
    mutating func transmitFamily(
        of order: Order, at now: SimInstant, _ context: inout GatewayContext
    ) {
        let parent = OrderKey(clientID: order.clientID, orderID: order.parentID)
        let family = (book.openOrder(parent).map { [$0] } ?? []) + book.children(of: parent)
        for var member in family where member.isUntransmitted && member.permID != order.permID {
            member.isUntransmitted = false
            book.update(member)
            sendOn(member, at: now, &context)
        }
    }

    /// Releases the children of a filled parent.
    mutating func releaseChildren(
        of order: Order, at now: SimInstant, _ context: inout GatewayContext
    ) {
        for var child in book.children(of: order.key) where child.waitsForParent {
            child.waitsForParent = false
            book.update(child)
            if !child.isUntransmitted {
                planAcknowledgement(of: child, pricedAt: order.pricedAt, at: now, &context)
            }
        }
    }

    /// Applies a fill to the rest of its group.
    ///
    /// Type 1 ends the others. Types 2 and 3 reduce them by the filled quantity, and end those that
    /// would be empty.
    mutating func tellGroup(
        of order: Order, filled part: Amount, at now: SimInstant, _ context: inout GatewayContext
    ) {
        guard let group = order.group else { return }
        // A group without a type is one of type 3, as its echoes say.
        let reduces = order.fields["order.ocaType"] != "1"
        for var other in book.members(of: group) where other.permID != order.permID {
            let quantity = other.quantity - part
            if reduces, quantity > other.filled {
                other.quantity = quantity
                book.update(other)
                show(other, &context)
            } else {
                end(other, as: .bySystem(""), at: now, &context)
            }
        }
    }

    /// Children of one parent form a group of their own, as TWS makes it, unless the client named
    /// one: the parent's permanent id, type 3.
    func groupedWithSiblings(_ order: Order) -> Order {
        let parent = OrderKey(clientID: order.clientID, orderID: order.parentID)
        guard order.parentID > 0, let parent = book.openOrder(parent) else { return order }
        var order = order
        order.parentPermID = parent.permID
        guard order.group == nil else { return order }
        order.fields["order.ocaGroup"] = String(parent.permID)
        order.fields["order.ocaType"] = "3"
        return order
    }
}
