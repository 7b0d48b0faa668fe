import CaptureImport
import Testing

@Suite struct `The layers of a packet` {
    private static let ends6 = (
        TCPEndpoint(IPAddress(ipv6High: 0x2001_0DB8_0000_0000, low: 0x1_0000_0001), port: 50_000),
        TCPEndpoint(.loopback6, port: 4002)
    )

    private func segment(isIPv6: Bool = false) -> TCPSegment {
        TCPSegment(
            source: isIPv6 ? Self.ends6.0 : clientEnd(),
            destination: isIPv6 ? Self.ends6.1 : gatewayEnd,
            sequence: 0xFFFF_FFF0, acknowledgement: 7, flags: [.syn, .ack], window: 512,
            windowShift: 9, checksum: .right)
    }

    private func read(
        _ bytes: [UInt8], _ linkType: LinkType = .raw, originalLength: Int? = nil
    ) -> PacketContent {
        PacketLayers(linkType: linkType)
            .read(bytes.span, originalLength: originalLength ?? bytes.count)
    }

    @Test(arguments: LinkType.allCases, [false, true])
    func `come apart as they were put together`(linkType: LinkType, isIPv6: Bool) {
        let payload: [UInt8] = [1, 2, 3]
        let packet = PacketBuilder(linkType: linkType)
            .packet(segment(isIPv6: isIPv6), payload: payload)
        var expected = segment(isIPv6: isIPv6)
        expected.payload = packet.count - 3..<packet.count
        #expect(read(packet, linkType) == .segment(expected))
        #expect(Array(packet.suffix(3)) == payload)
    }

    @Test(arguments: LinkType.allCases, [false, true])
    func `cut anywhere give a part or a reason`(linkType: LinkType, isIPv6: Bool) {
        let packet = PacketBuilder(linkType: linkType)
            .packet(segment(isIPv6: isIPv6), payload: [1, 2, 3])
        for kept in 0..<packet.count {
            let content = read(Array(packet[..<kept]), linkType, originalLength: packet.count)
            guard case .segment(let segment) = content else {
                #expect(content == .headersCut)
                continue
            }
            #expect(segment.payload.count + segment.missingBytes == 3)
            #expect(segment.payload.upperBound <= kept)
        }
    }

    @Test func `are found behind two VLAN tags`() {
        var packet = PacketBuilder(linkType: .ethernet).packet(segment(), payload: [5])
        packet.replaceSubrange(12..<12, with: [0x88, 0xA8, 0, 1, 0x81, 0x00, 0, 2])
        var expected = segment()
        expected.payload = packet.count - 1..<packet.count
        #expect(read(packet, .ethernet) == .segment(expected))
    }

    @Test func `leave out what Ethernet pads with`() {
        let packet = PacketBuilder(linkType: .ethernet).packet(segment(), payload: [5])
        guard case .segment(let found) = read(packet + [0, 0, 0, 0], .ethernet) else {
            Issue.record("no segment")
            return
        }
        #expect(found.payload == packet.count - 1..<packet.count)
        #expect(found.missingBytes == 0)
    }

    @Test(arguments: [(false, 2), (true, 4)])
    func `take an IP length of 0 as the rest of the packet`(isIPv6: Bool, lengthField: Int) {
        let payload = pattern(65_000) + pattern(20_000)
        var packet = PacketBuilder(linkType: .raw)
            .packet(segment(isIPv6: isIPv6), payload: Array(payload[..<65_000]))
        packet += payload[65_000...]
        packet[lengthField] = 0
        packet[lengthField + 1] = 0
        guard case .segment(let found) = read(packet) else {
            Issue.record("no segment")
            return
        }
        #expect(found.payload.count == payload.count)
    }

    @Test func `are found behind IPv4 options`() {
        var packet = PacketBuilder(linkType: .raw).packet(segment(), payload: [5])
        packet[0] = 0x46
        packet[3] += 4
        packet.replaceSubrange(20..<20, with: [1, 1, 1, 0])
        var expected = segment()
        expected.payload = packet.count - 1..<packet.count
        #expect(read(packet) == .segment(expected))
    }

    @Test func `are found behind IPv6 extension headers`() {
        var packet = PacketBuilder(linkType: .raw).packet(segment(isIPv6: true), payload: [5])
        packet[6] = 0
        packet[5] += 32
        // Hop-by-hop, routing (16 bytes), destination options, each naming the next.
        packet.replaceSubrange(
            40..<40,
            with: [43, 0, 1, 4, 0, 0, 0, 0] + [60, 1] + [UInt8](repeating: 0, count: 14)
                + [6, 0, 1, 4, 0, 0, 0, 0])
        var expected = segment(isIPv6: true)
        expected.payload = packet.count - 1..<packet.count
        #expect(read(packet) == .segment(expected))
    }

