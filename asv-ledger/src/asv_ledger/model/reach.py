"""Reach: what code could do to its own measuring, or do otherwise because it is measured.

Measured code runs in the process that reads it, and so can lie to it. Nothing that is looked for
here is wrong in itself, and nothing decides a verdict: it is what a reviewer has to look at. Only
what the lines of the base did not hold is told.
"""

import ast
import re
import unicodedata
import warnings
from collections import Counter
from collections.abc import Collection, Iterable, Iterator, Mapping
from pathlib import PurePosixPath
from typing import NamedTuple


def _words(text: str) -> frozenset[str]:
    return frozenset(text.split())


# Modules through which the instruments, the interpreter or the surroundings are reached.
_REACHING = _words(
    "ast asyncio atexit builtins cffi code codecs codeop concurrent contextvars copyreg ctypes dis "
    "faulthandler fcntl gc getpass glob importlib inspect io linecache logging marshal memray mmap "
    "multiprocessing operator opcode os pathlib pickle pkgutil platform posix psutil pwd pympler "
    "random resource runpy sched secrets select shelve shutil signal site socket subprocess sys "
    "sysconfig tempfile test threading time timeit trace traceback tracemalloc types unittest uuid "
    "warnings weakref zipimport "
    # What measures.
    "asv asv_ledger asv_runner benchmarks tests"
)
# Of these, the words that are anybody's.
_COMMON_WORDS = _words(
    "ast code codecs glob io operator platform random resource secrets select signal site socket "
    "test tests time trace types warnings"
)
# What a refactoring brings in, and what reaches nothing.
_HARMLESS = _words("__future__ abc collections dataclasses enum math numbers typing")
_BUILTINS = _words(
    "__import__ BaseException SystemExit breakpoint compile delattr eval exec exit getattr globals "
    "copyright credits help id input license locals open print quit setattr vars"
)
_ATTRIBUTES = _words(
    "ag_frame co_code cr_frame f_back f_builtins f_code f_globals f_locals gi_frame tb_frame "
    "tb_next cr_code gi_code gi_yieldfrom monotonic monotonic_ns now perf_counter perf_counter_ns "
    "process_time today utcnow "
    # What evaluates text, and what holds memory that no lens for Python's objects sees.
    "ForwardRef get_type_hints make_dataclass compressobj decompressobj"
)
_ORDINARY = _words(
    "abs add all and annotations bool bytes call contains delitem doc enter eq exit float format "
    "future ge getitem gt hash iadd index init int invert ior isub iter le len lt main match_args "
    "mod mul name ne neg new next or post_init pow qualname radd repr reversed ror round rsub "
    "setitem slots str sub truediv version xor"
)
_ORDINARY_DUNDERS = frozenset(f"__{name}__" for name in _ORDINARY)
_MUTATING = _words(
    "add append appendleft clear discard extend insert pop popitem remove setdefault update"
)
_MUTABLE = _words(
    "Counter OrderedDict array bytearray count cycle defaultdict deque dict iter list set"
)
# Classes of the standard library whose objects hold what they were made with, and nothing more.
_CONSTANT = _words("Decimal Fraction NewType ParamSpec Struct TypeVar TypeVarTuple")
_CACHES = _words("cache lru_cache")
# What is loaded and cannot be read.
_BINARY = _words(".dll .dylib .egg .pth .pyc .pyd .pyo .so .whl .zip")
_DUNDER = re.compile(r"__[a-z_]+?__")
_LARGEST = 1_000_000  # bytes of a file that is looked through
_SOME = 2  # a length from which on code can tell a name or a text of the workload
_MANY = 100  # a number from which on code can tell a measured population from a test
_WORD = 4  # characters from which on the beginning of a text can tell the workload
_PASSAGE = 8  # and from which on any part of it can

_Displays = (
    ast.List | ast.Dict | ast.Set | ast.ListComp | ast.DictComp | ast.SetComp | ast.GeneratorExp
)
_Function = ast.FunctionDef | ast.AsyncFunctionDef


class Reach(NamedTuple):
    """A place that a reviewer has to look at; ``line`` is None for a file as a whole."""

    path: str
    line: int | None
    what: str


