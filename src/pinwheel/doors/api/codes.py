"""Every code that an error of the API can carry: its HTTP status, its title and, if it is ours, its sentence.

Codes of `market/refusals.py` bring their own sentence; the others are the API's own. All are stable.
"""

from typing import NamedTuple

Words = tuple[str, str]  # Chinese, English


class Kind(NamedTuple):
    """What an error code means. `sentence` is None where the refusal brings its own."""

    status: int
    title: Words
    sentence: Words | None = None


REFUSALS: dict[str, Kind] = {
    "not_started": Kind(409, ("活动未开始", "Not started yet")),
    "ended": Kind(409, ("活动已结束", "Ended")),
    "outside_hours": Kind(409, ("不在参与时段", "Outside the daily hours")),
    "sold_out": Kind(409, ("已售完", "Sold out")),
    "limit_per_day": Kind(409, ("已达每日上限", "Daily limit reached")),
    "limit_total": Kind(409, ("已达总上限", "Total limit reached")),
    "already_in_group": Kind(409, ("已在团内", "In this group already")),
    "too_many_open_groups": Kind(409, ("开团过多", "Too many open groups")),
    "group_full": Kind(409, ("团已满", "Group full")),
    "group_not_found": Kind(404, ("没有这个团", "No such group")),
    "coupon_not_taken": Kind(409, ("不能用优惠券", "Coupons are not taken")),
    "coupon_used": Kind(409, ("优惠券已使用", "Coupon used already")),
    "coupon_expired": Kind(409, ("优惠券不在有效期", "Coupon not valid now")),
    "coupon_out_of_scope": Kind(409, ("优惠券不适用", "Coupon not for this")),
    "coupon_below_threshold": Kind(409, ("未满优惠券门槛", "Below the coupon's threshold")),
    "insufficient_balance": Kind(409, ("余额不足", "Balance too low")),
    "member_frozen": Kind(409, ("会员已冻结", "Member frozen")),
    "pool_in_only": Kind(409, ("现在只能转入", "Only inward now")),
    "pool_frozen": Kind(409, ("积分池已冻结", "Pool frozen")),
    "not_a_multiple": Kind(409, ("不是整数倍", "Not a multiple")),
    "insufficient_points": Kind(409, ("积分不足", "Too few points")),
    "idempotency_conflict": Kind(409, ("幂等键冲突", "Idempotency key in use")),
    "not_found": Kind(404, ("没有找到", "Not found")),
    "invalid": Kind(422, ("内容不正确", "Invalid content")),
    "already_registered": Kind(409, ("手机号已注册", "Number registered already")),
    "wrong_credentials": Kind(409, ("凭据不正确", "Wrong credentials")),
    "too_many_tries": Kind(429, ("尝试过多", "Too many tries")),
    "adults_only": Kind(409, ("仅限成年人", "Adults only")),
    "bad_signature": Kind(409, ("签名不正确", "Bad signature")),
    "not_editable": Kind(409, ("不能修改", "Not editable")),
    "reason_missing": Kind(409, ("缺少原因", "Reason missing")),
    "exchange_closed": Kind(409, ("不在兑换期", "Exchange closed")),
    "price_changed": Kind(409, ("价格已变", "Price changed")),
    "price_risen": Kind(409, ("价格已上升", "Price risen")),
    "exchange_limit": Kind(409, ("已达兑换上限", "Exchange limit reached")),
    "stock_needed": Kind(409, ("需要填写库存", "Stock needed")),
    "stock_short": Kind(409, ("库存不足", "Stock too small")),
    "coupons_gone": Kind(409, ("优惠券已领完", "Coupons gone")),
    "coupon_limit": Kind(409, ("已领满", "Coupon limit reached")),
    "self_sponsoring": Kind(409, ("不能邀请自己", "Own sponsor")),
    "sponsor_bound": Kind(409, ("已有邀请人", "Sponsor bound already")),
    "sponsor_loop": Kind(409, ("邀请关系成环", "Loop of sponsors")),
    "choice_made": Kind(409, ("已经选择", "Chosen already")),
    "choice_over": Kind(409, ("选择已过期", "Time to choose is over")),
    "not_on_the_list": Kind(409, ("不在奖品列表", "Not on the list of prizes")),
    "no_voucher": Kind(409, ("没有券可选", "No voucher offered")),
    "sponsor_unchanged": Kind(409, ("邀请人未变", "Sponsor unchanged")),
    "profit_out_of_range": Kind(409, ("利润超出范围", "Profit out of range")),
    "profit_entered": Kind(409, ("利润已录入", "Profit entered already")),
    "month_not_frozen": Kind(409, ("不在冻结期", "Month not frozen")),
    "pool_empty": Kind(409, ("积分池为空", "Pool empty")),
    "not_waiting": Kind(409, ("不在等待公开号码", "Not waiting for a number")),
    "value_too_late": Kind(409, ("公开数值逾期", "Public value too late")),
    "number_invalid": Kind(422, ("号码不正确", "Number invalid")),
    "source_missing": Kind(422, ("缺少出处", "Source missing")),
    "not_after_freeze": Kind(422, ("公布时间不正确", "Not after the freeze")),
    "entry_open": Kind(409, ("已有录入", "Entered already")),
    "numbers_differ": Kind(409, ("两次录入不一致", "Entries differ")),
    "amount_out_of_range": Kind(409, ("金额超出范围", "Amount out of range")),
    "too_little_balance": Kind(409, ("余额不足以扣减", "Balance too low to take")),
    "balance_over": Kind(409, ("付尾款已过期", "Time to pay is over")),
    "balance_paid": Kind(409, ("尾款已付清", "Balance paid already")),
    "already_decided": Kind(409, ("已处理", "Decided already")),
    "same_person": Kind(409, ("须另一人复核", "Second person needed")),
    "stop_open": Kind(409, ("已申请停止", "Stop proposed already")),
    "draft_changed": Kind(409, ("草稿已改动", "Draft changed")),
    "already_published": Kind(409, ("已经发布", "Published already")),
    "request_open": Kind(409, ("已有申请", "Request open already")),
    "budget_missing": Kind(409, ("没有预算", "Budget missing")),
    "budget_too_small": Kind(409, ("预算不足", "Budget too small")),
    "findings_block": Kind(409, ("合规结论阻止发布", "Findings block publishing")),
    "acknowledgement_missing": Kind(409, ("缺少确认", "Acknowledgement missing")),
    "reference_missing": Kind(409, ("缺少依据", "Reference missing")),
    "channel_failed": Kind(503, ("发送失败", "Not sent")),
    "endpoint_refused": Kind(409, ("地址不能使用", "Endpoint refused")),
    "too_many_endpoints": Kind(409, ("地址过多", "Too many endpoints")),
    "report_changed": Kind(409, ("结论已变", "Findings changed")),
    "not_allowed_now": Kind(409, ("现在不能这样做", "Not allowed now")),
    "unknown_area": Kind(422, ("没有这个区县", "Unknown district")),
    "too_many_addresses": Kind(409, ("地址过多", "Too many addresses")),
    "address_missing": Kind(409, ("缺少收货地址", "Address missing")),
    "unknown_carrier": Kind(422, ("没有这个快递公司", "Unknown carrier")),
    "bad_tracking_number": Kind(422, ("快递单号不正确", "Bad tracking number")),
    "digits_lost": Kind(422, ("单号位数丢失", "Digits lost")),
    "shipped_otherwise": Kind(409, ("已用其他单号发货", "Shipped with another number")),
    "duplicate_row": Kind(409, ("文件内重复", "Duplicate row")),
    "bad_file": Kind(422, ("文件不能导入", "Bad file")),
    "aftersale_open": Kind(409, ("售后处理中", "After-sale open")),
    "refund_too_large": Kind(409, ("退款金额过大", "Refund too large")),
}

