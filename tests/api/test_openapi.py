"""The described interface, taken at its word over the sample county: examples and random calls."""

import subprocess
import sys
from pathlib import Path

import pytest
from sqlalchemy import create_engine

from api.app import create_app
from geo.access import operator
from geo.cli.demo import fill
from geo.plans import approve, create_plan, submit
from geo.publish import PublishedFolder, published_folder
from geo.settings import Settings
from tests.api.tokens import bearer

METHODS = {"get", "put", "post", "delete", "patch"}

#: These need a thing that is made first; they are asked where it is made.
_BY_HAND = ("/imports/{id}", "/session", "/plans/{id}/rebase", "/plans/{id}/imports")


@pytest.fixture(scope="module")
def settings(tmp_path_factory):
    return Settings(home=tmp_path_factory.mktemp("county"))


def begin_plans(tx):
    """Plans as the examples want them: two drafts, two that are handed in, one approved."""
    planner = operator("planner")
    numbers = [create_plan(tx, title=f"方案{n}", actor=planner).id for n in range(1, 6)]
    assert numbers == [1, 2, 3, 4, 5]
    for number in numbers[2:]:
        submit(tx, number, actor=planner)
    approve(tx, 5, actor=operator("steward"))


@pytest.fixture(scope="module")
def county(serve, cluster, template, settings):
    """The sample county in a database of its own, and the headers of an administrator."""
    cluster.create_database("openapi", template=template)
    engine = create_engine(cluster.url("openapi"))
    fill(engine, settings)
    with engine.begin() as tx:
        begin_plans(tx)
    app = create_app(settings, PublishedFolder(published_folder(settings)), engine)
    yield serve(app), bearer(engine, "admin")
    engine.dispose()


@pytest.fixture(scope="module")
def document(county):
    client, _ = county
    return client.get("/openapi.json").json()


def resolved(document, schema):
    """Follow references to the schema that is meant."""
    while "$ref" in schema:
        name = schema["$ref"].rpartition("/")[2]
        schema = document["components"]["schemas"][name]
    return schema


def example_of(document, schema):
    """The example of a schema, put together from its properties where it has none itself."""
    schema = resolved(document, schema)
    if schema.get("examples"):
        return schema["examples"][0]
    if "example" in schema:
        return schema["example"]
    if schema.get("type") == "object" and "properties" in schema:
        required = schema.get("required", [])
        return {name: example_of(document, schema["properties"][name]) for name in required}
    raise AssertionError(f"no example: {schema}")


def requests(document):
    """Every operation with the request that its examples make."""
    for path, operations in document["paths"].items():
        for method, operation in operations.items():
            if method not in METHODS:
                continue
            if path.startswith(_BY_HAND):
                continue
            query, target = {}, path
            for parameter in operation.get("parameters", []):
                schema = resolved(document, parameter["schema"])
                examples = parameter.get("examples") or schema.get("examples")
                if isinstance(examples, dict):
                    examples = [one["value"] for one in examples.values()]
                if parameter["in"] == "path":
                    example = str(examples[0]) if examples else "no-example"
                    target = target.replace("{" + parameter["name"] + "}", example)
                elif parameter.get("required"):
                    query[parameter["name"]] = examples[0] if examples else "no-example"
            yield method, target, query, bodies(document, operation)


def bodies(document, operation):
    """The documented bodies by media type; none where the operation takes none."""
    content = operation.get("requestBody", {}).get("content", {})
    return {
        kind: media.get("example", None) or example_of(document, media["schema"])
        for kind, media in content.items()
    } or {None: None}


def test_every_documented_example_gives_its_answer(county, document):
    client, headers = county
    refused = []
    for method, target, query, documented in requests(document):
        for kind, body in documented.items():
            sent = {"json": body} if kind == "application/json" else {"content": body}
            more = {} if kind is None else {"Content-Type": kind}
            answer = client.request(
                method, target, params=query, headers={**headers, **more},
                **(sent if body is not None else {}),
            )  # fmt: skip
            if not answer.is_success:
                refused.append(f"{method} {target} {query}: {answer.status_code} {answer.text}")
    assert refused == [], "\n".join(refused)


@pytest.mark.slow
def test_random_calls_break_nothing_and_are_answered_as_described(county, tmp_path):
    client, headers = county
    done = subprocess.run(
        [
            Path(sys.executable).parent / "schemathesis", "run",
            f"{client.base_url}/openapi.json",
            "--header", f"Authorization: {headers['Authorization']}",
            "--checks", "not_a_server_error,status_code_conformance,content_type_conformance,"
            "response_schema_conformance",
            "--phases", "examples,coverage,fuzzing", "--max-examples", "15",
            "--seed", "20261121", "--suppress-health-check", "all", "--no-color",
        ],
        cwd=tmp_path, capture_output=True, text=True, timeout=900, check=False,
    )  # fmt: skip
    assert done.returncode == 0, done.stdout[-6000:] + done.stderr[-2000:]