class _Known(NamedTuple):
    """The texts of the benchmarks, the modules that are no news, and those that reach out."""

    texts: Collection[str]
    modules: Collection[str]
    reaching: Collection[str]


def find_reaches(
    base: Mapping[str, bytes],
    head: Mapping[str, bytes],
    texts: Collection[str] = (),
    measuring: Collection[str] = (),
) -> list[Reach]:
    """Return what measured files, by path, hold at the head and did not at the base.

    ``texts`` are those that the benchmarks hold: code that knows them can tell that it is measured.
    ``measuring`` are the modules that measure, of this project.
    """
    imported = {root for content in base.values() for root in _list_imports(content)}
    own = {PurePosixPath(path).parts[0] for path in head}
    known = _Known(texts, imported | own, _REACHING.union(measuring))
    found = []
    for path, content in sorted(head.items()):
        before = base.get(path)
        if content == before:
            continue
        told = Counter((what, text) for _, what, text in _look(path, before, known))
        for line, what, text in _look(path, content, known):
            if told[what, text]:
                told[what, text] -= 1
            else:
                found.append(Reach(path, line, what))
    return found


def list_texts(content: bytes) -> set[str]:
    """Return the texts in Python code that are long enough to be known again."""
    tree = _parse(content)
    return set() if isinstance(tree, str) else {text for _, text in _texts(tree)}


def _look(path: str, content: bytes | None, known: _Known) -> Iterator[tuple[int | None, str, str]]:
    """Iterate over lines, what is to be looked at there, and the code of the line."""
    suffix = PurePosixPath(path).suffix
    if content is None or suffix not in {".py", *_BINARY}:
        return
    if suffix != ".py":
        # Which it was before is no matter: nobody can see what it does now.
        yield None, "is no Python code, and cannot be looked through", str(hash(content))
        return
    tree = _parse(content)
    if isinstance(tree, str):
        yield None, tree, str(hash(content))
        return
    lines = content.decode("utf-8", "replace").split("\n")
    seen = _Look(tree, known)
    seen.visit(tree)
    for number, what in dict.fromkeys(seen.found):
        yield number, what, lines[number - 1].strip() if number <= len(lines) else ""
    for number, line in enumerate(lines, 1):
        if any(unicodedata.category(letter) == "Cf" for letter in line.removeprefix("\ufeff")):
            yield number, "holds characters that are not shown", line.strip()


def _parse(content: bytes) -> ast.Module | str:
    """Return the syntax of Python code, or why it cannot be looked through."""
    if len(content) > _LARGEST:
        return f"is larger than {_LARGEST:,} bytes, and not looked through"
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            return ast.parse(content)
    except (SyntaxError, ValueError, RecursionError, MemoryError) as error:
        return f"cannot be parsed: {str(error).partition(chr(10))[0]}"


def _list_imports(content: bytes) -> Iterator[str]:
    tree = _parse(content)
    for node in () if isinstance(tree, str) else ast.walk(tree):
        for name, _ in _imports(node):
            yield name.partition(".")[0]


def _imports(node: ast.AST) -> Iterator[tuple[str, str]]:
    """Iterate over what an import names, and what it calls it; not of the package itself."""
    if isinstance(node, ast.Import):
        for alias in node.names:
            root = alias.name.partition(".")[0]
            yield (alias.name, alias.asname) if alias.asname else (root, root)
    elif isinstance(node, ast.ImportFrom) and not node.level:
        for alias in node.names:
            yield f"{node.module}.{alias.name}", alias.asname or alias.name


def _texts(tree: ast.Module) -> Iterator[tuple[ast.Constant, str]]:
    """Iterate over the texts and bytes in code, but for documentation."""
    documentation = {
        id(node.value)
        for node in ast.walk(tree)
        if isinstance(node, ast.Expr) and isinstance(node.value, ast.Constant)
    }
    for node in ast.walk(tree):
        if isinstance(node, ast.Constant) and id(node) not in documentation:
            value = node.value
            text = value.decode("latin-1") if isinstance(value, bytes) else value
            if isinstance(text, str) and text:
                yield node, text


