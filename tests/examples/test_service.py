"""The example service, as a client sees it: a real server, a real connection, the results of this process."""

import json
import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any

import pytest

import engagetext as et

httpx: Any = pytest.importorskip("httpx")
pytest.importorskip("uvicorn")
pytest.importorskip("starlette")

FOLDER = Path(__file__).parents[2] / "examples" / "service"
TEXT = "Le manque de temps et d'argent reste notre frein. La confiance revient peu à peu dans l'équipe {}."


@pytest.fixture(scope="module")
def address() -> Iterator[str]:
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    words = [sys.executable, "-m", "uvicorn", "--app-dir", str(FOLDER), "app:app", "--port", str(port)]
    server = subprocess.Popen([*words, "--log-level", "warning"])
    url = f"http://127.0.0.1:{port}"
    try:
        deadline = time.monotonic() + 60
        while True:
            try:
                if httpx.get(f"{url}/ready").status_code == 200:
                    break
            except httpx.TransportError:
                time.sleep(0.1)
            assert time.monotonic() < deadline
        yield url
    finally:
        server.terminate()
        server.wait(timeout=20)


def expected(text: str, top_n: int = 10) -> dict[str, Any]:
    found = json.loads(json.dumps(et.load()(text, top_n=top_n).to_dict()))
    return {name: found[name] for name in ("lang", "keywords", "themes", "obstacles", "model")}


def test_it_tells_when_it_is_ready(address: str) -> None:
    assert httpx.get(f"{address}/ready").json() == {"ready": True, "model": et.load().model}


def test_fifty_texts_at_once_get_the_results_of_this_process(address: str) -> None:
    texts = [TEXT.format(number) for number in range(50)]

    def ask(text: str) -> Any:
        return httpx.post(f"{address}/analyze", json={"text": text, "top_n": 3}, timeout=60).json()

    with ThreadPoolExecutor(50) as pool:
        found = list(pool.map(ask, texts))
    assert found == [expected(text, 3) for text in texts]


@pytest.mark.parametrize(
    ("body", "status", "words"),
    [
        (
            b"no json",
            400,
            'POST /analyze: found no JSON object, expected a JSON object with a "text". Send {"text": "…"}.',
        ),
        (b"[1]", 400, "Send {"),
        (b'{"texte": "x"}', 400, """found an object with 'texte', expected a JSON object with a "text". Send"""),
        (b"{}", 400, "found an object with nothing"),
        (b'{"text": 3}', 422, "found a text of type int, expected a string. Send"),
        (b'{"text": "x", "top_n": -1}', 422, "found top_n = -1, expected a number from 0 to 1000. Leave it out"),
        (json.dumps({"text": "a" * 200_001}).encode(), 413, "200,001 characters"),
        (b" " * 1_000_001, 413, "more than 1,000,000 bytes"),
        (b"", 400, "expected a JSON object"),
    ],
)
def test_a_bad_request_gets_one_line_that_tells_how_to_mend_it(
    address: str, body: bytes, status: int, words: str
) -> None:
    answer = httpx.post(f"{address}/analyze", content=body)
    assert answer.status_code == status
    assert words in answer.json()["error"]


def test_an_empty_text_has_nothing(address: str) -> None:
    assert httpx.post(f"{address}/analyze", json={"text": ""}).json()["obstacles"] == []