OWN: dict[str, Kind] = {
    "bad_request": Kind(
        400,
        ("请求不正确", "Bad request"),
        (
            "请求不正确：请检查主机名与参数个数。",
            "The request cannot be taken: check its host name and the number of its parameters.",
        ),
    ),
    "idempotency_key_required": Kind(
        400,
        ("缺少幂等键", "Idempotency key required"),
        (
            "每个 POST 请求都要带 Idempotency-Key 头：1 到 200 个可见 ASCII 字符。",
            "Every POST needs an Idempotency-Key header: 1 to 200 visible ASCII characters.",
        ),
    ),
    "malformed_json": Kind(
        400,
        ("JSON 无法读取", "Malformed JSON"),
        (
            "请求正文不是正确的 JSON（UTF-8，字段不重复，嵌套不超过 {depth} 层）：{reason}",
            "The body is not proper JSON (UTF-8, no repeated fields, at most {depth} levels deep): {reason}",
        ),
    ),
    "unauthenticated": Kind(
        401,
        ("需要有效的密钥", "A valid key is required"),
        (
            "请带上有效的密钥：Authorization: Bearer pk_…；缺少、写错、过期或作废的密钥都不接受。",
            "Send a valid key: Authorization: Bearer pk_…; a missing, wrong, old or revoked one is refused.",
        ),
    ),
    "missing_scope": Kind(
        403,
        ("密钥缺少权限", "The key lacks a scope"),
        ("这个密钥没有权限 {scope}。", "This key does not have the scope {scope}."),
    ),
    "method_not_allowed": Kind(
        405,
        ("不支持这个方法", "Method not allowed"),
        ("此地址只接受：{allowed}。", "This address takes only: {allowed}."),
    ),
    "external_payment_off": Kind(
        409,
        ("未开通外部支付", "No external payment"),
        ("没有开通外部支付，请用余额支付。", "No external payment is offered here; pay from the balance."),
    ),
    "body_too_large": Kind(
        413,
        ("正文过大", "Body too large"),
        ("请求正文最大 {most} 字节。", "A body may have at most {most} bytes."),
    ),
    "unsupported_media_type": Kind(
        415,
        ("正文类型不支持", "Unsupported media type"),
        ("正文类型应为 application/json（UTF-8）。", "The body must be application/json (UTF-8)."),
    ),
    "invalid_request": Kind(
        422,
        ("请求不符合规定", "Invalid request"),
        (
            "请求有 {count} 处不符合规定，见 errors。",
            "The request is wrong in {count} place(s), see errors.",
        ),
    ),
    "internal_error": Kind(
        500,
        ("服务器出错", "Internal error"),
        (
            "服务器出错，请求没有生效或结果未知；请用同一个幂等键重试。编号 {instance}",
            "Something went wrong here; repeat the request with the same idempotency key. Number {instance}",
        ),
    ),
    "unavailable": Kind(
        503,
        ("暂时无法服务", "Unavailable for now"),
        (
            "系统暂时无法服务，请稍后用同一个幂等键重试。",
            "The system cannot answer just now; try again soon with the same idempotency key.",
        ),
    ),
}

CODES = {**REFUSALS, **OWN}


def kind_of(code: str) -> Kind:
    """What a code means; a refusal that is new to this list is a conflict."""
    return CODES.get(code) or Kind(409, ("请求被拒绝", "Refused"))
