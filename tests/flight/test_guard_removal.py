"""Every guard earns its place: switched off, the row of the catalogue that names it fails."""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Iterator
from dataclasses import replace
from types import SimpleNamespace

import pytest

from flight import test_hidden_inputs as forms, test_reply_refusals as refusals
from wingbeat.errors import ReplyError
from wingbeat.flight import (
    DEFAULT_LIMITS,
    budget,
    hidden_inputs,
    reply_decoder,
    reply_graph,
    reply_references,
    reply_rows,
    reply_shells,
    reply_store,
    reply_strings,
    reply_values,
)

Patch = Callable[[pytest.MonkeyPatch], None]


def without(home: object, name: str, replacement: object) -> Patch:
    return lambda monkeypatch: monkeypatch.setattr(home, name, replacement)


def with_limits(**limits: int) -> Patch:
    return lambda monkeypatch: monkeypatch.setattr(refusals, "LIMITS", replace(DEFAULT_LIMITS, **limits))


def nothing(*_: object) -> None:
    return None


def follow_attributes(container: object, key: str) -> object:
    try:
        return container[int(key) if isinstance(container, list | str) else key]
    except (LookupError, TypeError, ValueError):
        return getattr(container, key, None)


def take_again(_reader: object, name: str) -> int:
    return reply_strings.decode_row_name(name)


def want_anything(reader: object, row: int) -> None:
    if row not in reader._roots:
        reader._roots[row] = root = []
        reader._wanted.append((reader._store.strings.get(row, "[]"), row, root))


def fill_loosely(collection: object, items: list[object], _limits: object) -> None:
    collection.fill([item[:2] for item in items] if hasattr(collection, "as_dict") else items)


def any_action(action: object, metadata: object, _limits: object) -> None:
    action.id = metadata.get("id") if isinstance(metadata, dict) else None


