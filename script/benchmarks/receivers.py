"""Run as a process: receivers of webhooks on two ports, one that answers and one that hangs."""

from __future__ import annotations

import asyncio
import contextlib

TAKEN = b"HTTP/1.1 204 No Content\r\nConnection: close\r\n\r\n"


async def take(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
    """Read one request to its end, and answer it."""
    with contextlib.suppress(OSError, asyncio.IncompleteReadError):
        head = await reader.readuntil(b"\r\n\r\n")
        length = int(head.lower().split(b"content-length:")[1].split(b"\r\n")[0])
        await reader.readexactly(length)
        writer.write(TAKEN)
        await writer.drain()
        writer.close()


async def hang(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
    """Read what comes, and never answer."""
    with contextlib.suppress(OSError):
        while await reader.read(65536):
            pass
        writer.close()


async def serve() -> None:
    """Serve until ended; the first line of output names both ports."""
    servers = [
        await asyncio.start_server(one, "127.0.0.1", 0, backlog=1024) for one in (take, hang)
    ]
    print(*(server.sockets[0].getsockname()[1] for server in servers), flush=True)
    await asyncio.gather(*(server.serve_forever() for server in servers))


if __name__ == "__main__":
    asyncio.run(serve())
