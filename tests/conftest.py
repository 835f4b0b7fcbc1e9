"""What every test may rely on. Fixtures of one package stand in that package's folder."""

import os
import shutil
from pathlib import Path

import pytest
from hypothesis import settings

ROOT = Path(__file__).parents[1]
BROWSERS = ("chromium", "chromium-browser", "google-chrome")

settings.register_profile("wingbeat", deadline=None, derandomize="CI" in os.environ)
settings.load_profile("wingbeat")


def pytest_runtest_setup(item: pytest.Item) -> None:
    """Skip what needs a browser where there is none; refuse to run without Node, which ./dev brings."""
    if item.get_closest_marker("browser") and not any(map(shutil.which, BROWSERS)):
        pytest.skip("no Chromium on the PATH")
    if item.get_closest_marker("oracle") and not (shutil.which("node") and (ROOT / "node_modules").is_dir()):
        pytest.fail(
            "this test asks the real React: run ./dev test, which installs Node and React", pytrace=False
        )


def pytest_terminal_summary(terminalreporter: pytest.TerminalReporter) -> None:
    skipped = [
        report for report in terminalreporter.getreports("skipped") if "no Chromium" in str(report.longrepr)
    ]
    if skipped:
        terminalreporter.write_line(
            f"NO CHROMIUM: {len(skipped)} browser tests were skipped.", red=True, bold=True
        )


@pytest.fixture(scope="session")
def root() -> Path:
    """Return the folder of the repository."""
    return ROOT


@pytest.fixture(scope="session")
def anyio_backend() -> str:
    """Run tests marked `anyio` on asyncio only: uvicorn knows no other loop."""
    return "asyncio"


@pytest.fixture(scope="session")
def chromium() -> str:
    """Return the path of the browser; tests that take it are marked `browser`."""
    return next(filter(None, map(shutil.which, BROWSERS)))
