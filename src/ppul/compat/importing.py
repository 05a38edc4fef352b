"""Modules that are served under names of other packages, and undone without a trace."""

from __future__ import annotations

import importlib
import sys
from collections.abc import Callable, Sequence
from importlib.abc import Loader, MetaPathFinder
from importlib.machinery import ModuleSpec
from types import ModuleType
from typing import Any


class Package:
    """What is served under one name; a subclass says which modules there are, and what is in them.

    Args:
        root: The name to import it by.
    """

    def __init__(self, root: str) -> None:
        self.root = root

    def has_module(self, path: str) -> bool:
        """Return whether there is a module of a path below the root; "" is the root itself."""
        raise NotImplementedError

    def find(self, module: str, name: str) -> Any:
        """Return what a name of a module means, or raise an AttributeError."""
        raise NotImplementedError

    def all_names(self, module: str) -> list[str]:
        """Return the names of a module."""
        raise NotImplementedError


class Served(ModuleType):
    """A module of a package that is served; its names are looked up when first used."""

    def __init__(self, name: str, package: Package) -> None:
        super().__init__(name)
        own = self.__dict__
        own["_package"], own["_path"] = package, name.removeprefix(package.root).lstrip(".")

    def __getattr__(self, name: str) -> Any:
        package, path = self.__dict__["_package"], self.__dict__["_path"]
        if name == "__all__":
            return package.all_names(path)
        inner = f"{path}.{name}" if path else name
        if not name.startswith("__") and package.has_module(inner):
            return importlib.import_module(f"{self.__name__}.{name}")
        if name.startswith("__") and name != "__version__":
            raise AttributeError(f"module {self.__name__!r} has no attribute {name!r}", name=name)
        value = package.find(path, name)
        self.__dict__[name] = value
        return value

    def __dir__(self) -> list[str]:
        return sorted(
            {*self.__dict__, *self.__dict__["_package"].all_names(self.__dict__["_path"])}
        )

    def __reduce__(self) -> tuple[Any, ...]:
        return Elsewhere, (self.__name__,)

    def __call__(self, *args: Any, **kwargs: Any) -> Any:
        """Call the function that had this name before it was a module's."""
        parent, _, name = self.__dict__["_path"].rpartition(".")
        return self.__dict__["_package"].find(parent, name)(*args, **kwargs)


class Elsewhere(ModuleType):
    """A served module that was sent to another process, where it may be served later.

    Its names are those of the module that is served there when they are used.
    """

    def __getattr__(self, name: str) -> Any:
        if name.startswith("__"):
            raise AttributeError(f"module {self.__name__!r} has no attribute {name!r}", name=name)
        return getattr(importlib.import_module(self.__name__), name)

    def __reduce__(self) -> tuple[Any, ...]:
        return Elsewhere, (self.__name__,)


class Server(MetaPathFinder, Loader):
    """An import hook that serves packages in place of what is installed under their names.

    Args:
        packages: What to serve.
    """

    def __init__(self, packages: Sequence[Package]) -> None:
        self.packages = {package.root: package for package in packages}
        self._aside: dict[str, ModuleType] = {}

    def start(self) -> None:
        """Serve; modules that were imported under these names before are put aside."""
        self._aside = self._take_out()
        sys.meta_path.insert(0, self)

    def stop(self) -> None:
        """Serve no more; what was there before is back."""
        sys.meta_path.remove(self)
        self._take_out()
        sys.modules.update(self._aside)

    def find_spec(self, fullname: str, path: Any = None, target: Any = None) -> ModuleSpec | None:
        """Return how a module is made, None where it is none of ours.

        Raises:
            ModuleNotFoundError: If a served package has no such module.
        """
        package = self._package_of(fullname)
        if package is None:
            return None
        inner = fullname.removeprefix(package.root).lstrip(".")
        if not package.has_module(inner):
            raise _not_found(package, fullname, inner)
        return ModuleSpec(fullname, self, is_package=True)

    def create_module(self, spec: ModuleSpec) -> ModuleType:
        """Return the module."""
        package = self._package_of(spec.name)
        if package is None:
            raise ImportError(f"{spec.name} is not served.", name=spec.name)
        return Served(spec.name, package)

    def exec_module(self, module: ModuleType) -> None:
        """Leave it as it is: names are looked up when they are used."""

    def _package_of(self, fullname: str) -> Package | None:
        while fullname:
            if fullname in self.packages:
                return self.packages[fullname]
            fullname = fullname.rpartition(".")[0]
        return None

    def _take_out(self) -> dict[str, ModuleType]:
        return {name: sys.modules.pop(name) for name in [*sys.modules] if self._package_of(name)}


def _not_found(package: Package, fullname: str, path: str) -> ModuleNotFoundError:
    """The error of an import; it has no `name`, so that Python lets `from ... import` show it."""
    parent, _, name = path.rpartition(".")
    try:
        package.find(parent, name)
    except AttributeError as error:
        return ModuleNotFoundError(f"No module or name {fullname!r}: {error}")
    return ModuleNotFoundError(f"No module named {fullname!r}: it is not a module.")


class AfterImport(MetaPathFinder):
    """An import hook that changes a module right after it was imported.

    Args:
        changes: Module to what is done with it.
    """

    def __init__(self, changes: dict[str, Callable[[ModuleType], None]]) -> None:
        self.changes = changes

    def start(self) -> None:
        """Change what is imported already, and watch for the rest."""
        for name, change in self.changes.items():
            if name in sys.modules:
                change(sys.modules[name])
        sys.meta_path.insert(0, self)

    def find_spec(self, fullname: str, path: Any = None, target: Any = None) -> ModuleSpec | None:
        """Return the spec that others give, with a loader that changes the module at the end."""
        if fullname not in self.changes:
            return None
        others = (finder for finder in sys.meta_path if finder is not self)
        found = (finder.find_spec(fullname, path, target) for finder in others)
        spec = next((spec for spec in found if spec is not None), None)
        if spec is not None and spec.loader is not None:
            _change_after(spec.loader, self.changes[fullname])
        return spec


def _change_after(loader: Any, change: Callable[[ModuleType], None]) -> None:
    execute = loader.exec_module

    def exec_module(module: ModuleType) -> None:
        execute(module)
        change(module)

    loader.exec_module = exec_module
