"""Every file of fixtures/closures is one behaviour: a page, and what its actions give in a later process.

A file states `EXPECTED` (what each action returns, in the order of the page), or `ERROR` (what rendering
raises). `ARGS` are sent with every call, `CAPTURED_NAMES` is what travels of the first action, and `after`
goes on with the results.
"""

import re
from pathlib import Path
from types import ModuleType
from typing import Any

import pytest

from support.app_packages import AppUnderTest, app_package, references_in
from wingbeat import html as h
from wingbeat.actions import Action
from wingbeat.errors import UsageError

SPECIMENS = sorted((Path(__file__).parent / "fixtures/closures").glob("*.py"))
pytestmark = pytest.mark.anyio


async def results_of(app: AppUnderTest, module: ModuleType) -> Any:
    """Render the page, start anew, and call its actions there."""
    references = references_in(await app.render(module.page()))
    app.forget()
    later = app.module()
    results = [await app.call(reference, *getattr(later, "ARGS", ())) for reference in references]
    if not hasattr(later, "after"):
        return results

    async def call(action: Action) -> Any:
        (reference,) = references_in(await app.render(h.form(action=action)))
        return await app.call(reference)

    return await later.after(results, call)


@pytest.mark.parametrize("file", SPECIMENS, ids=lambda file: file.stem)
async def test_closure(file: Path, tmp_path: Path) -> None:
    with app_package(tmp_path, {"page.py": file.read_text(encoding="utf-8")}) as app:
        module = app.module()
        error = getattr(module, "ERROR", getattr(module, "ERROR_START", None))
        if error is not None:
            end = "$" if hasattr(module, "ERROR") else ""
            message = re.escape(error.format(file=module.__file__)) + end
            with pytest.raises(UsageError, match=f"^{message}"):
                await app.render(module.page())
            return

        if (names := getattr(module, "CAPTURED_NAMES", None)) is not None:
            assert list(app.registry().definitions[0].captured_names) == names
        assert await results_of(app, module) == module.EXPECTED
