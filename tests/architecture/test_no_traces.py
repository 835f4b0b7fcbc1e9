"""No file tells where it was made: no path of a developer's machine, no host of a package registry."""

import os
import re
from collections.abc import Iterator
from fnmatch import fnmatch
from pathlib import Path

ROOT = Path(__file__).parents[2]

# Written in pieces, so that this file is no trace itself.
HOSTS = "|".join(
    ["registry" + r"\.npmjs", "registry" + r"\.yarnpkg", r"\bpypi" + r"\.org", "python" + r"hosted\.org"]
)
TRACE = re.compile(
    r"(?<![\w.$~-])/(?:root|home/[a-z]\w*|Users/[A-Za-z]\w*|work/(?:main|shared))/"  # a path of some machine
    rf"|{HOSTS}|\bnpm\.pkg\.github|verda[c]cio|artifac[t]ory"  # a host that only its author can reach
)
RESOLVED = re.compile(r'"resolved": "https?://')


def our_files(root: Path) -> Iterator[Path]:
    """Yield what git would track. Read from .gitignore, so that an archive of the tree can be tested too."""
    ignored = [*(root / ".gitignore").read_text(encoding="utf-8").split(), ".git"]
    for folder, folders, files in os.walk(root):
        folders[:] = [
            name for name in folders if not any(fnmatch(name, item.rstrip("/")) for item in ignored)
        ]
        yield from (Path(folder, name) for name in files if not any(fnmatch(name, item) for item in ignored))


def traces(root: Path) -> Iterator[str]:
    """Yield every trace below *root*, with its file and line."""
    for path in our_files(root):
        text = path.read_bytes().decode(errors="replace")
        for number, line in enumerate(text.splitlines(), start=1):
            if match := TRACE.search(line) or RESOLVED.search(line):
                yield f"{path.relative_to(root).as_posix()}:{number}: {match[0]}"


def test_no_file_names_a_machine_or_a_registry() -> None:
    assert list(traces(ROOT)) == []


def test_a_trace_is_found(tmp_path: Path) -> None:
    (tmp_path / ".gitignore").write_text("dist/\n*.db\n", encoding="utf-8")
    (tmp_path / "dist").mkdir()
    for name, text in {
        "a.md": "see /ro" + "ot/notes.txt",
        "b.json": '"resolved": "https' + '://example.test/x.tgz"',
        "c.toml": 'index = "https://py' + 'pi.org/simple"',
        "d.py": "fine = '/rooted/path', 'app/root/page.py', 'https://example.com/home/'",
        "e.db": "/ro" + "ot/x",
        "dist/f.md": "/ro" + "ot/x",
    }.items():
        (tmp_path / name).write_text(text, encoding="utf-8")

    assert sorted(trace.split(":")[0] for trace in traces(tmp_path)) == ["a.md", "b.json", "c.toml"]