class _Look(ast.NodeVisitor):
    """Collects lines and what is to be looked at there."""

    def __init__(self, tree: ast.Module, known: _Known) -> None:
        self.found: list[tuple[int, str]] = []
        self._known = known
        self._aliases = {name: of for node in ast.walk(tree) for of, name in _imports(node)}
        self._large: set[str] = set()  # names of the module that are large numbers
        for statement in tree.body:
            self._note_large(statement)
        self._bound: frozenset[str] | None = None  # in the function that is looked at
        for node, text in _texts(tree):
            self._look_at_text(node, text, known.texts)

    def _note_large(self, node: ast.stmt) -> None:
        if isinstance(node, ast.Assign | ast.AnnAssign) and node.value is not None:
            is_large = any(map(_is_large, ast.walk(node.value)))
            self._large.update(_list_names(_targets(node)) if is_large else ())

    def _find(self, node: ast.AST, what: str) -> None:
        self.found.append((getattr(node, "lineno", 1), what))

    def _look_at_text(self, node: ast.Constant, text: str, texts: Collection[str]) -> None:
        stripped = text.strip()
        dunders = set(_DUNDER.findall(text)) - _ORDINARY_DUNDERS
        if stripped in _REACHING - _COMMON_WORDS or dunders:
            self._find(node, f"holds the text {_shorten(text)!r}")
        elif len(stripped) >= _WORD and any(_is_of(stripped, other) for other in texts):
            self._find(node, f"holds a text of the benchmarks: {_shorten(text)!r}")

    def _look_at_import(self, node: ast.Import | ast.ImportFrom) -> None:
        for name, _ in _imports(node):
            root = name.partition(".")[0]
            is_reaching = root in self._known.reaching or root.startswith("_")
            if root not in _HARMLESS and (is_reaching or root not in self._known.modules):
                self._find(node, f"imports {name}")

    visit_Import = visit_ImportFrom = _look_at_import  # noqa: N815 - ast's names

    def visit_Name(self, node: ast.Name) -> None:
        dotted = self._aliases.get(node.id, node.id)
        root = dotted.partition(".")[0]
        is_alias = node.id in self._aliases
        if is_alias and (root in self._known.reaching or root.startswith("_")):
            self._find(node, f"uses {dotted}")
        elif node.id in _BUILTINS or _is_dunder(node.id):
            self._find(node, f"uses {node.id}")

    def visit_Attribute(self, node: ast.Attribute) -> None:
        value = node.value
        dotted = self._aliases.get(value.id) if isinstance(value, ast.Name) else None
        if not isinstance(node.ctx, ast.Load):
            self._look_at_change(node, value)
        if dotted is not None and dotted.partition(".")[0] in self._known.reaching:
            self._find(node, f"uses {dotted}.{node.attr}")
            return
        if node.attr in _ATTRIBUTES or _is_dunder(node.attr):
            self._find(node, f"uses .{node.attr}")
        self.visit(value)

    def visit_Subscript(self, node: ast.Subscript) -> None:
        if not isinstance(node.ctx, ast.Load):
            self._look_at_change(node, node.value)
        self.generic_visit(node)

    def _look_at_change(self, node: ast.AST, changed: ast.expr) -> None:
        """Look at the change of what outlives the call: what is not bound in the function."""
        if isinstance(changed, ast.Name):
            is_shared = self._bound is not None and changed.id not in self._bound
            if is_shared or changed.id == "cls" or changed.id in self._aliases:
                self._find(node, f"changes {changed.id}")
        elif isinstance(changed, ast.Call):
            self._find(node, f"changes {_shorten(ast.unparse(changed))}")

    def visit_Call(self, node: ast.Call) -> None:
        called = node.func
        if (
            isinstance(called, ast.Attribute)
            and called.attr in _MUTATING
            and isinstance(called.value, ast.Name)
            and called.value.id not in self._aliases
        ):
            self._look_at_change(node, called.value)
        self.generic_visit(node)

    def _look_at_names(self, node: ast.Global | ast.Nonlocal) -> None:
        self._find(node, f"changes {', '.join(node.names)}")

    visit_Global = visit_Nonlocal = _look_at_names  # noqa: N815

    def _look_at_assignment(self, node: ast.Assign | ast.AnnAssign) -> None:
        if self._bound is None and node.value is not None and _is_state(node.value):
            told = ", ".join(_shorten(ast.unparse(target)) for target in _targets(node))
            if told != "__all__":
                self._find(node, f"keeps {told} for all calls")
        self.generic_visit(node)

    visit_Assign = visit_AnnAssign = _look_at_assignment  # noqa: N815

    def _look_at_function(self, node: _Function) -> None:
        if _is_dunder(node.name):
            self._find(node, f"defines {node.name}")
        defaults = [*node.args.defaults, *(one for one in node.args.kw_defaults if one is not None)]
        if any(map(_is_state, defaults)):
            self._find(node, f"keeps a default of {node.name} for all calls")
        for decorator in node.decorator_list:
            if _last_name(decorator) in _CACHES:
                self._find(decorator, f"keeps what {node.name} returns")
        before, self._bound = self._bound, frozenset(_list_bound(node))
        self.generic_visit(node)
        self._bound = before

    visit_FunctionDef = visit_AsyncFunctionDef = _look_at_function  # noqa: N815

    def _look_at_number(self, node: ast.AST) -> None:
        is_length = any(
            isinstance(one, ast.Call) and _last_name(one) == "len" for one in ast.walk(node)
        )
        for one in ast.walk(node):
            is_named = isinstance(one, ast.Name) and one.id in self._large
            if is_named or _is_large(one, _SOME if is_length else _MANY):
                self._find(node, f"compares with {_shorten(ast.unparse(one))}")
        self.generic_visit(node)

    visit_Compare = visit_MatchValue = _look_at_number  # noqa: N815

    def visit_BinOp(self, node: ast.BinOp) -> None:
        if isinstance(node.op, ast.Mod | ast.FloorDiv) and _is_large(node.right):
            self._look_at_number(node)
        else:
            self.generic_visit(node)

    def visit_MatchClass(self, node: ast.MatchClass) -> None:
        for name in node.kwd_attrs:
            if name in _ATTRIBUTES or _is_dunder(name):
                self._find(node, f"uses .{name}")
        self.generic_visit(node)


