"""React's Flight protocol as a library: bytes and values, no I/O, no clock, no user code."""

from .form_data import File, FormData
from .form_state import FormState, decode_form_state
from .hidden_inputs import decode_action, form_fields
from .limits import DEFAULT_LIMITS, Limits
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
from .payload_decoder import decode_payload
from .payload_encoder import Hole, PayloadEncoder, encode_payload
from .reply_decoder import decode_arguments, decode_reply
from .reply_encoder import encode_reply
from .reply_store import Part
from .reply_values import (
    ArrayBuffer,
    DataView,
    Map,
    Promise,
    ReplyIterator,
    ReplyStream,
    Set,
    Uint8ClampedArray,
)
from .taint import carry_taint, taint_object, taint_of, taint_scope, taint_value
from .temporary_references import TemporaryReference

__all__ = [
    "ACTIVITY",
    "DEFAULT_LIMITS",
    "FRAGMENT",
    "PROFILER",
    "STRICT_MODE",
    "SUSPENSE",
    "UNDEFINED",
    "ArrayBuffer",
    "BigInt",
    "ClientReference",
    "DataView",
    "Element",
    "File",
    "FormData",
    "FormState",
    "Hole",
    "Lazy",
    "Limits",
    "Map",
    "Part",
    "PayloadEncoder",
    "Promise",
    "ReactSymbol",
    "ReadableStream",
    "ReplyIterator",
    "ReplyStream",
    "ServerReference",
    "Set",
    "TemporaryReference",
    "Uint8ClampedArray",
    "Undefined",
    "carry_taint",
    "decode_action",
    "decode_arguments",
    "decode_form_state",
    "decode_payload",
    "decode_reply",
    "encode_payload",
    "encode_reply",
    "form_fields",
    "taint_object",
    "taint_of",
    "taint_scope",
    "taint_value",
]
