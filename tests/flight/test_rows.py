"""Rows to bytes and back, however the bytes are cut."""

from __future__ import annotations

import pytest

from wingbeat.errors import ProtocolError
from wingbeat.flight.rows import Row, RowReader, length_row, text_row

STREAM = b'1:I["/like.js",[],"default",1]\n2:T6,\xc3\xa9\n:,\xff3:o0,:HD"https://a.com"\n0:{"a":"$2"}\n'
ROWS = [
    Row(1, "I", b'["/like.js",[],"default",1]'),
    Row(2, "T", b"\xc3\xa9\n:,\xff"),
    Row(3, "o", b""),
    Row(None, "H", b'D"https://a.com"'),
    Row(0, "", b'{"a":"$2"}'),
]


def test_a_length_is_counted_in_bytes_and_in_hexadecimal() -> None:
    assert length_row(26, b"T", "é".encode() * 8) == b"1a:T10," + "é".encode() * 8


def test_a_text_row_ends_with_one_line_feed() -> None:
    assert text_row(255, b"null") == b"ff:null\n"
    assert text_row(0, b"[]", b"I") == b"0:I[]\n"


def test_rows_are_read_whole() -> None:
    assert RowReader().feed(STREAM) == ROWS


@pytest.mark.parametrize("cut", range(len(STREAM)))
def test_rows_are_read_from_two_pieces(cut: int) -> None:
    reader = RowReader()

    assert reader.feed(STREAM[:cut]) + reader.feed(STREAM[cut:]) == ROWS
    reader.end()


def test_rows_are_read_byte_by_byte() -> None:
    reader = RowReader()

    rows = [row for byte in STREAM for row in reader.feed(bytes([byte]))]

    assert rows == ROWS


def test_only_a_line_feed_ends_a_row() -> None:
    body = '"\u2028\u0085\x0b\x0c\r"'.encode()

    assert RowReader().feed(b"0:" + body + b"\n") == [Row(0, "", body)]


@pytest.mark.parametrize("payload", [b"zz:null\n", b"123456789:1\n", b"0x1:null\n", b" 1:null\n\n\n\n"])
def test_an_id_is_lower_case_hexadecimal(payload: bytes) -> None:
    with pytest.raises(ProtocolError, match=r"^payload has a row without an id$"):
        RowReader().feed(payload + b"0:null\n0:null\n")


def test_a_length_row_without_length_is_refused() -> None:
    with pytest.raises(ProtocolError, match=r"^row 1 announces no length$"):
        RowReader().feed(b"1:Thello world")


def test_a_cut_payload_is_noticed() -> None:
    reader = RowReader()
    reader.feed(b"0:null\n1:T5,he")

    with pytest.raises(ProtocolError, match=r"^payload ends inside a row, 7 bytes left over$"):
        reader.end()
