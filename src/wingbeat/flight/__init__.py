"""React's Flight protocol as a library: bytes and values, no I/O, no clock, no user code."""

from .form_data import File, FormData
from .model import (
    ACTIVITY,
    FRAGMENT,
    PROFILER,
    STRICT_MODE,
    SUSPENSE,
    UNDEFINED,
    BigInt,
    ClientReference,
    Element,
    Lazy,
    ReactSymbol,
    ReadableStream,
    ServerReference,
    Undefined,
)
from .payload_encoder import Hole, PayloadEncoder, encode_payload

__all__ = [
    "ACTIVITY",
    "FRAGMENT",
    "PROFILER",
    "STRICT_MODE",
    "SUSPENSE",
    "UNDEFINED",
    "BigInt",
    "ClientReference",
    "Element",
    "File",
    "FormData",
    "Hole",
    "Lazy",
    "PayloadEncoder",
    "ReactSymbol",
    "ReadableStream",
    "ServerReference",
    "Undefined",
    "encode_payload",
]
