"""Small fleets for tests: wheels, environments, and files that are neither."""

from __future__ import annotations

from pathlib import Path

from tests.faults import distribution, wheel, write

LICENSES = ("MIT", "BSD-3-Clause", "GPL-3.0-only", "Apache-2.0")


def wheels(folder: Path, count: int) -> Path:
    """Write `count` wheels of different contents into a folder."""
    folder.mkdir(parents=True, exist_ok=True)
    for number in range(count):
        name = f"thing{number % 7}"
        version = f"{number}.0"
        files = distribution(
            name, version=version, license_=LICENSES[number % len(LICENSES)]
        )
        wheel(folder / f"{name}-{version}-py3-none-any.whl", files)
    return folder


def environment(folder: Path, *packages: tuple[str, str, str]) -> Path:
    """Write an environment of packages, each by name, version, license."""
    site = folder / "lib" / "python3.11" / "site-packages"
    site.mkdir(parents=True)
    (folder / "pyvenv.cfg").write_text("version = 3.11.4\n")
    for name, version, license_ in packages:
        write(site, distribution(name, version=version, license_=license_))
    return folder
