import GatewayWire
import Simulation

/// Orders that depend on one another: brackets and one-cancels-all groups.
extension Orders {
    /// The parent first, then the siblings, as far as they were held back.
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

    /// A filled parent sets its children free.
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

    /// What a fill does to the rest of a group: type 1 ends the others, types 2 and 3 make them
    /// smaller by as much as was filled, and end those that would be empty.
    mutating func tellGroup(
        of order: Order, filled part: Amount, at now: SimInstant, _ context: inout GatewayContext
    ) {
        guard let group = order.group else { return }
        let reduces = ["2", "3"].contains(order.fields["order.ocaType"])
        for var other in book.members(of: group) where other.permID != order.permID {
            let quantity = other.quantity - part
            if reduces, quantity > other.filled {
                other.quantity = quantity
                book.update(other)
                show(other, &context)
            } else {
                end(other, as: "Cancelled by System", reason: "", at: now, &context)
            }
        }
    }

    /// Children of one parent form a group of their own, as TWS makes it, unless the client named
    /// one: the parent's permanent id, type 3.
    func groupedWithSiblings(_ order: Order) -> Order {
        let parent = OrderKey(clientID: order.clientID, orderID: order.parentID)
        guard order.parentID > 0, order.group == nil, let parent = book.openOrder(parent) else {
            return order
        }
        var order = order
        order.fields["order.ocaGroup"] = String(parent.permID)
        order.fields["order.ocaType"] = "3"
        return order
    }
}
