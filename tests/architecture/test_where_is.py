"""Every path that ARCHITECTURE.md points at exists; a map that lies is worse than none."""

import re
from pathlib import Path

ROOT = Path(__file__).parents[2]
HOMES = ("", "src/wingbeat")
PATH = re.compile(r"`([\w./\[\]()-]+(?:/|\.(?:py|ts|tsx|mjs|md|toml|json|js)))`")


def missing_paths(text: str, root: Path) -> list[str]:
    """Return the paths in the answers of *text* that are neither below *root* nor below the package."""
    answers = "\n".join(line.split("|", 2)[2] for line in text.splitlines() if line.startswith("|"))
    return [
        path for path in PATH.findall(answers) if not any((root / home / path).exists() for home in HOMES)
    ]


def test_every_path_in_the_map_exists() -> None:
    text = (ROOT / "ARCHITECTURE.md").read_text(encoding="utf-8")

    assert missing_paths(text, ROOT) == []
    assert len(PATH.findall(text)) >= 20


def test_a_path_that_is_gone_is_found(tmp_path: Path) -> None:
    (tmp_path / "src/wingbeat/flight").mkdir(parents=True)
    (tmp_path / "src/wingbeat/flight/rows.py").touch()
    text = """
| rows, of `loading.py` in an app? | `flight/rows.py`, `flight/` |
| tags? | `flight/tags.py` (twin: `packages/`) |

See `gone.md`.
"""

    assert missing_paths(text, tmp_path) == ["flight/tags.py", "packages/"]
