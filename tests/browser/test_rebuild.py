"""The committed runtime is what its sources build, byte for byte."""

import hashlib
import json
import subprocess
from pathlib import Path

import pytest

from support.node_oracle import find_node

pytestmark = pytest.mark.oracle  # needs Node and the npm packages, not a browser


def files(folder: Path) -> dict[str, bytes]:
    return {
        path.relative_to(folder).as_posix(): path.read_bytes()
        for path in folder.rglob("*")
        if path.suffix in {".js", ".json"} or path.name == "LICENSES"
    }


def test_a_rebuild_gives_the_committed_bytes(root, tmp_path):
    subprocess.run([find_node(), root / "packages/client/build.mjs", tmp_path], check=True, cwd=tmp_path)

    built, committed = files(tmp_path), files(root / "src/wingbeat/browser")
    assert sorted(built) == sorted(committed)
    assert [name for name in built if built[name] != committed[name]] == []


def test_the_manifest_names_every_file_with_its_hash(root):
    folder = root / "src/wingbeat/browser"
    manifest = json.loads((folder / "manifest.json").read_text(encoding="utf-8"))

    for mode in ("production", "development"):
        hashes = {
            path.name: hashlib.sha256(path.read_bytes()).hexdigest() for path in (folder / mode).iterdir()
        }
        assert manifest[mode]["files"] == hashes
        assert {*manifest[mode]["imports"].values(), manifest[mode]["runtime"]} <= set(hashes)


def test_react_is_the_version_that_the_protocol_is_written_for(root):
    manifest = json.loads((root / "src/wingbeat/browser/manifest.json").read_text(encoding="utf-8"))

    assert manifest["react"] == "19.3.1"
