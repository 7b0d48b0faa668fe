/// The connections of a recording that have not ended.
struct OpenConversations {
    /// By their places; changed there, because what they keep must not be copied.
    var conversations: [RecordedConversation?] = []
    private var places: [Int: Int] = [:]
    private var recent = RecentPlaces()
    private var freePlaces: [Int] = []

    var numbers: [Int] { places.keys.sorted() }

    /// - Parameter number: A connection's, as `decode` numbers them.
    @inline(__always)
    mutating func place(of number: Int) -> Int? {
        if let place = recent[number] { return place }
        guard let place = places[number] else { return nil }
        recent[number] = place
        return place
    }

    /// - Returns: Its place.
    mutating func add(_ conversation: RecordedConversation) -> Int {
        let place = freePlaces.popLast() ?? conversations.count
        if place == conversations.count {
            conversations.append(conversation)
        } else {
            conversations[place] = conversation
        }
        places[conversation.number] = place
        return place
    }

    mutating func remove(_ number: Int) -> RecordedConversation? {
        guard let place = places.removeValue(forKey: number) else { return nil }
        recent[number] = nil
        freePlaces.append(place)
        return conversations[place].take()
    }
}
