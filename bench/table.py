"""The table in which benchmarks print."""

from collections.abc import Sequence
from typing import NamedTuple

from rich.console import Console
from rich.table import Table


class Row(NamedTuple):
    """One measured figure, with its unit and what it is held against."""

    name: str
    value: float
    unit: str
    note: str = ""


def print_rows(title: str, rows: Sequence[Row]) -> None:
    """Print the rows with aligned figures."""
    table = Table(title=title, title_justify="left")
    table.add_column("what")
    table.add_column("figure", justify="right")
    table.add_column("unit")
    table.add_column("held against")
    for row in rows:
        figure = f"{row.value:,.0f}" if row.value >= 100 else f"{row.value:,.2f}"
        table.add_row(row.name, figure, row.unit, row.note)
    Console(width=130).print(table)
