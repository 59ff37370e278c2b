"""Addresses of the ledger's pages."""

from typing import TYPE_CHECKING

from django.urls import URLPattern, path

from pinwheel.doors.console import ledger_accounts, ledger_batches, ledger_explorer

if TYPE_CHECKING:
    from pinwheel.doors.console.site import ConsoleSite


def ledger_urls(site: "ConsoleSite") -> list[URLPattern]:
    """Every page of the ledger, for operators only; each checks its own permission."""
    view = site.admin_view
    return [
        path("ledger/", view(ledger_explorer.explorer), name="ledger_explorer"),
        path("ledger/accounts/", view(ledger_accounts.accounts), name="ledger_accounts"),
        path("ledger/batches/", view(ledger_batches.batches), name="ledger_batches"),
        path("ledger/batches/<int:number>/", view(ledger_batches.batch_page), name="ledger_batch_page"),
        path("ledger/members/<int:number>/", view(ledger_explorer.member_statement), name="ledger_member"),
        path("ledger/audit/", view(ledger_accounts.audit), name="ledger_audit"),
    ]
