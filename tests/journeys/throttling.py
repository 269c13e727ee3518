"""A weak signal between a browser and a server on one machine: a proxy that lets bytes through slowly and late.

Chromium's own throttling does not reach service workers; this does, because it stands outside. One link is shared by
all connections, as on a phone: each direction has its own speed, and everything arrives half a round trip later. A new
connection waits a whole round trip, as the network's own greeting does.
"""

import asyncio
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import Any

METHODS = (b"GET ", b"POST ", b"PUT ", b"PATCH ", b"DELETE ", b"HEAD ")
SENDINGS = (b"POST /api/events/", b"PATCH /api/submissions/files/")
CHUNK = 1400  # bytes: about what one packet carries
BAD_GATEWAY = b"HTTP/1.1 502 Bad Gateway\r\nContent-Type: text/html\r\nContent-Length: 12\r\n\r\n<h1>502</h1>"


@dataclass(frozen=True)
class Network:
    """Bits a second each way, and seconds of a round trip."""

    bits: int
    round_trip: float


TWO_G = Network(280_000, 0.8)
SLOW_3G = Network(400_000, 0.4)
SLOW_4G = Network(1_600_000, 0.15)
FAST = Network(1_000_000_000, 0)


@dataclass
class Link:
    """The proxy's address, what passed it, and the network that it stands for now."""

    network: Network = FAST
    port: int = 0
    down: int = 0
    up: int = 0
    requests: int = 0
    hangs: bool = False
    """Whether what the browser sends goes nowhere, without a fault: a signal that is shown and is none."""
    fails: bool = False
    """Whether a gateway answers that the server cannot be reached."""
    free_at: dict[str, float] = field(default_factory=lambda: {"down": 0.0, "up": 0.0})
    cuts: list[str] = field(default_factory=list)
    """Where the connections of the next requests that send events or a part of a file break, one each: on the way "up",
    so that the server gets half of a request, or "down", so that the answer to a whole one is lost."""

    @property
    def address(self) -> str:
        """Where a browser finds the site behind it."""
        return f"http://localhost:{self.port}"

    def reset(self) -> None:
        """Count from nothing again."""
        self.down = self.up = self.requests = 0

    async def carry(self, way: str, chunk: bytes) -> None:
        """Return when ``chunk`` has left the link: after all that was before it, at the network's speed."""
        loop = asyncio.get_running_loop()
        start = max(loop.time(), self.free_at[way])
        self.free_at[way] = start + len(chunk) * 8 / self.network.bits
        setattr(self, way, getattr(self, way) + len(chunk))
        self.requests += way == "up" and chunk.startswith(METHODS)
        await asyncio.sleep(self.free_at[way] - loop.time())


@contextmanager
def weak_link(target: int) -> Iterator[Link]:
    """Yield a link to the server on port ``target``; it lives in a thread of its own."""
    link = Link()
    loop = asyncio.new_event_loop()
    ready = threading.Event()

    async def serve() -> None:
        server = await asyncio.start_server(lambda r, w: _pass(link, target, r, w), "127.0.0.1", 0)
        link.port = server.sockets[0].getsockname()[1]
        ready.set()
        async with server:
            await server.serve_forever()

    def live() -> None:
        try:
            loop.run_until_complete(serve())
        except asyncio.CancelledError:
            left = asyncio.all_tasks(loop)
            for task in left:
                task.cancel()
            loop.run_until_complete(ended(left))
        finally:
            loop.close()

    async def ended(left: set[asyncio.Task[Any]]) -> None:
        await asyncio.gather(*left, return_exceptions=True)

    def end() -> None:
        for task in asyncio.all_tasks(loop):
            task.cancel()

    thread = threading.Thread(target=live, daemon=True)
    thread.start()
    ready.wait()
    try:
        yield link
    finally:
        loop.call_soon_threadsafe(end)
        thread.join()


@dataclass
class _Connection:
    """The server's end and the browser's end of one connection, and on which way it breaks next, if it does."""

    link: Link
    ends: tuple[asyncio.StreamWriter, asyncio.StreamWriter]
    breaks: str = ""

    def is_cut(self, way: str, chunk: bytes) -> bool:
        """Cut both ends if ``chunk`` goes the way on which this connection breaks."""
        if self.link.cuts and chunk.startswith(SENDINGS):
            self.breaks = self.link.cuts.pop(0)
        if self.breaks != way:
            return False
        server = self.ends[0]
        if way == "up":
            server.write(chunk[: len(chunk) // 2])
        for end in self.ends:
            end.transport.abort()
        return True


async def _pass(link: Link, target: int, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
    await asyncio.sleep(link.network.round_trip)
    from_server, to_server = await asyncio.open_connection("127.0.0.1", target)
    connection = _Connection(link, (to_server, writer))
    up = _pump(connection, "up", reader, to_server, back=writer)
    try:
        await asyncio.gather(up, _pump(connection, "down", from_server, writer))
    except asyncio.CancelledError:
        return  # the link ends; asyncio would print this as a fault
    finally:
        for end in connection.ends:
            end.close()


async def _pump(
    connection: _Connection,
    way: str,
    reader: asyncio.StreamReader,
    writer: asyncio.StreamWriter,
    back: asyncio.StreamWriter | None = None,
) -> None:
    """Carry one direction of one connection to its end; each chunk arrives half a round trip after it left."""
    link = connection.link
    arriving: asyncio.Queue[tuple[float, bytes]] = asyncio.Queue()
    deliver = asyncio.create_task(_deliver(arriving, writer))
    try:
        while chunk := await reader.read(CHUNK):
            while link.hangs and back:
                await asyncio.sleep(0.05)
            if link.fails and back:
                back.write(BAD_GATEWAY)
                continue
            if connection.is_cut(way, chunk):
                break
            await link.carry(way, chunk)
            arriving.put_nowait((asyncio.get_running_loop().time() + link.network.round_trip / 2, chunk))
    except ConnectionError:
        pass
    arriving.put_nowait((0, b""))
    await deliver


async def _deliver(arriving: "asyncio.Queue[tuple[float, bytes]]", writer: asyncio.StreamWriter) -> None:
    while True:
        due, chunk = await arriving.get()
        if not chunk:
            break
        await asyncio.sleep(max(0, due - asyncio.get_running_loop().time()))
        try:
            writer.write(chunk)
            await writer.drain()
        except ConnectionError:
            break
    writer.close()
