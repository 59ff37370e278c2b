"""The shop's addresses."""

from django.urls import path

from pinwheel.doors.storefront import (
    account,
    activity,
    cashier,
    coupons,
    dividends,
    group,
    home,
    invitation,
    join,
    languages,
    me,
    order,
    pool,
    prize,
    promoter,
    verify,
)
from pinwheel.doors.storefront.converters import register_public_ids

register_public_ids()
app_name = "shop"
urlpatterns = [
    path("", home.home, name="home"),
    path("activities/<activity:activity_id>", activity.activity, name="activity"),
    path("activities/<activity:activity_id>/live", activity.activity_live, name="activity-live"),
    path("activities/<activity:activity_id>/draws", activity.activity_draws, name="activity-draws"),
    path("activities/<activity:activity_id>/plan.json", activity.activity_plan, name="activity-plan"),
    path("activities/<activity:activity_id>/qr.svg", activity.activity_qr, name="activity-qr"),
    path("activities/<activity:activity_id>/join", join.join, name="join"),
    path("groups/<group:group_id>", group.group, name="group"),
    path("groups/<group:group_id>/live", group.group_live, name="group-live"),
    path("groups/<group:group_id>/qr.svg", group.group_qr, name="group-qr"),
    path("groups/<group:group_id>/draw.json", group.group_draw, name="group-draw"),
    path("orders", order.orders, name="orders"),
    path("orders/<order:order_id>", order.order, name="order"),
    path("orders/<order:order_id>/live", order.order_live, name="order-live"),
    path("orders/<order:order_id>/pay", order.pay, name="pay"),
    path("orders/<order:order_id>/prize", prize.prize, name="prize"),
    path("vouchers", prize.vouchers, name="vouchers"),
    path("coupons", coupons.coupons, name="coupons"),
    path("coupons/list", coupons.coupon_list, name="coupon-list"),
    path("assets", me.assets, name="assets"),
    path("pool", pool.pool, name="pool"),
    path("pool/goods/<int:item_id>", pool.exchange_goods, name="exchange"),
    path("dividends", dividends.dividends, name="dividends"),
    path("me", me.me, name="me"),
    path("promoter", promoter.promoter, name="promoter"),
    path("promoter/poster.svg", promoter.poster, name="poster"),
    path("i/<slug:code>", invitation.invitation, name="invitation"),
    path("register", account.register, name="register"),
    path("login", account.login, name="login"),
    path("login/code", account.login_by_code, name="login-code"),
    path("logout", account.logout, name="logout"),
    path("language", languages.change_language, name="language"),
    path("cashier/sandbox", cashier.sandbox, name="sandbox"),
    path("cashier/callback/<slug:provider_name>", cashier.callback, name="callback"),
    path("verify", verify.verify, name="verify"),
]
