"""Server Actions: found in source, sealed into pages, resolved from requests, checked and run."""

from .action import Action
from .arguments import check_arguments, prepare_checks
from .dispatch import Ended, Outcome, Returned, Runtime, TimedOut, ending_of, run_action
from .guards import Guard, guarded_by, guards_of_function, guards_of_module, run_guards
from .import_hook import AppPackage, install
from .keys import Keyring, new_key
from .registry import Call, Registry
from .sealing import Sealer
from .unused import find_unused
from .validated import Invalid, Valid, Validated
from .worker_threads import ThreadCall, in_own_loop

__all__ = [
    "Action",
    "AppPackage",
    "Call",
    "Ended",
    "Guard",
    "Invalid",
    "Keyring",
    "Outcome",
    "Registry",
    "Returned",
    "Runtime",
    "Sealer",
    "ThreadCall",
    "TimedOut",
    "Valid",
    "Validated",
    "check_arguments",
    "ending_of",
    "find_unused",
    "guarded_by",
    "guards_of_function",
    "guards_of_module",
    "in_own_loop",
    "install",
    "new_key",
    "prepare_checks",
    "run_action",
    "run_guards",
]
