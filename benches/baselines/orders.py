"""Rows of `orders` from the documents of three marketplaces, as somebody would write it for a one-off script.

Only what the table of orders needs: no lines, no checks of bad documents beyond what a script would stumble over.
"""

import re
from datetime import datetime, timedelta, timezone
from decimal import Decimal

HANOI = timezone(timedelta(hours=7))

COLUMNS = (
    "platform",
    "order_code",
    "status",
    "platform_status",
    "currency",
    "total_amount",
    "discount_amount",
    "final_amount",
    "order_date",
    "shop_id",
    "customer_id",
    "source_updated_at",
)

STATUS = {
    "UNPAID": "pending",
    "ON_HOLD": "pending",
    "AWAITING_SHIPMENT": "pending",
    "AWAITING_COLLECTION": "pending",
    "PARTIALLY_SHIPPING": "pending",
    "IN_TRANSIT": "pending",
    "DELIVERED": "completed",
    "COMPLETED": "completed",
    "CANCELLED": "cancelled",
    "READY_TO_SHIP": "pending",
    "PROCESSED": "pending",
    "RETRY_SHIP": "pending",
    "SHIPPED": "pending",
    "TO_CONFIRM_RECEIVE": "pending",
    "IN_CANCEL": "pending",
    "TO_RETURN": "pending",
    "canceled": "cancelled",
    "returned": "cancelled",
    "failed": "cancelled",
    "delivered": "completed",
    "confirmed": "completed",
}


def money(value):
    if value is None or value == "":
        return Decimal(0)
    if isinstance(value, str):
        value = value.replace(",", "")
    amount = Decimal(str(value))
    if not amount.is_finite():
        raise ValueError("an amount that is no number")
    return amount.quantize(Decimal("0.01"))


def moment(value):
    if isinstance(value, datetime):
        return value.replace(tzinfo=timezone.utc) if value.tzinfo is None else value
    if isinstance(value, str) and not re.fullmatch(r"[0-9.]+", value):
        return datetime.strptime(value, "%Y-%m-%d %H:%M:%S %z")
    seconds = float(value)
    if seconds > 10_000_000_000:
        seconds /= 1000
    return datetime.fromtimestamp(seconds, timezone.utc)


def civil(value):
    return moment(value).astimezone(HANOI).replace(tzinfo=None)


def tiktok(document):
    order = document
    payment = order.get("payment") or {}
    total = money(payment.get("original_total_product_price"))
    discount = money(payment.get("seller_discount"))
    status = order["status"]
    return (
        "tiktok",
        str(order["id"]),
        STATUS.get(status, "pending"),
        status,
        payment.get("currency", "VND"),
        total,
        discount,
        total - discount,
        civil(order["create_time"]),
        str(order.get("shop_id") or ""),
        str(order.get("user_id") or ""),
        moment(order["update_time"]),
    )


def shopee(document):
    order = document.get("data") or document
    items = order.get("item_list") or []
    total = sum((money(i.get("model_original_price")) * (i.get("model_quantity_purchased") or 0) for i in items), Decimal(0))
    final = sum((money(i.get("model_discounted_price")) * (i.get("model_quantity_purchased") or 0) for i in items), Decimal(0))
    status = order["order_status"]
    return (
        "shopee",
        str(order["order_sn"]),
        STATUS.get(status, "pending"),
        status,
        order.get("currency", "VND"),
        total,
        total - final,
        final,
        civil(order["create_time"]),
        str(document.get("shop_id") or ""),
        str(order.get("buyer_user_id") or ""),
        moment(order["update_time"]),
    )


def lazada(document):
    order = document.get("payload") or document
    total = money(order.get("price"))
    discount = money(order.get("voucher_seller"))
    statuses = [s.lower() for s in order.get("statuses") or ["pending"]]
    items = order.get("order_items") or [{}]
    return (
        "lazada",
        str(order["order_id"]),
        STATUS.get(statuses[0], "pending"),
        statuses[0],
        items[0].get("currency", "VND"),
        total,
        discount,
        total - discount,
        civil(order["created_at"]),
        str(document.get("shop_id") or ""),
        str(items[0].get("buyer_id") or ""),
        moment(order["updated_at"]),
    )


COLLECTIONS = {"tiktok_orders": tiktok, "shopee_orders": shopee, "lazada_orders": lazada}


def rows(database, collection):
    """Rows of a collection, and how many documents the script could not read."""
    row_of = COLLECTIONS[collection]
    for document in database[collection].find(batch_size=5_000):
        try:
            yield row_of(document)
        except (ArithmeticError, KeyError, TypeError, ValueError, AttributeError, IndexError):
            # A document that is broken: a script would log it and go on.
            continue
