"""Server Actions: found in source, sealed into pages, resolved from requests, checked and run."""

from .action import Action
from .arguments import check_arguments, prepare_checks
from .dispatch import Failed, Interrupted, Outcome, Redirected, Refused, Returned, TimedOut, run_action
from .import_hook import AppPackage, install
from .keys import Keyring, new_key
from .registry import Call, Registry
from .sealing import Sealer
from .unused import find_unused
from .validated import Invalid, Valid, Validated

__all__ = [
    "Action",
    "AppPackage",
    "Call",
    "Failed",
    "Interrupted",
    "Invalid",
    "Keyring",
    "Outcome",
    "Redirected",
    "Refused",
    "Registry",
    "Returned",
    "Sealer",
    "TimedOut",
    "Valid",
    "Validated",
    "check_arguments",
    "find_unused",
    "install",
    "new_key",
    "prepare_checks",
    "run_action",
]