    @Test(arguments: [[0x20, 0x00], [0x00, 0x10]] as [[UInt8]])
    func `are not guessed from IPv4 fragments`(fragment: [UInt8]) {
        var packet = PacketBuilder(linkType: .raw).packet(segment())
        packet.replaceSubrange(6..<8, with: fragment)
        guard case .tcpFragment(let found) = read(packet) else {
            Issue.record("no fragment")
            return
        }
        #expect(found.payload == packet.count - 24..<packet.count)
    }

    @Test func `are not guessed from IPv6 fragments`() {
        var packet = PacketBuilder(linkType: .raw).packet(segment(isIPv6: true))
        packet[6] = 44
        packet[5] += 8
        packet.replaceSubrange(40..<40, with: [6, 0, 0, 1, 0, 0, 0, 9])
        guard case .tcpFragment(let found) = read(packet) else {
            Issue.record("no fragment")
            return
        }
        #expect(found.payload == packet.count - 24..<packet.count)
    }

    @Test func `are called malformed when the header ends behind the packet`() {
        var packet = PacketBuilder(linkType: .raw).packet(segment())
        packet[32] = 0xF0
        #expect(read(packet) == .malformed)
    }

    @Test func `carry right checksums`() {
        for isIPv6 in [false, true] {
            let packet = PacketBuilder(linkType: .raw)
                .packet(segment(isIPv6: isIPv6), payload: [1, 2, 3])
            let tcp = Array(packet[(isIPv6 ? 40 : 20)...])
            let addresses = isIPv6 ? packet[8..<40] : packet[12..<20]
            // A sum over data and its checksum is all ones.
            let sum = onesSum(addresses + [0, UInt8(tcp.count), 0, 6] + tcp)
            #expect(sum == 0xFFFF)
            if !isIPv6 { #expect(onesSum(packet[..<20]) == 0xFFFF) }
        }
    }

    @Test(arguments: [false, true])
    func `are known by their checksums, whatever their length`(isIPv6: Bool) {
        for count in 0..<80 {
            var packet = PacketBuilder(linkType: .raw)
                .packet(segment(isIPv6: isIPv6), payload: (0..<count).map { UInt8($0 * 3) })
            let start = isIPv6 ? 40 : 20
            packet[start + 16] = 0
            packet[start + 17] = 0
            let tcp = packet[start...]
            let addresses = isIPv6 ? packet[8..<40] : packet[12..<20]
            let sum = ~onesSum(addresses + [0, UInt8(tcp.count), 0, 6] + tcp)
            packet[start + 16] = UInt8(truncatingIfNeeded: sum >> 8)
            packet[start + 17] = UInt8(truncatingIfNeeded: sum)
            #expect(checksum(packet) == .right)
            for place in [start + 5, packet.count - 1] {
                var damaged = packet
                damaged[place] ^= 0x40
                #expect(checksum(damaged) == .wrong)
            }
        }
    }

    private func checksum(_ packet: [UInt8]) -> TCPSegment.Checksum? {
        if case .segment(let segment) = read(packet) { segment.checksum } else { nil }
    }

    private func onesSum(_ bytes: some Sequence<UInt8>) -> Int {
        let sum = bytes.enumerated().reduce(0) { $0 + (Int($1.1) << ($1.0 % 2 == 0 ? 8 : 0)) }
        return (sum & 0xFFFF) + (sum >> 16)
    }
}

@Suite struct `An address` {
    @Test(arguments: [
        (IPAddress.loopback, "127.0.0.1"),
        (.loopback6, "::1"),
        (IPAddress(ipv6High: 0, low: 0), "::"),
        (
            IPAddress(ipv6High: 0x2001_0DB8_0000_0000, low: 0x0001_0000_0000_0000),
            "2001:db8:0:0:1::"
        ),
        (IPAddress(ipv6High: 0xFE80_0000_0000_0000, low: 0xA), "fe80::a"),
        (IPAddress(ipv6High: 0x1_0002_0003_0004, low: 0x5_0006_0007_0008), "1:2:3:4:5:6:7:8"),
    ])
    func `reads as people write it`(address: IPAddress, text: String) {
        #expect("\(address)" == text)
    }

    @Test func `stands in brackets before a port when it is IPv6`() {
        #expect("\(gatewayEnd)" == "127.0.0.1:4002")
        #expect("\(TCPEndpoint(.loopback6, port: 4002))" == "[::1]:4002")
    }
}

@Suite struct `An instant of a capture` {
    @Test(arguments: [
        (0, "1970-01-01T00:00:00.000000Z"),
        (1_768_487_467_123_456_789, "2026-01-15T14:31:07.123456Z"),
        (951_782_400_000_000_000, "2000-02-29T00:00:00.000000Z"),
        (-1, "1969-12-31T23:59:59.999999Z"),
    ])
    func `reads as UTC`(nanoseconds: Int64, text: String) {
        #expect("\(CaptureInstant(nanosecondsSinceEpoch: nanoseconds))" == text)
    }
}
