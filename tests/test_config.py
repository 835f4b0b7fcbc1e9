"""Settings: three sources, one order, and errors that name setting and source."""

from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from wingbeat.config import Config, read_config
from wingbeat.errors import ConfigError

Read = Callable[..., Config]


@pytest.fixture
def read(tmp_path: Path) -> Read:
    """Return a function that reads the settings of a project with `toml` below `[tool.wingbeat]`."""

    def read_settings(toml: str = "", environ: dict[str, str] | None = None, **keywords: Any) -> Config:
        (tmp_path / "pyproject.toml").write_text(f"[tool.wingbeat]\n{toml}\n", encoding="utf-8")
        return read_config(tmp_path, keywords, environ or {})

    return read_settings


def test_the_defaults_are_safe(tmp_path: Path) -> None:
    config = read_config(tmp_path, {}, {})

    assert config == Config()
    assert (config.body_size_limit, config.max_duration) == (1024 * 1024, 30)
    assert config.allowed_origins == config.public_origins == config.trusted_proxies == ()
    assert config.csp == "frame-ancestors 'self'"
    assert config.identify is config.lifespan is None
    assert config.middleware == ()


def test_keywords_win_over_the_environment_and_that_over_the_file(read: Read) -> None:
    toml = "body_size_limit = 1\nmax_duration = 1\ncsp = 'a'"
    environ = {"WINGBEAT_BODY_SIZE_LIMIT": "2", "WINGBEAT_MAX_DURATION": "2"}

    config = read(toml, environ, body_size_limit=3)

    assert (config.csp, config.max_duration, config.body_size_limit) == ("a", 2, 3)


def test_a_switch_is_on_or_off_in_each_source(read: Read) -> None:
    assert read("drop_unused_actions = true").drop_unused_actions
    assert read("", {"WINGBEAT_DROP_UNUSED_ACTIONS": "1"}).drop_unused_actions
    assert not read(
        "drop_unused_actions = true", {"WINGBEAT_DROP_UNUSED_ACTIONS": "false"}
    ).drop_unused_actions
    assert not read("drop_unused_actions = true", drop_unused_actions=False).drop_unused_actions


def test_names_in_the_file_may_have_hyphens(read: Read) -> None:
    assert read("body-size-limit = '2kb'").body_size_limit == 2048


def test_lists_are_lists_or_one_text_with_commas(read: Read) -> None:
    wanted = ("a.example", "*.b.example")

    assert read("allowed_origins = ['A.example', '*.b.example']").allowed_origins == wanted
    assert read(environ={"WINGBEAT_ALLOWED_ORIGINS": " a.example, *.b.example ,"}).allowed_origins == wanted
    assert read(allowed_origins=("a.example", "*.b.example")).allowed_origins == wanted
    assert read(environ={"WINGBEAT_ALLOWED_ORIGINS": ""}).allowed_origins == ()


@pytest.mark.parametrize(
    ("written", "size"),
    [("1", 1), (7, 7), ("2kb", 2048), ("2 KB", 2048), ("1mb", 1024**2), ("1GB", 1024**3), ("10b", 10)],
)
def test_sizes(written: object, size: int, read: Read) -> None:
    assert read(body_size_limit=written).body_size_limit == size


@pytest.mark.parametrize(("written", "seconds"), [("0", 0), (0, 0), ("2.5", 2.5), (60, 60)])
def test_seconds(written: object, seconds: float, read: Read) -> None:
    assert read(max_duration=written).max_duration == seconds


BAD = {
    "body_size_limit": [0, -1, "0", "-1", "1.5", 1.5, "1.mb", "many", "", "1tb", None, True, "٣", "0.0001kb"],
    "runtime": ["process", "", None, 1],
    "max_duration": [-1, "soon", float("nan"), float("inf"), None, True, "", []],
    "allowed_origins": [
        "*",
        "**",
        "null",
        "https://a.example",
        "a/b",
        "a b",
        [1],
        7,
        "-a.example",
        "**.**.a",
        "a.*",
    ],
    "public_origins": [
        "a.example",
        "https://",
        "https://a/b",
        "ftp://a",
        "https://*.a",
        "https://a:b",
        [None],
        "null",
    ],
    "trusted_proxies": ["proxy", "10.0.0.0/33", "300.1.1.1", [1], "*"],
    "drop_unused_actions": ["yes", 2, None, ""],
    "csp": ["a\r\nX: 1", "é", 7, None],
    "identify": ["name", 7],
    "middleware": ["name", [7], print],
    "lifespan": ["name"],
}


@pytest.mark.parametrize(
    ("name", "value"), [(name, value) for name, values in BAD.items() for value in values]
)
def test_a_bad_value_names_its_setting_and_source(name: str, value: object, read: Read) -> None:
    with pytest.raises(ConfigError) as refusal:
        read(**{name: value})

    assert str(refusal.value).startswith(f"{name} = {value!r} in App(...): ")
    assert str(refusal.value).endswith(".")


def test_the_source_is_the_one_that_is_wrong(read: Read) -> None:
    with pytest.raises(
        ConfigError, match=r"^max_duration = 'x' in the environment: could not|expected seconds"
    ):
        read("max_duration = 3", {"WINGBEAT_MAX_DURATION": "x"}, body_size_limit=3)
    with pytest.raises(
        ConfigError, match=r"^csp = 3 in \[tool\.wingbeat\] in pyproject\.toml: expected one line"
    ):
        read("csp = 3")


def test_unknown_names_are_refused_with_those_that_exist(read: Read) -> None:
    for source, given in (
        (r"\[tool\.wingbeat\] in pyproject\.toml", {"toml": "bodysize = 3"}),
        (r"App\(\.\.\.\)", {"bodysize": 3}),
    ):
        with pytest.raises(
            ConfigError, match=rf"^'bodysize' in {source} is no setting\. Settings: allowed_origins, "
        ):
            read(**given)


def test_other_variables_are_other_programs(read: Read) -> None:
    assert read(environ={"WINGBEAT_BODYSIZE": "3", "WINGBEAT_DEV": "1", "BODY_SIZE_LIMIT": "3"}) == Config()


@pytest.mark.parametrize("name", ["identify", "middleware", "lifespan"])
def test_functions_are_given_in_python(name: str, read: Read) -> None:
    with pytest.raises(
        ConfigError,
        match=rf"^'{name}' in .*: this setting is Python code\. Give it to App\({name}=\.\.\.\)\.$",
    ):
        read(f"{name} = 'a.b'")
    assert read(environ={f"WINGBEAT_{name.upper()}": "a.b"}) == Config()
    value = [str] if name == "middleware" else str
    assert getattr(read(**{name: value}), name) in {str, (str,)}


@pytest.mark.parametrize(
    ("content", "message"),
    [
        (b"[tool", r"pyproject\.toml cannot be read: "),
        (b"\xff", "cannot be read: "),
        (b"tool.wingbeat = 3", "is no table"),
    ],
)
def test_a_file_that_cannot_be_read_is_named(content: bytes, message: str, tmp_path: Path) -> None:
    (tmp_path / "pyproject.toml").write_bytes(content)

    with pytest.raises(ConfigError, match=message):
        read_config(tmp_path, {}, {})


def test_every_setting_is_checked() -> None:
    assert set(BAD) == {field for field in Config.__dataclass_fields__}  # noqa: C416
