"""Files of tracking numbers as operators have them: CSV in UTF-8 or GBK, or XLSX. Read, not believed."""

import csv
import io
import re
import zipfile
from collections.abc import Iterator
from itertools import islice
from typing import Any, NamedTuple

from openpyxl import Workbook, load_workbook
from openpyxl.utils.exceptions import InvalidFileException

from pinwheel.market.refusals import Refused

MOST_BYTES = 5 * 1024 * 1024
MOST_UNPACKED = 50 * 1024 * 1024
MOST_ROWS = 5000
MOST_EMPTY = 1000  # in a row: the sheet is over
MOST_COLUMNS = 50
LONGEST_CELL = 200
ORDER, CARRIER, NUMBER = "order", "carrier", "tracking_number"
HEADERS = {ORDER: "订单号 Order", CARRIER: "快递公司 Carrier", NUMBER: "快递单号 Tracking number"}
KNOWN = {
    ORDER: ("订单号", "order", "order number"),
    CARRIER: ("快递公司", "carrier"),
    NUMBER: ("快递单号", "运单号", "物流单号", "tracking number", "tracking_number"),
}
TRUNCATED = re.compile(r"\d(\.\d+)?[eE]\+?\d+")  # what Excel makes of a long number
LOST = "\ufffd"  # stands for a number of which the file does not hold every digit
PRECISE = 10**15  # a number in a sheet holds 15 digits

TOO_LARGE = ("文件最大 5 MB、5000 行", "a file may have at most 5 MB and 5000 rows")
UNREADABLE = (
    "读不出表格，请上传 CSV（UTF-8 或 GBK）或 XLSX",
    "this is no table; please send CSV (UTF-8 or GBK) or XLSX",
)
NO_HEADERS = (
    "第一行要有三列：订单号、快递公司、快递单号",
    "the first row must name three columns: order, carrier, tracking number",
)


class Row(NamedTuple):
    """One row as it stands in the file, from line 2 on."""

    line: int
    order: str
    carrier: str
    number: str

    @property
    def is_empty(self) -> bool:
        return not (self.order or self.carrier or self.number)


def read_file(data: bytes) -> list[Row]:
    """The rows of a file below its headers. Raises: Refused bad_file."""
    if len(data) > MOST_BYTES:
        raise Refused("bad_file", {"what": TOO_LARGE})
    table = xlsx_rows(data) if data[:4] == b"PK\x03\x04" else csv_rows(data)
    lines = list(islice(table, MOST_ROWS + 2))
    while lines and not any(lines[-1]):
        lines.pop()
    if len(lines) > MOST_ROWS + 1:
        raise Refused("bad_file", {"what": TOO_LARGE})
    columns = find_columns(lines[0] if lines else [])
    return [
        Row(number, *(cells[column] if column < len(cells) else "" for column in columns))
        for number, cells in enumerate(lines[1:], start=2)
    ]


def find_columns(headers: list[str]) -> list[int]:
    """Where order, carrier and tracking number stand. Raises: Refused bad_file."""
    spoken = [header.strip().lower() for header in headers]
    columns = []
    for name, words in KNOWN.items():
        whole = {*words, HEADERS[name].lower()}
        found = [column for column, header in enumerate(spoken) if header in whole]
        if len(found) != 1:
            raise Refused("bad_file", {"what": NO_HEADERS})
        columns.append(found[0])
    return columns


def csv_rows(data: bytes) -> Iterator[list[str]]:
    """Rows of a CSV file. Raises: Refused bad_file."""
    try:
        text = data.decode("utf-8-sig")
    except UnicodeDecodeError:
        try:
            text = data.decode("gb18030")
        except UnicodeDecodeError:
            raise Refused("bad_file", {"what": UNREADABLE}) from None
    if "\0" in text:
        raise Refused("bad_file", {"what": UNREADABLE})
    first = text.split("\n", 1)[0]
    separator = max(",;\t", key=first.count)
    try:
        for row in csv.reader(io.StringIO(text), delimiter=separator):
            yield [cell_text(cell) for cell in row[:MOST_COLUMNS]]
    except csv.Error:
        raise Refused("bad_file", {"what": UNREADABLE}) from None


def xlsx_rows(data: bytes) -> Iterator[list[str]]:
    """Rows of the first sheet of a workbook. Raises: Refused bad_file."""
    try:
        with zipfile.ZipFile(io.BytesIO(data)) as packed:
            if sum(part.file_size for part in packed.infolist()) > MOST_UNPACKED:
                raise Refused("bad_file", {"what": TOO_LARGE})
        book = load_workbook(io.BytesIO(data), read_only=True, data_only=True)
        empty = 0
        for row in book.worksheets[0].iter_rows(values_only=True, max_col=MOST_COLUMNS):
            cells = [cell_text(value) for value in row]
            empty = 0 if any(cells) else empty + 1
            if empty > MOST_EMPTY:
                return
            yield cells
    except (zipfile.BadZipFile, InvalidFileException, KeyError, ValueError, IndexError, OSError):
        raise Refused("bad_file", {"what": UNREADABLE}) from None


def cell_text(value: Any) -> str:
    """What a cell says, as text: whole numbers without the places that a spreadsheet gives them."""
    if value is None:
        return ""
    if isinstance(value, float | int) and not isinstance(value, bool):
        if abs(value) >= PRECISE:
            return LOST
        return str(int(value)) if value == int(value) else str(value)
    text = str(value).strip().removeprefix("'").strip()[:LONGEST_CELL]
    if TRUNCATED.fullmatch(text):
        return LOST
    return text.removesuffix(".0") if text.removesuffix(".0").isdigit() else text


def template_xlsx() -> bytes:
    """An empty workbook with the headers; its cells are text, so that no digit is lost."""
    book = Workbook()
    sheet = book.active
    sheet.append(list(HEADERS.values()))
    for column, width in (("A", 20), ("B", 22), ("C", 28)):
        sheet.column_dimensions[column].width = width
        sheet.column_dimensions[column].number_format = "@"
    stream = io.BytesIO()
    book.save(stream)
    return stream.getvalue()


def safe_cell(text: str) -> str:
    """A cell that no spreadsheet takes for a formula, on one line."""
    flat = " ".join(text.split())
    return f"'{flat}" if flat[:1] in ("=", "+", "-", "@") else flat


def csv_line(cells: list[str]) -> str:
    """One line of CSV."""
    stream = io.StringIO()
    csv.writer(stream).writerow([safe_cell(cell) for cell in cells])
    return stream.getvalue()