def keep_dunder(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(reply_rows, "is_plain", lambda text: '"$' not in text)


def with_every_earlier_one(function: Callable[..., object]) -> Callable[..., object]:
    """Return the function made quadratic: each call goes through all the calls before it."""
    calls: list[object] = []

    def slow(*arguments: object) -> object:
        calls.append(arguments)
        for _ in calls:
            pass
        return function(*arguments)

    slow.cache_clear = lambda: None
    return slow


def quadratic(home: object, name: str) -> Patch:
    return lambda monkeypatch: monkeypatch.setattr(home, name, with_every_earlier_one(getattr(home, name)))


def searched(function: Callable[..., object], times: int) -> Callable[..., object]:
    """Return the function made slower: it goes through its first argument again and again."""

    def slow(text: object, *more: object) -> object:
        for _ in range(times):
            text.count("x")
        return function(text, *more)

    return slow


def searched_selectors(fields: list[tuple[str, object]], prefixes: tuple[str, ...]) -> list[str]:
    """Find selectors and, for each field, look through all of them again."""
    selectors: list[str] = []
    for name, _ in fields:
        if name.startswith(prefixes) and all(selector != name for selector in list(selectors)):
            selectors.append(name)
        selectors[:] = [selector for _ in fields for selector in selectors][: len(selectors)]
    return selectors


LENIENT_JSON = SimpleNamespace(
    loads=json.loads, dumps=reply_rows.orjson.dumps, JSONDecodeError=json.JSONDecodeError
)
FAILURES = (
    AssertionError,
    pytest.fail.Exception,
    ReplyError,
    LookupError,
    TypeError,
    ValueError,
    AttributeError,
)
ANYTHING = re.compile(r".*", re.DOTALL)

GUARDS: dict[str, tuple[Patch, Callable[[], None]]] = {
    "paths walk plain data (prototype)": (
        without(reply_references, "own_value", follow_attributes),
        refusals.test_a02_no_path_leads_through_a_prototype,
    ),
    "paths walk plain data (attributes)": (
        without(reply_references, "own_value", follow_attributes),
        refusals.test_a04_no_path_leads_to_an_attribute,
    ),
    "indexes are canonical": (
        without(reply_references, "INDEX", ANYTHING),
        refusals.test_a05_list_keys_are_canonical_indexes,
    ),
    "paths walk plain data (texts and Maps)": (
        without(reply_references, "own_value", follow_attributes),
        refusals.test_a06_no_path_leads_into_what_is_not_plain_data,
    ),
    "the prototype key is dropped": (keep_dunder, refusals.test_a07_only_the_prototype_key_is_dropped),
    "an action is checked": (
        without(reply_shells, "fill_action", any_action),
        refusals.test_a10_an_action_has_a_name_and_nothing_else,
    ),
    "bound arguments are a promise of a list": (
        without(reply_shells, "bound_arguments", nothing),
        refusals.test_a10_an_action_has_a_name_and_nothing_else,
    ),
    "constants have one spelling": (
        lambda patch: patch.setitem(reply_rows.READERS, "u", nothing),
        refusals.test_a16_unknown_tags_are_refused,
    ),
    "circles are found (promise of itself)": (
        without(reply_rows, "check_graph", nothing),
        refusals.test_a17_a_promise_of_itself_is_refused_at_once,
    ),
    "circles are found (any mixture)": (
        without(reply_rows, "check_graph", nothing),
        refusals.test_a18_no_circle_leads_through_more_than_lists_and_dicts,
    ),
    "the graph has a depth": (
        with_limits(graph_depth=10**6),
        refusals.test_a46_rows_do_not_add_up_to_a_deeper_graph,
    ),
    "a row must have come": (
        without(reply_rows._RowReader, "_want", want_anything),
        refusals.test_a20_a_row_that_never_comes_is_refused,
    ),
    "part names are canonical": (
        without(reply_store, "ROW_NAME", ANYTHING),
        refusals.test_a23_row_names_have_one_spelling,
    ),
    "references are canonical": (
        without(reply_rows, "decode_row_name", lambda text: int(text, 16)),
        refusals.test_a23_row_names_have_one_spelling,
    ),
    "entries are pairs": (
        without(reply_shells, "fill_collection", fill_loosely),
        refusals.test_a25_a_map_is_made_of_pairs,
    ),
    "collections do not contain themselves": (
        without(reply_rows, "check_graph", nothing),
        refusals.test_a26_a_collection_does_not_contain_itself,
    ),
    "expansion is paid for": (
        without(budget.Budget, "charge_values", nothing),
        refusals.test_a27_references_do_not_multiply,
    ),
    "text is paid for again": (
        without(reply_graph._Walk, "_charge_text", nothing),
        refusals.test_a28_a_long_text_is_paid_for_each_time,
    ),
    "values are counted": (
        without(budget.Budget, "charge_row", nothing),
        refusals.test_a29_every_value_counts_and_no_punctuation_in_text,
    ),
    "values are counted exactly": (
        without(budget, "count_nodes", len),
        refusals.test_a29_every_value_counts_and_no_punctuation_in_text,
    ),
    "a form is used once": (
        without(reply_rows._RowReader, "_take", take_again),
        refusals.test_a30_each_form_is_used_once_and_found_at_once,
    ),
    "kinds are told apart": (
        without(reply_store.ReplyStore, "is_outlined", lambda *_: False),
        refusals.test_a32_no_row_passes_for_another_kind,
    ),
    "elements are whole": (
        without(reply_rows, "decode_binary", lambda _kind, content: content),
        refusals.test_a33_typed_arrays_have_whole_elements,
    ),
    "streams are counted": (
        without(budget.Budget, "charge_stream", nothing),
        refusals.test_a34_streams_end_once_and_are_bounded,
    ),
    "byte streams hold bytes": (
        without(reply_shells, "fill_stream", nothing),
        refusals.test_a34_streams_end_once_and_are_bounded,
    ),
    "one id, one kind": (
        without(reply_store.ReplyStore, "_refuse_shared_ids", nothing),
        refusals.test_a35_a_stream_shares_its_id_with_nothing,
    ),
    "BigInts are digits": (
        without(reply_strings, "DIGITS", ANYTHING),
        refusals.test_a38_bigints_are_decimal_and_bounded,
    ),
    "BigInts are bounded": (
        with_limits(bigint_characters=10**6),
        refusals.test_a38_bigints_are_decimal_and_bounded,
    ),
    "numbers are strict": (
        without(reply_rows, "orjson", LENIENT_JSON),
        refusals.test_a39_numbers_that_json_lacks_come_as_tags,
    ),
    "large integers are floats": (
        without(reply_rows, "JS_SAFE_INTEGER", 2**70),
        refusals.test_a40_large_integers_are_floats_as_in_javascript,
    ),
    "text is strict": (
        without(reply_rows, "orjson", LENIENT_JSON),
        refusals.test_a42_half_a_surrogate_pair_is_refused,
    ),
    "bodies are UTF-8": (
        without(reply_decoder, "decode_utf8", lambda body: body.decode("latin-1").removeprefix("ï»¿")),
        refusals.test_a43_only_utf8_is_text,
    ),
    "rows have a depth": (
        without(budget, "measure_depth", lambda *_: 0),
        refusals.test_a45_one_row_is_nested_no_deeper_than_its_limit,
    ),
    "large integers are no keys": (
        without(reply_shells, "LARGE_KEY", 2**999),
        refusals.test_b03_integers_that_share_a_hash_are_no_keys,
    ),
    "collections are bounded": (
        with_limits(map_entries=10**9),
        refusals.test_b03_integers_that_share_a_hash_are_no_keys,
    ),
    "parts are counted": (
        without(reply_decoder, "check_sizes", nothing),
        refusals.test_c04_parts_are_counted_and_measured,
    ),
    "rows are found at once": (
        quadratic(reply_rows._RowReader, "_want"),
        refusals.test_a51_a_full_body_takes_linear_time,
    ),
    "the graph is walked once": (
        quadratic(reply_graph._Walk, "_meet"),
        refusals.test_a51_a_full_body_takes_linear_time,
    ),
    "form entries are indexed": (
        quadratic(reply_store, "row_id"),
        refusals.test_a30_each_form_is_used_once_and_found_at_once,
    ),
    "BigInts are read once": (
        without(reply_rows, "decode_bigint", searched(reply_strings.decode_bigint, 300)),
        refusals.test_a38_bigints_are_decimal_and_bounded,
    ),
    "depth is measured in one pass for each level": (
        without(budget, "measure_depth", searched(budget.measure_depth, 200)),
        refusals.test_a45_one_row_is_nested_no_deeper_than_its_limit,
    ),
    "strings are read at once": (
        quadratic(reply_rows, "decode_bigint"),
        refusals.test_a51_a_full_body_takes_linear_time,
    ),
    "a Set is filled in one pass": (
        quadratic(reply_values, "identity"),
        refusals.test_b03_integers_that_share_a_hash_are_no_keys,
    ),
    "a promise of itself is refused at once": (
        without(reply_rows, "decode_row_name", searched(reply_strings.decode_row_name, 2000)),
        refusals.test_a17_a_promise_of_itself_is_refused_at_once,
    ),
    "a selector is decoded once": (
        without(hidden_inputs, "find_selectors", searched_selectors),
        forms.test_e03_a_selector_given_often_is_decoded_once,
    ),
    "one action is selected": (
        without(hidden_inputs, "MAX_SELECTORS", 10**6),
        forms.test_e02_three_selectors_are_refused_and_the_last_of_two_wins,
    ),
    "the action is spelled once": (
        without(hidden_inputs, "count_nodes", lambda _text: 3),
        forms.test_e05_the_action_is_spelled_in_one_way,
    ),
    "selectors have a number": (
        without(hidden_inputs, "GROUP", ANYTHING),
        forms.test_e12_groups_are_never_confused,
    ),
    "hidden fields stay hidden": (
        without(hidden_inputs, "HIDDEN_PREFIX", "$ACTION_REF_"),
        forms.test_e01_the_user_sees_none_of_reacts_fields,
    ),
}


@pytest.fixture(autouse=True)
def _forget_names() -> Iterator[None]:
    """What was read with a guard off must not be remembered when it is on."""
    yield
    reply_store.row_id.cache_clear()
    reply_strings.decode_row_name.cache_clear()


@pytest.mark.parametrize("guard", GUARDS)
def test_without_the_guard_its_row_fails(monkeypatch: pytest.MonkeyPatch, guard: str) -> None:
    remove, row = GUARDS[guard]
    row()
    reply_store.row_id.cache_clear()
    reply_strings.decode_row_name.cache_clear()
    remove(monkeypatch)

    with pytest.raises(FAILURES):
        row()
