"""A small web service: POST /analyze a text, get what it is about and what stands in the way.

Run: uvicorn --app-dir examples/service app:app
"""

import json
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

import anyio
from starlette.applications import Starlette
from starlette.concurrency import run_in_threadpool
from starlette.requests import Request
from starlette.responses import JSONResponse
from starlette.routing import Route

import engagetext as et

MAX_CHARACTERS = 200_000
MAX_BYTES = 1_000_000
MAX_SECONDS = 20.0
AT_ONCE = 4  # analyses that run at the same time: more would only wait for each other


@asynccontextmanager
async def loaded(app: Starlette) -> AsyncIterator[None]:
    """Load the model once; /ready tells when."""
    app.state.analyzer = None
    app.state.room = anyio.Semaphore(AT_ONCE)
    app.state.analyzer = await run_in_threadpool(et.load)
    yield


def refused(status: int, found: str, expected: str, remedy: str) -> JSONResponse:
    """Say in one line where, what was found, what was expected and how to mend it."""
    return JSONResponse({"error": f"POST /analyze: found {found}, expected {expected}. {remedy}"}, status)


async def ready(request: Request) -> JSONResponse:
    """Tell whether texts can be sent."""
    analyzer = request.app.state.analyzer
    return JSONResponse({"ready": analyzer is not None, "model": analyzer and analyzer.model}, 200 if analyzer else 503)


async def analyze(request: Request) -> JSONResponse:
    """Analyse one text: {"text": …, "top_n": 10}."""
    body = b""
    async for chunk in request.stream():  # never more than the limit is held, whatever its header says
        body += chunk
        if len(body) > MAX_BYTES:
            return refused(413, f"more than {MAX_BYTES:,} bytes", "a smaller request", "Send the text in parts.")
    try:
        asked = json.loads(body)
    except ValueError:
        asked = None
    if not isinstance(asked, dict) or "text" not in asked:
        names = ", ".join(map(repr, asked)) if isinstance(asked, dict) else ""
        found = f"an object with {names or 'nothing':.80}" if isinstance(asked, dict) else "no JSON object"
        return refused(400, found, 'a JSON object with a "text"', 'Send {"text": "…"}.')
    text, top_n = asked["text"], asked.get("top_n", 10)
    if not isinstance(text, str):
        return refused(422, f"a text of type {type(text).__name__}", "a string", 'Send {"text": "…"}.')
    if not isinstance(top_n, int) or not 0 <= top_n <= 1000:
        return refused(422, f"top_n = {top_n!r:.40}", "a number from 0 to 1000", "Leave it out for 10.")
    if len(text) > MAX_CHARACTERS:
        return refused(413, f"{len(text):,} characters", f"at most {MAX_CHARACTERS:,}", "Send the text in parts.")
    try:
        with anyio.fail_after(MAX_SECONDS):
            async with request.app.state.room:
                analysis = await run_in_threadpool(request.app.state.analyzer, text, top_n=top_n)
    except TimeoutError:
        return refused(503, "too much to do at the moment", "an answer in time", "Try again in a minute.")
    found = analysis.to_dict()
    return JSONResponse({name: found[name] for name in ("lang", "keywords", "themes", "obstacles", "model")})


app = Starlette(
    routes=[Route("/ready", ready), Route("/analyze", analyze, methods=["POST"])],
    lifespan=loaded,
)
