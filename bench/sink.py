"""A mail server in a process of its own that takes every mail and keeps none, quickly."""

import asyncio
import multiprocessing
from collections.abc import Iterator
from contextlib import contextmanager
from multiprocessing.connection import Connection

_ANSWERS = {b"EHLO": b"250-localhost\r\n250 DSN\r\n", b"DATA": b"354 Go on\r\n"}
_TAKEN = b"250 Taken\r\n"
_END = b"\r\n.\r\n"


class _Conversation(asyncio.Protocol):
    """One SMTP conversation, without a word more than a mailer needs."""

    def __init__(self) -> None:
        self._buffer = b""
        self._in_mail = False
        self._transport: asyncio.Transport | None = None

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        assert isinstance(transport, asyncio.Transport)
        self._transport = transport
        transport.write(b"220 localhost\r\n")

    def data_received(self, data: bytes) -> None:
        self._buffer += data
        while self._take():
            pass

    def _take(self) -> bool:
        """Answer the next command or mail; return whether there was a whole one."""
        assert self._transport is not None
        end = _END if self._in_mail else b"\r\n"
        taken, found, rest = self._buffer.partition(end)
        if not found:
            return False
        self._buffer = rest
        word = b"" if self._in_mail else taken[:4].upper()
        self._transport.write(_ANSWERS.get(word, _TAKEN))
        self._in_mail = word == b"DATA"
        if word == b"QUIT":
            self._transport.close()
        return True


@contextmanager
def sink() -> Iterator[int]:
    """Give the port of the mail server."""
    spawn = multiprocessing.get_context("spawn")
    ours, theirs = spawn.Pipe()
    process = spawn.Process(target=_serve, args=(theirs,), daemon=True)
    process.start()
    try:
        yield ours.recv()
    finally:
        ours.send(None)
        process.join()


def _serve(line: Connection) -> None:
    asyncio.run(_listen(line))


async def _listen(line: Connection) -> None:
    """Serve on a port that is free until a word comes through `line`."""
    server = await asyncio.get_running_loop().create_server(_Conversation, "127.0.0.1", 0)
    line.send(server.sockets[0].getsockname()[1])
    await asyncio.to_thread(line.recv)
    server.close()
