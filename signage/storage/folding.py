"""Names as people look for them: full and half width are one, capitals and small letters too, in SQLite and PostgreSQL alike."""

import unicodedata
from typing import Any

from sqlalchemy import ColumnElement, String
from sqlalchemy.ext.compiler import compiles
from sqlalchemy.sql.functions import FunctionElement


class _Folded(FunctionElement[str]):
    type = String()
    inherit_cache = True


@compiles(_Folded)
def _by_our_own(element: _Folded, compiler: Any, **options: Any) -> str:
    """SQLite folds nothing but ASCII: the engine teaches it `folded`."""
    return f"folded({compiler.process(element.clauses, **options)})"


@compiles(_Folded, "postgresql")
def _by_the_server(element: _Folded, compiler: Any, **options: Any) -> str:
    return f"lower(normalize({compiler.process(element.clauses, **options)}, NFKC))"


def folded(text: str) -> str:
    return unicodedata.normalize("NFKC", text).lower()


def has(column: ColumnElement[str], word: str) -> ColumnElement[bool]:
    """Does it contain this word, however either is typed?"""
    return _Folded(column).contains(folded(word), autoescape=True)
