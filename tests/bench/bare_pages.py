"""The bare mechanism of a page: FastAPI and uvicorn as the consoles have them, and a page of as many bytes as asked.

    GET /300000     answers with a page of 300,000 bytes
    GET /watch      keeps a stream open, and sends on it what is told
    POST /tell/300  tells 300 bytes to every open stream, marked with the number that is its body

Run by `processes.bare_pages`; prints a line on standard error once it listens, and ends with SIGTERM.
"""

import asyncio
import socket
import sys
from collections.abc import AsyncIterator

import uvicorn
from fastapi import FastAPI, Request
from starlette.responses import HTMLResponse, Response, StreamingResponse

app = FastAPI(docs_url=None, redoc_url=None, openapi_url=None)


_watching: set[asyncio.Queue[str]] = set()


@app.get("/watch")
async def watch() -> StreamingResponse:
    """Keep a stream open."""
    return StreamingResponse(_events(), media_type="text/event-stream")


async def _events() -> AsyncIterator[str]:
    told: asyncio.Queue[str] = asyncio.Queue()
    _watching.add(told)
    try:
        yield "data: here\n\n"
        while True:
            yield await told.get()
    finally:
        _watching.discard(told)


@app.post("/tell/{count}")
async def tell(request: Request, count: int) -> Response:
    """Tell every stream."""
    event = f"data: {'x' * count}>{(await request.body()).decode()}<\n\n"
    for each in _watching:
        each.put_nowait(event)
    return Response()


@app.get("/{count}")
async def page(count: int) -> HTMLResponse:
    """Give a page."""
    return HTMLResponse("x" * count)


if __name__ == "__main__":
    config = uvicorn.Config(app, log_config=None, access_log=False, http="h11", timeout_graceful_shutdown=1)
    listening = socket.create_server(("127.0.0.1", int(sys.argv[1])), backlog=512)
    listening.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)  # as the consoles' listener has it
    print("it listens", file=sys.stderr, flush=True)
    uvicorn.Server(config).run([listening])
