"""A migration only adds what the older program can live with, and stops nobody (decision 118).

What a rule forbids may stand where its line, or the one above, gives a reason after "# allowed: ".
"""

import ast
from collections.abc import Iterator

import pytest

from app.databases import MIGRATIONS
from tests.faults.ahead import AHEAD

# Of the first release, before which there was no program that could be left running.
BEFORE = {f"{number:04}" for number in (*range(1, 12), 13, 15)}
FILES = [
    *(
        path
        for path in sorted((MIGRATIONS / "versions").glob("*.py"))
        if path.name[:4] not in BEFORE
    ),
    *sorted(AHEAD.glob("*.py")),
]
TAKE_AWAY = {"drop_column", "drop_table", "drop_constraint", "drop_index", "rename_table"}
LOOK_AT_ALL = {"create_check_constraint", "create_foreign_key", "create_unique_constraint"}
BY_PIECES = {"add_index", "fill", "add_check"}
SECOND_IS_THE_TABLE = {"create_index", "drop_index", *LOOK_AT_ALL}
FAULTS = {
    **dict.fromkeys(TAKE_AWAY, "the older program may need it"),
    **dict.fromkeys(LOOK_AT_ALL, "looks at every row while nobody writes; see add_check"),
    "alter_column": "a look at every row, another type, or a default that is missed",
    "batch_alter_table": "SQLite may lay the table anew; op.add_column does not",
    "create_index": "nobody writes meanwhile; see add_index",
    "execute": "every row at once; see fill",
}


@pytest.mark.parametrize("path", FILES, ids=lambda path: path.name)
def test_a_migration_runs_while_people_answer(path) -> None:
    assert faults_of(path.read_text(encoding="utf-8")) == []


def test_every_migration_of_before_is_there() -> None:
    there = {path.name[:4] for path in (MIGRATIONS / "versions").glob("*.py")}
    assert there >= BEFORE - {"0012"}


@pytest.mark.parametrize(
    "line",
    [
        'op.drop_column("person", "name")',
        'op.drop_table("person")',
        'op.drop_index("ix_person_name", "person")',
        'op.alter_column("person", "name", nullable=False)',
        'op.create_check_constraint("name", "person", "name is not null")',
        'op.create_index("ix_person_name", "person", ["name"])',
        'op.execute("UPDATE person SET name = 1")',
        'op.add_column("person", sa.Column("age", sa.Integer(), nullable=False))',
        'with op.batch_alter_table("person") as batch_op: pass',
        'add_index("ix_person_name", "person", ["name"]); op.add_column("person", sa.Column("a"))',
    ],
)
def test_what_would_stop_the_older_program_or_its_people_is_found(line: str) -> None:
    assert len(faults_of(f"def upgrade_():\n    {line}")) == 1
    assert faults_of(f"def downgrade_():\n    {line}") == []
    assert faults_of(f"def upgrade_():\n    # allowed: nobody reads it\n    {line}") == []


def test_a_table_that_is_new_may_be_made_in_any_way() -> None:
    made = """
def upgrade_():
    op.create_table("mark", sa.Column("id", sa.Integer(), nullable=False))
    op.create_index("ix_mark_id", "mark", ["id"])
    with op.batch_alter_table("mark") as batch_op:
        batch_op.create_index("ix_mark_other", ["id"])
"""
    assert faults_of(made) == []
    assert (
        len(faults_of(made.replace('batch_alter_table("mark")', 'batch_alter_table("pool")'))) == 2
    )


def faults_of(source: str) -> list[str]:
    """Return what a migration's upgrade does that it may not, each with its line."""
    excused = {at for at, line in enumerate(source.splitlines(), 1) if "# allowed: " in line}
    return [
        f"line {line}, {fault}"
        for line, fault in _faults(ast.parse(source))
        if not {line, line - 1} & excused
    ]


def _faults(tree: ast.Module) -> Iterator[tuple[int, str]]:
    calls = [
        call
        for function in tree.body
        if isinstance(function, ast.FunctionDef) and not function.name.startswith("downgrade")
        for call in ast.walk(function)
        if isinstance(call, ast.Call)
    ]
    of_batch = dict(_tables_of_batches(tree))
    made = {_table(call, of_batch) for call in calls if _name(call) == "create_table"}
    for call in calls:
        name = _name(call)
        if _table(call, of_batch) in made:
            continue
        if name in FAULTS:
            yield call.lineno, f"{name}: {FAULTS[name]}"
        elif name == "add_column" and _lacks_a_value(call):
            yield call.lineno, f"{name}: the older program gives it no value"
    with_op = [call for call in calls if ast.unparse(call.func).startswith("op.")]
    if with_op and BY_PIECES & {_name(call) for call in calls}:
        yield with_op[0].lineno, "what is done in pieces has a file of its own"


def _name(call: ast.Call) -> str:
    return ast.unparse(call.func).rpartition(".")[2]


def _tables_of_batches(tree: ast.Module) -> Iterator[tuple[int, str]]:
    """Yield each call inside a batch, and the table of the batch."""
    for block in ast.walk(tree):
        if isinstance(block, ast.With) and isinstance(block.items[0].context_expr, ast.Call):
            table = _table(block.items[0].context_expr, {})
            yield from ((id(call), table) for part in block.body for call in ast.walk(part))


def _table(call: ast.Call, of_batch: dict[int, str]) -> str:
    at = 1 if _name(call) in SECOND_IS_THE_TABLE else 0
    given = call.args[at] if len(call.args) > at else None
    named = str(given.value) if isinstance(given, ast.Constant) else ""
    return of_batch.get(id(call), named)


def _lacks_a_value(call: ast.Call) -> bool:
    columns = (node for node in ast.walk(call) if isinstance(node, ast.Call))
    said = {word.arg: ast.unparse(word.value) for one in columns for word in one.keywords}
    return said.get("nullable") == "False" and "server_default" not in said
