"""Clients on keep-alive connections, in a process of their own and cheap enough not to be measured.

A conversation is a generator: it gives a request's bytes and is sent the reply, until it has no
more to say. So a whole answer (paper, then ballot) is one conversation on one connection.
"""

import re
import selectors
import socket
import time
from collections.abc import Generator, Iterable, Iterator
from dataclasses import dataclass
from typing import Any

PATIENCE_SECONDS = 30.0
_PIECE_BYTES = 65536
_END_OF_HEAD = b"\r\n\r\n"
_LENGTH = re.compile(rb"\r\ncontent-length: *(\d+)", re.IGNORECASE)


@dataclass(frozen=True)
class Reply:
    """What came back, and how long it took; status 0 where the connection broke instead."""

    status: int
    body: bytes
    seconds: float


Conversation = Generator[bytes, Reply, Any]


def post(path: str, body: bytes) -> bytes:
    """Return a request as its bytes."""
    return (
        f"POST {path} HTTP/1.1\r\nHost: bench\r\nContent-Type: application/json\r\n"
        f"Content-Length: {len(body)}\r\n\r\n"
    ).encode() + body


def hold_all(port: int, conversations: Iterable[Conversation], connections: int) -> float:
    """Hold all conversations, so many at a time, and return the seconds that it took.

    A conversation whose connection broke is told so, and may say the same again on a new one.
    """
    waiting = iter(conversations)
    with selectors.DefaultSelector() as selector:
        lines = [_Line(port, selector) for _ in range(connections)]
        start = time.perf_counter()
        talking = sum(line.take_next(waiting) for line in lines)
        while talking:
            ready = selector.select(PATIENCE_SECONDS)
            if not ready:
                raise TimeoutError(f"No reply came within {PATIENCE_SECONDS} seconds.")
            for key, _ in ready:
                talking -= not key.data.listen(waiting)
        seconds = time.perf_counter() - start
        for line in lines:
            line.close()
    return seconds


class _Line:
    """One connection and the conversation that is held over it."""

    def __init__(self, port: int, selector: selectors.BaseSelector) -> None:
        self._port = port
        self._selector = selector
        self._socket: socket.socket | None = None
        self._received = bytearray()
        self._sent_at = 0.0
        self._conversation: Conversation

    def take_next(self, waiting: Iterator[Conversation]) -> bool:
        """Begin the next conversation; return whether there is one."""
        for self._conversation in waiting:
            request = next(self._conversation, None)
            if request is not None and self._say(request, waiting):
                return True
        return False

    def listen(self, waiting: Iterator[Conversation]) -> bool:
        """Read what has come, go on when it is whole; return whether there is more to say."""
        assert self._socket is not None
        try:
            piece = self._socket.recv(_PIECE_BYTES)
        except OSError:
            piece = b""
        if not piece:
            return self._go_on(self._broken(), waiting)
        self._received += piece
        reply = self._whole_reply()
        return True if reply is None else self._go_on(reply, waiting)

    def close(self) -> None:
        """Hang up."""
        if self._socket is not None:
            self._selector.unregister(self._socket)
            self._socket.close()
            self._socket = None

    def _go_on(self, reply: Reply, waiting: Iterator[Conversation]) -> bool:
        try:
            request = self._conversation.send(reply)
        except StopIteration:
            return self.take_next(waiting)
        return self._say(request, waiting)

    def _say(self, request: bytes, waiting: Iterator[Conversation]) -> bool:
        self._received.clear()
        self._sent_at = time.perf_counter()
        try:
            self._connected().sendall(request)
        except OSError:
            return self._go_on(self._broken(), waiting)
        return True

    def _broken(self) -> Reply:
        self.close()
        return Reply(0, b"", time.perf_counter() - self._sent_at)

    def _connected(self) -> socket.socket:
        if self._socket is None:
            self._socket = socket.create_connection(("127.0.0.1", self._port), PATIENCE_SECONDS)
            self._socket.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
            self._selector.register(self._socket, selectors.EVENT_READ, self)
        return self._socket

    def _whole_reply(self) -> Reply | None:
        head, found, body = bytes(self._received).partition(_END_OF_HEAD)
        if not found:
            return None
        stated = _LENGTH.search(head)
        if len(body) < (int(stated[1]) if stated else 0):
            return None
        return Reply(int(head.split(b" ", 2)[1]), body, time.perf_counter() - self._sent_at)
