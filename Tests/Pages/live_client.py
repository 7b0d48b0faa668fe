"""A program as people write it with ib_async: it connects, says so, and does what it is told by lines.

    live_client.py PORT CLIENT_ID TIMEOUT

"order" places an order, "stream" asks for market data. It ends with its input.
"""

import asyncio
import sys

from ib_async import IB, LimitOrder, Stock

SYMBOLS = ["AAPL", "MSFT", "SPY"]


def say(text):
    print(text, flush=True)


async def main():
    port, client_id, timeout = int(sys.argv[1]), int(sys.argv[2]), float(sys.argv[3])
    ib = IB()
    try:
        await ib.connectAsync("127.0.0.1", port, clientId=client_id, timeout=timeout)
    except Exception as problem:
        say(f"failed: {problem!r}")
        return
    say("connected")
    ib.disconnectedEvent += lambda: say("disconnected")
    lines = asyncio.StreamReader()
    await asyncio.get_running_loop().connect_read_pipe(
        lambda: asyncio.StreamReaderProtocol(lines), sys.stdin)
    async for line in lines:
        match line.decode().strip():
            case "order":
                apple, = await ib.qualifyContractsAsync(Stock("AAPL", "SMART", "USD"))
                ib.placeOrder(apple, LimitOrder("BUY", 100, 200))
            case "stream":
                for contract in await ib.qualifyContractsAsync(*[Stock(symbol, "SMART", "USD") for symbol in SYMBOLS]):
                    ib.reqMktData(contract)
                say("streaming")
    ib.disconnect()


asyncio.run(main())