def _is_dunder(name: str) -> bool:
    return _DUNDER.fullmatch(name) is not None and name not in _ORDINARY_DUNDERS


def _is_large(node: ast.AST, least: int = _MANY) -> bool:
    return (
        isinstance(node, ast.Constant)
        and isinstance(node.value, int | float)
        and abs(node.value) >= least
    )


def _is_state(node: ast.expr) -> bool:
    """Return whether an expression makes what can hold more later than it does now."""
    if isinstance(node, ast.Call):
        name = _last_name(node)
        return name in _MUTABLE or (name[:1].isupper() and name not in _CONSTANT)
    return isinstance(node, _Displays)


def _targets(node: ast.Assign | ast.AnnAssign) -> list[ast.expr]:
    return node.targets if isinstance(node, ast.Assign) else [node.target]


def _list_names(nodes: Iterable[ast.AST]) -> Iterator[str]:
    return (node.id for node in nodes if isinstance(node, ast.Name))


def _list_bound(function: _Function) -> Iterator[str]:
    """Iterate over the names that a function binds: its parameters, and what it assigns."""
    for node in ast.walk(function):
        if isinstance(node, ast.arg):
            yield node.arg
        elif isinstance(node, ast.Name) and isinstance(node.ctx, ast.Store):
            yield node.id
        elif isinstance(node, ast.ExceptHandler) and node.name is not None:
            yield node.name


def _last_name(node: ast.expr) -> str:
    """Return the last name of what is called or named, nothing where there is none."""
    if isinstance(node, ast.Call):
        node = node.func
    if isinstance(node, ast.Attribute):
        return node.attr
    return node.id if isinstance(node, ast.Name) else ""


def _is_of(text: str, other: str) -> bool:
    """Return whether a text is one of the benchmarks', the beginning of it or made from it."""
    is_made = len(other) >= _WORD and not other[-1].isalnum() and text.startswith(other)
    return other.startswith(text) or is_made or (len(text) >= _PASSAGE and text in other)


def _shorten(text: str, limit: int = 60) -> str:
    return text if len(text) <= limit else f"{text[: limit - 1]}\N{HORIZONTAL ELLIPSIS}"
