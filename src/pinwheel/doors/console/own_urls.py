"""Addresses of the pages that belong to no model."""

from typing import TYPE_CHECKING

from django.urls import URLPattern, path

from pinwheel.doors.console import (
    activity_setup,
    asset_naming,
    counters,
    ledger_accounts,
    ledger_batches,
    ledger_explorer,
    parcel_files,
    pool_settlement,
    wordings,
)

if TYPE_CHECKING:
    from pinwheel.doors.console.site import ConsoleSite


def own_urls(site: "ConsoleSite") -> list[URLPattern]:
    """Every page without a model of its own, for operators only; each checks its own permission."""
    view = site.admin_view
    return [
        path("new-activity/", view(activity_setup.new_page), name="activity_new"),
        path("ledger/", view(ledger_explorer.explorer), name="ledger_explorer"),
        path("ledger/accounts/", view(ledger_accounts.accounts), name="ledger_accounts"),
        path("ledger/batches/", view(ledger_batches.batches), name="ledger_batches"),
        path("ledger/batches/<int:number>/", view(ledger_batches.batch_page), name="ledger_batch_page"),
        path("ledger/members/<int:number>/", view(ledger_explorer.member_statement), name="ledger_member"),
        path("ledger/audit/", view(ledger_accounts.audit), name="ledger_audit"),
        path("settlement/", view(pool_settlement.plans), name="pool_plans"),
        path("settlement/<slug:plan>/", view(pool_settlement.plan_page), name="pool_plan"),
        path("settlement/<slug:plan>/enter/", view(pool_settlement.enter_page), name="pool_enter"),
        path("parcels/import/", view(parcel_files.import_page), name="parcel_import"),
        path("parcels/template.xlsx", view(parcel_files.template_file), name="parcel_template"),
        path("parcels/to-ship.csv", view(parcel_files.to_ship_file), name="parcel_export"),
        path("parcels/invoices.csv", view(parcel_files.invoice_file), name="invoice_export"),
        path("counters/wins/", view(counters.win_counters), name="win_counters"),
        path("counters/promoters/", view(counters.promoters), name="promoters"),
        path("message-kinds/", view(wordings.kinds_page), name="message_kinds"),
        path("message-kinds/<slug:name>/", view(wordings.kind_page), name="message_kind"),
        path(
            "message-kinds/<slug:name>/<slug:language>/", view(wordings.wording_page), name="message_wording"
        ),
        path("asset-names/", view(asset_naming.asset_names_page), name="asset_names"),
    ]
