"""One app, loaded: its settings, keys, routes, actions and files. Nothing in it changes while it serves."""

from __future__ import annotations

import hashlib
import itertools
import logging
import secrets
import sys
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field, replace
from functools import lru_cache
from pathlib import Path
from types import ModuleType

from wingbeat.actions import AppPackage, Keyring, Registry, find_unused, install, prepare_checks
from wingbeat.config import Config
from wingbeat.errors import ConfigError
from wingbeat.flight import DEFAULT_LIMITS, Limits
from wingbeat.routing import RouteTree, discover_routes

from .assets import Assets
from .body_limits import BodyLimits
from .hosts import Hosts
from .intake import Intake
from .page_modules import PageModules
from .peers import Peers
from .provenance import Provenance
from .route_modules import RouteModule, read_route_modules

__all__ = ["Site", "load_site"]

log = logging.getLogger("wingbeat")

APP_PACKAGE = "app"


@dataclass(frozen=True, slots=True, kw_only=True)
class Site:
    """What every request of one app needs."""

    config: Config
    development: bool
    keyring: Keyring
    routes: RouteTree
    pages: PageModules
    route_modules: Mapping[str, RouteModule]
    """What each `route.py` holds, by module name."""
    registry: Registry
    assets: Assets
    provenance: Provenance
    hosts: Hosts
    peers: Peers
    intake: Intake
    body_limits: BodyLimits
    build: str
    """The deployment: pages of another one load documents anew."""
    instance: str = field(default_factory=lambda: secrets.token_hex(4))
    _renders: Iterator[int] = field(default_factory=itertools.count)

    def limits(self, body_bytes: int) -> Limits:
        """Return what one reply may ask of the decoder: a text may be as long as a body."""
        return _limits(body_bytes)

    def stamp(self) -> list[object]:
        """Return the mark of a tree whose rendering begins now; later ones of this process are larger."""
        return [self.instance, next(self._renders)]


def load_site(
    project: Path, config: Config, keyring: Keyring, *, development: bool, development_host: str = ""
) -> Site:
    """Import the app at `project/app` and return it. Raises UsageErrors that name file, line and fix."""
    package = AppPackage(project, APP_PACKAGE)
    if not package.folder.is_dir():
        raise ConfigError(
            f"{project} has no folder {APP_PACKAGE}/. Create one with `wingbeat new`, or name its parent."
        )
    _require_free_name(package)
    if not config.max_duration:
        log.warning("max_duration = 0: an action that hangs holds its connection, or its thread, for ever.")
    install(package)
    routes = discover_routes(package.folder)
    modules = list(package.import_all())
    body_limits = BodyLimits(config.body_size_limit, modules, routes.routes)
    peers = Peers(config.trusted_proxies)
    return Site(
        config=config,
        development=development,
        keyring=keyring,
        routes=routes,
        pages=PageModules(routes.pages, package.import_module, package.name, config.public_origins),
        route_modules=read_route_modules(routes.routes, package.import_module),
        registry=_registry(package, modules, keyring, drops_unused=config.drop_unused_actions),
        assets=Assets(
            project / "public",
            routes.routes,
            development=development,
            tells_changes=development and bool(development_host),
        ),
        provenance=Provenance(
            config.allowed_origins, config.public_origins, peers, hosts_are_known=development
        ),
        hosts=Hosts(config.public_origins, peers, development, development_host),
        peers=peers,
        intake=Intake(body_limits.largest),
        body_limits=body_limits,
        build=_build_id([] if development else sorted(package.folder.rglob("*.py")), package.folder, keyring),
    )


def _registry(
    package: AppPackage, modules: list[ModuleType], keyring: Keyring, *, drops_unused: bool
) -> Registry:
    """Return the app's actions, their checks built, so that a wrong annotation is an error at start."""
    registry = Registry(keyring, modules)
    if drops_unused:
        dropped = find_unused(package.project, package.module_files(), registry.definitions)
        registry = Registry(keyring, modules, dropped=dropped)
    for definition in registry.definitions:
        prepare_checks(definition)
    return registry


@lru_cache(maxsize=256)
def _limits(body_bytes: int) -> Limits:
    return replace(DEFAULT_LIMITS, part_bytes=body_bytes)


def _require_free_name(package: AppPackage) -> None:
    """Refuse a second project in one process: modules are named `app.…`, so one would serve the other's pages."""
    loaded = sys.modules.get(package.name)
    if loaded is None:
        return
    folders = [Path(folder).resolve() for folder in getattr(loaded, "__path__", ())]
    if package.folder not in folders:
        where = getattr(loaded, "__file__", None) or ", ".join(map(str, folders))
        raise ConfigError(
            f"{package.folder} cannot be loaded: this process has another module {package.name!r}, from {where}. "
            f"Rename that module, or serve the two projects by two processes."
        )


def _build_id(files: Iterable[Path], folder: Path, keyring: Keyring) -> str:
    """Return what tells this deployment from others: equal on every instance of it.

    In development every state of the sources is the same one, so that open pages take what was saved.
    """
    digest = hashlib.sha256(keyring.sealing.name.encode())
    for file in files:
        digest.update(str(file.relative_to(folder)).encode())
        digest.update(file.read_bytes())
    return digest.hexdigest()[:12]
