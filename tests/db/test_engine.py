"""The way to the database: embedded or external, and what is said when it is not fit."""

import pytest
from sqlalchemy import create_engine, text

from geo.db import Cluster, connect
from geo.db.engine import psycopg_url
from geo.errors import BadInput, Unavailable
from geo.settings import Settings


@pytest.fixture
def bare_database(cluster):
    """A database without PostGIS."""
    cluster.create_database("bare")
    yield cluster.url("bare")
    cluster.drop_database("bare")


def test_the_embedded_database_has_postgis_and_stops_when_it_is_left(tmp_path):
    home = tmp_path / "网格 home"
    with connect(Settings(home=home, database_url=None)) as engine, engine.connect() as tx:
        assert tx.scalar(text("SELECT ST_AsText('POINT(1 2)'::geometry)")) == "POINT(1 2)"
        assert Cluster(home).status().running
    assert not Cluster(home).status().running
    Cluster(home).remove()


def test_an_external_database_is_used_as_it_is_and_no_other_is_made(database_url, tmp_path):
    settings = Settings(home=tmp_path, database_url=database_url)
    with connect(settings) as engine, engine.connect() as tx:
        assert tx.scalar(text("SELECT current_database()")) == "test_engine"
    assert list(tmp_path.iterdir()) == []


def test_a_database_without_postgis_is_refused_with_the_statement_that_adds_it(
    bare_database, tmp_path
):
    settings = Settings(home=tmp_path, database_url=bare_database)
    with pytest.raises(Unavailable, match="CREATE EXTENSION postgis") as caught, connect(settings):
        pass
    assert "CREATE EXTENSION postgis" in caught.value.zh


def test_a_database_with_an_old_postgis_is_refused(bare_database, tmp_path):
    engine = create_engine(bare_database)
    with engine.begin() as tx:
        tx.execute(text("CREATE EXTENSION postgis"))
        tx.execute(text("UPDATE pg_extension SET extversion = '3.2.9' WHERE extname = 'postgis'"))
    engine.dispose()
    settings = Settings(home=tmp_path, database_url=bare_database)
    with pytest.raises(Unavailable, match=r"PostGIS 3\.2\.9; 3\.3 or newer"), connect(settings):
        pass


def test_a_database_that_does_not_answer_is_named_without_its_password(tmp_path):
    url = "postgresql://town:geheim@127.0.0.1:1/town"
    settings = Settings(home=tmp_path, database_url=url)
    with pytest.raises(Unavailable, match="does not answer") as caught, connect(settings):
        pass
    assert "127.0.0.1" in caught.value.en
    assert "geheim" not in caught.value.en + caught.value.zh


@pytest.mark.parametrize("scheme", ["postgres", "postgresql", "postgresql+psycopg"])
def test_any_spelling_of_the_scheme_names_the_same_driver(scheme):
    assert psycopg_url(f"{scheme}://u:p%40@h/d") == "postgresql+psycopg://u:p%40@h/d"


@pytest.mark.parametrize("url", ["mysql://h/d", "h/d", "", "postgresql://h:port/d"])
def test_what_is_no_url_of_postgresql_is_refused(url):
    with pytest.raises(BadInput, match="WANGGE_DATABASE_URL"):
        psycopg_url(url)
