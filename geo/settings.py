"""The settings of an installation: read once at the edge, then passed in.

Every setting is an environment variable `WANGGE_` + its name in capitals. The table for people is
`docs/guide/settings.md`; a test holds the two together.
"""

from __future__ import annotations

import os
import re
from ipaddress import ip_network
from pathlib import Path
from typing import Annotated, Literal

from pydantic import Field, ValidationError, field_validator
from pydantic_settings import BaseSettings, NoDecode, SettingsConfigDict

from geo.errors import BadInput, Language, UnknownOption

PREFIX = "WANGGE_"

#: Variables of this prefix that belong to the tests, not to an installation.
TEST_VARIABLES = frozenset({"WANGGE_REAL_DATA"})


_HOST_NAME = re.compile(r"[a-z0-9_-]+(\.[a-z0-9_-]+)*")


class Settings(BaseSettings):
    """What may differ between two installations.

    Attributes
    ----------
    home
        Folder for the published files and the embedded database.
    database_url
        An external PostGIS; without it the program runs its own.
    language
        Language of the command line and of reports.
    host, port
        Where `wangge serve` listens.
    hosts
        Names under which the service is asked, beside addresses, `localhost` and the name of the
        machine.
    proxies
        Addresses of the proxies whose X-Forwarded-For and X-Forwarded-Proto are believed.
    walk_speed_kmh
        Walking speed along the street, km/h.
    walk_detour
        Length of the way on the street over the length of the straight line; a disc of service
        has the radius `minutes × speed ÷ detour`.
    circle_preset
        `walk`: radii from minutes, speed and detour; `gb50180`: the distances of GB 50180-2018
        (300, 500 and 1,000 m for 5, 10 and 15 minutes).
    circle_minutes
        The circles of service that are drawn and counted, minutes (with the preset `walk`).
    suppress_below
        Counts of people below this number are not shown.
    basemap_url, basemap_attribution, basemap_max_zoom
        Optional raster basemap: URL template with {z}, {x}, {y}; the words of its owner; the
        highest zoom it has.
    review_number
        Map review number (审图号), shown on the map and on prints.
    """

    model_config = SettingsConfigDict(env_prefix=PREFIX, frozen=True, env_ignore_empty=True)

    home: Path = Field(default_factory=lambda: Path.home() / ".local/share/wangge")
    database_url: str | None = Field(default=None, repr=False)
    language: Language = "zh"
    host: str = "127.0.0.1"
    port: int = Field(default=8017, ge=0, le=65535)
    hosts: Annotated[tuple[str, ...], NoDecode] = ()
    proxies: Annotated[tuple[str, ...], NoDecode] = ("127.0.0.1", "::1")
    walk_speed_kmh: float = Field(default=5.0, gt=0, le=15)
    walk_detour: float = Field(default=1.3, ge=1, le=3)
    circle_preset: Literal["walk", "gb50180"] = "walk"
    circle_minutes: Annotated[tuple[int, ...], NoDecode] = (5, 10, 15)
    suppress_below: int = Field(default=5, ge=1)
    basemap_url: str | None = None
    basemap_attribution: str | None = None
    basemap_max_zoom: int | None = Field(default=None, ge=0, le=24)
    review_number: str | None = None

    @field_validator("home", mode="after")
    @classmethod
    def _absolute(cls, home: Path) -> Path:
        return home.expanduser().absolute()

    @field_validator("circle_minutes", "hosts", "proxies", mode="before")
    @classmethod
    def _listed(cls, value: object) -> object:
        return value.split(",") if isinstance(value, str) else value

    @field_validator("hosts", mode="after")
    @classmethod
    def _names(cls, hosts: tuple[str, ...]) -> tuple[str, ...]:
        names = tuple(host.strip().lower() for host in hosts)
        if not all(_HOST_NAME.fullmatch(name) for name in names):
            raise ValueError("names without port, for example grid.example.cn,wangge.local")
        return names

    @field_validator("proxies", mode="after")
    @classmethod
    def _addresses(cls, proxies: tuple[str, ...]) -> tuple[str, ...]:
        return tuple(str(ip_network(proxy.strip())) for proxy in proxies)

    @field_validator("circle_minutes", mode="after")
    @classmethod
    def _rising(cls, minutes: tuple[int, ...]) -> tuple[int, ...]:
        if not minutes or min(minutes) <= 0 or max(minutes) > 120:  # noqa: PLR2004
            raise ValueError("1 to 120 minutes, for example 5,10,15")
        return tuple(sorted(set(minutes)))


def variables() -> tuple[str, ...]:
    """Name every environment variable that is a setting."""
    return tuple(PREFIX + name.upper() for name in Settings.model_fields)


def read_settings() -> Settings:
    """Read the settings from the environment.

    Raises
    ------
    UnknownOption
        A `WANGGE_` variable that is not a setting (most often a typing error).
    BadInput
        A value that the setting can't take.
    """
    given = {name.upper() for name in os.environ if name.upper().startswith(PREFIX)}
    if unknown := sorted(given - set(variables()) - TEST_VARIABLES):
        raise UnknownOption(
            f"{', '.join(unknown)} is not a setting of Wangge. The settings are:"
            f" {', '.join(variables())}. Correct or unset it.",
            f"{'、'.join(unknown)} 不是网格的设置项。可用设置：{'、'.join(variables())}。"
            "请改正或取消该环境变量。",
            unknown=unknown,
        )
    try:
        return Settings()
    except ValidationError as error:
        flaw = error.errors()[0]
        variable = PREFIX + str(flaw["loc"][0]).upper()
        raise BadInput(
            f"{variable} can't be “{flaw['input']}”: {flaw['msg']}. Correct or unset it.",
            f"环境变量 {variable} 的值“{flaw['input']}”不可用（{flaw['msg']}），请改正或取消。",
            variable=variable,
        ) from error
