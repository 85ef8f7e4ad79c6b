"""Find what errors say: "make translations" calls this for each module of errors."""

import ast
from collections.abc import Collection, Iterator, Mapping
from io import BytesIO
from typing import Any

from babel.messages.extract import extract_python

Found = tuple[int, str | None, Any, list[str]]


def extract(
    source: BytesIO,
    keywords: Mapping[str, Any],
    comment_tags: Collection[str],
    options: Mapping[str, Any],
) -> Iterator[Found]:
    """Yield what Babel finds in a module, and the docstring of each error: it is the error's text.

    An error that stands right under Exception is a family of them; nobody reads its text.
    """
    yield from extract_python(source, keywords, comment_tags, options)
    source.seek(0)
    for node in ast.parse(source.read()).body:
        if isinstance(node, ast.ClassDef) and node.name.endswith("Error"):
            family = [base.id for base in node.bases if isinstance(base, ast.Name)]
            text = ast.get_docstring(node)
            if text and family != ["Exception"]:
                yield node.lineno, None, text.partition("\n")[0], []
