"""An activity's results as files: CSV line by line, XLSX row by row through a file of its own."""

import csv
import io
import tempfile
from collections.abc import Iterator
from datetime import datetime
from decimal import Decimal
from typing import IO

from openpyxl import Workbook
from openpyxl.cell import WriteOnlyCell
from openpyxl.styles import Font
from openpyxl.utils import get_column_letter
from openpyxl.worksheet._write_only import WriteOnlyWorksheet

from pinwheel.market.delivery.exports import BYTE_ORDER_MARK
from pinwheel.market.delivery.files import csv_line, safe_cell
from pinwheel.market.orders.models import Order
from pinwheel.market.orders.results import HEADERS, Cell, result_rows
from pinwheel.market.refusals import Refused

LINES_AT_ONCE = 200  # lines sent together
MOST_ROWS = 50_000  # of a workbook: it is written in full before it is sent
TOO_MANY = (
    f"XLSX 最多 {MOST_ROWS:,} 行，请下载 CSV。",
    f"A workbook takes at most {MOST_ROWS:,} rows; take the CSV.",
)
NARROW, WIDE = 14, 20
WIDE_COLUMNS = (
    "订单号 Order",
    "会员号 Member",
    "团 Group",
    "不中原因 Barred by",
    "下单时间 Ordered",
    "付款时间 Paid at",
)
MONEY, MOMENT = "0.00", "yyyy-mm-dd hh:mm:ss"
ILLEGAL = {code: None for code in range(32)}  # control characters, which a workbook may not hold


def csv_text(cell: Cell) -> str:
    """A cell as CSV has it; a text that Excel would take for a formula is told apart by `safe_cell`."""
    if cell is None:
        return ""
    if isinstance(cell, str):
        return safe_cell(cell) if cell else cell
    return cell.isoformat(" ") if isinstance(cell, datetime) else str(cell)


def result_lines(activity_id: int) -> Iterator[str]:
    """CSV, some lines at a time."""
    part = io.StringIO()
    part.write(BYTE_ORDER_MARK + csv_line(HEADERS))
    writer = csv.writer(part)
    for number, row in enumerate(result_rows(activity_id), start=1):
        writer.writerow([csv_text(cell) for cell in row])
        if number % LINES_AT_ONCE == 0:
            yield part.getvalue()
            part = io.StringIO()
            writer = csv.writer(part)
    yield part.getvalue()


def result_workbook(activity_id: int) -> IO[bytes]:
    """A file with the workbook, to be read from its beginning; gone once it is closed.

    Raises: Refused bad_file where there are more rows than it takes.
    """
    count = Order.objects.filter(activity_id=activity_id)[: MOST_ROWS + 1].count()
    if count > MOST_ROWS:
        raise Refused("bad_file", {"what": TOO_MANY})
    book = Workbook(write_only=True)
    sheet = book.create_sheet("结果 Results")
    sheet.freeze_panes = "B2"
    for number, header in enumerate(HEADERS, start=1):
        sheet.column_dimensions[get_column_letter(number)].width = WIDE if header in WIDE_COLUMNS else NARROW
    bold = [WriteOnlyCell(sheet, value=header) for header in HEADERS]
    for cell in bold:
        cell.font = Font(bold=True)
    sheet.append(bold)
    styles: dict[type, WriteOnlyCell] = {
        Decimal: styled(sheet, MONEY),
        datetime: styled(sheet, MOMENT),
    }
    for row in result_rows(activity_id):
        sheet.append([sheet_cell(sheet, cell, styles) for cell in row])
    file = tempfile.TemporaryFile()  # noqa: SIM115 - whoever sends it closes it
    book.save(file)
    file.seek(0)
    return file


def styled(sheet: WriteOnlyWorksheet, number_format: str) -> WriteOnlyCell:
    """A cell whose style others share: making a style for every cell would take most of the time."""
    cell = WriteOnlyCell(sheet)
    cell.number_format = number_format
    return cell


def sheet_cell(sheet: WriteOnlyWorksheet, cell: Cell, styles: dict[type, WriteOnlyCell]) -> object:
    """A cell with its kind: amounts and moments as such, every text as text, whatever it begins with."""
    if isinstance(cell, str):
        clean = cell.translate(ILLEGAL)
        if clean[:1] not in ("=", "#"):
            return clean
        text = WriteOnlyCell(sheet, value=clean)
        text.data_type = "s"
        return text
    if cell is not None and type(cell) in styles:
        kept = WriteOnlyCell(sheet, value=cell)
        kept._style = styles[type(cell)]._style
        return kept
    return cell
