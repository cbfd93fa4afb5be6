"""Progress line by line: what happens to the work when nobody reads any more."""

import json
import threading
import time

import httpx
import pytest
from fastapi import FastAPI, Request
from starlette.middleware.gzip import GZipMiddleware

from api.ndjson import MEDIA_TYPE, told
from geo.errors import Busy
from tests.api.conftest import serving


class Work:
    """Steps of ten milliseconds, until done or stopped."""

    def __init__(self, steps):
        self.steps, self.done, self.ended = steps, 0, threading.Event()

    def __call__(self, progress):
        try:
            for step in range(self.steps):
                progress("work", step, self.steps)
                time.sleep(0.01)
                self.done += 1
        finally:
            self.ended.set()
        return {"steps": self.done}


@pytest.fixture(scope="module")
def works():
    return {}


@pytest.fixture(scope="module")
def base(works):
    app = FastAPI()

    @app.get("/{name}")
    def run(request: Request, name: str):
        return told(request, works[name], may_stop=not name.startswith("commit"))

    with serving(GZipMiddleware(app, minimum_size=1)) as address:
        yield address


def leave_early(address):
    with httpx.stream("GET", address, headers={"Accept": MEDIA_TYPE}) as answer:
        assert json.loads(next(answer.iter_lines()))["step"] == "work"


def test_lines_come_while_the_work_goes_on_and_the_report_last(base, works):
    works["whole"] = Work(60)
    with httpx.stream("GET", f"{base}/whole") as answer:
        lines = answer.iter_lines()
        assert json.loads(next(lines)) == {"step": "work", "done": 0, "total": 60}
        assert not works["whole"].ended.is_set()
        rest = [json.loads(line) for line in lines]
    assert rest[-1] == {"report": {"steps": 60}}
    assert 2 <= len(rest) < 20


def test_a_dry_run_ends_when_its_reader_goes(base, works):
    works["check"] = Work(3000)
    leave_early(f"{base}/check")
    assert works["check"].ended.wait(10)
    assert works["check"].done < 3000


def test_a_commit_goes_on_to_its_end_when_its_reader_goes(base, works):
    works["commit"] = Work(100)
    leave_early(f"{base}/commit")
    assert works["commit"].ended.wait(20)
    assert works["commit"].done == 100


def test_an_error_is_the_last_line_as_a_problem_document(base, works):
    def busy(_progress):
        raise Busy("Somebody else holds it.", "正被占用。")

    def broken(_progress):
        raise RuntimeError("row 3: 欧阳小明 13800001111")

    works["busy"], works["broken"] = busy, broken
    (line,) = httpx.get(f"{base}/busy", headers={"Accept-Language": "en"}).text.splitlines()
    assert json.loads(line)["problem"]["code"] == "busy"
    assert json.loads(line)["problem"]["status"] == 409
    (line,) = httpx.get(f"{base}/broken").text.splitlines()
    assert json.loads(line)["problem"]["status"] == 500
    assert "欧阳" not in line


def test_what_broke_is_logged_without_the_words_of_a_row(base, works, caplog):
    row = "欧阳小明 13800001111"

    def broken(_progress):
        raise RuntimeError(row)

    works["logged"] = broken
    httpx.get(f"{base}/logged")
    assert "RuntimeError" in caplog.text
    assert "欧阳" not in caplog.text
