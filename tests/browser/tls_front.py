"""A proxy that speaks TLS, as JupyterHub's stands in front of notebook servers: it tells so in headers of its own."""

from __future__ import annotations

import asyncio
import ssl
import subprocess
import threading
from contextlib import contextmanager, suppress
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

SECONDS = 20
_END_OF_HEAD = b"\r\n\r\n"


@contextmanager
def running_tls_front(folder: Path, port: int) -> Iterator[int]:
    """Pass everything on to a port of this machine; yields the port to come in by. `folder` gets the certificate."""
    front = _Front(_context(folder), port)
    thread = threading.Thread(target=front.run, name="tls-front")
    thread.start()
    try:
        assert front.is_up.wait(SECONDS)
        yield front.port
    finally:
        front.end()
        thread.join()


def _context(folder: Path) -> ssl.SSLContext:
    names = [str(folder / name) for name in ("front.key", "front.crt")]
    made = ["openssl", "req", "-x509", "-newkey", "rsa:2048", "-nodes", "-days", "2", "-subj", "/CN=localhost"]
    subprocess.run([*made, "-keyout", names[0], "-out", names[1]], check=True, capture_output=True, timeout=SECONDS)
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(names[1], names[0])
    return context


class _Front:
    def __init__(self, context: ssl.SSLContext, behind: int) -> None:
        self._context = context
        self._behind = behind
        self._loop = asyncio.new_event_loop()
        self._ended = asyncio.Event()
        self._open: set[asyncio.StreamWriter] = set()
        self.is_up = threading.Event()
        self.port = 0

    def run(self) -> None:
        with suppress(asyncio.CancelledError):
            self._loop.run_until_complete(self._serve())
        self._loop.close()

    def end(self) -> None:
        self._loop.call_soon_threadsafe(self._ended.set)

    async def _serve(self) -> None:
        server = await asyncio.start_server(self._pass_on, "127.0.0.1", 0, ssl=self._context, ssl_shutdown_timeout=1)
        self.port = server.sockets[0].getsockname()[1]
        self.is_up.set()
        await self._ended.wait()
        server.close()
        writers = list(self._open)
        for writer in writers:
            writer.transport.abort()
        others = asyncio.all_tasks() - {asyncio.current_task()}
        for task in others:
            task.cancel()
        closed = (writer.wait_closed() for writer in writers)
        await asyncio.gather(*others, *closed, return_exceptions=True)

    async def _pass_on(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        self._open.add(writer)
        with suppress(OSError, asyncio.IncompleteReadError, asyncio.CancelledError):
            head = await reader.readuntil(_END_OF_HEAD)
            inner_reader, inner_writer = await asyncio.open_connection("127.0.0.1", self._behind)
            self._open.add(inner_writer)
            inner_writer.write(_told(head))
            # One request a connection: whatever follows its head is passed on as it is.
            upwards = asyncio.create_task(_pump(reader, inner_writer))
            await _pump(inner_reader, writer)
            upwards.cancel()
            await self._close(inner_writer)
        await self._close(writer)

    async def _close(self, writer: asyncio.StreamWriter) -> None:
        writer.close()
        with suppress(OSError, asyncio.CancelledError):
            await writer.wait_closed()
        self._open.discard(writer)


async def _pump(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
    with suppress(OSError):
        while piece := await reader.read(65_536):
            writer.write(piece)
            await writer.drain()
        if writer.can_write_eof():
            writer.write_eof()


def _told(head: bytes) -> bytes:
    """Return the head of a request as the proxy of a hub sends it on."""
    lines = head[: -len(_END_OF_HEAD)].split(b"\r\n")
    named = {line.partition(b":")[0].strip().lower(): line.partition(b":")[2].strip() for line in lines[1:]}
    is_upgrade = named.get(b"upgrade", b"").lower() == b"websocket"
    if not is_upgrade:
        lines = [line for line in lines if not line.lower().startswith(b"connection:")] + [b"Connection: close"]
    scheme = b"wss" if is_upgrade else b"https"
    lines += [b"X-Forwarded-Proto: " + scheme, b"X-Forwarded-Host: " + named.get(b"host", b"")]
    return b"\r\n".join(lines) + _END_OF_HEAD
