"""Which columns of a file say who bought, when, and for how much."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from ruleflow.diagnostics.suggest import listing, nearest
from ruleflow.segmentation.errors import PurchasesError

USUAL = {
    "customer": ("customer", "customer_id", "contact", "contact_id", "client", "client_id", "customer id"),
    "at": ("at", "date", "invoice_date", "order_date", "purchased_at", "created_at", "invoicedate"),
    "total": ("total", "amount", "revenue", "sum", "value"),
    "order": ("order", "order_id", "invoice", "invoice_no", "invoice_id", "receipt"),
    "quantity": ("quantity", "qty"),
    "price": ("price", "unit_price", "unitprice"),
}
"""Names under which columns are looked for where nobody names them; case is passed over."""


@dataclass(frozen=True, slots=True)
class Wanted:
    """What the user says of the file: names of columns ('' : the usual ones), and how dates and numbers are written."""

    customer: str = ""
    at: str = ""
    total: str = ""
    order: str = ""
    quantity: str = ""
    price: str = ""
    date_format: str = ""
    """As in Python's `strptime`; '' : ISO 8601."""
    decimal_comma: bool = False


@dataclass(frozen=True, slots=True)
class Columns:
    """The columns that are read. `order` '' : each row is a purchase. `total` '' : it is `quantity` times `price`."""

    customer: str
    at: str
    order: str
    total: str
    quantity: str = ""
    price: str = ""

    @property
    def words(self) -> str:
        """How the report names them."""
        total = self.total or f"{self.quantity} × {self.price}"
        order = f", order {self.order}" if self.order else ""
        return f"customer {self.customer}, at {self.at}, total {total}{order}"


def columns_of(known: Sequence[str], wanted: Wanted) -> Columns:
    """The columns of a file that are meant. Raises `PurchasesError` where one is not there."""
    total = _found("total", wanted.total, known)
    quantity, price = _found("quantity", wanted.quantity, known), _found("price", wanted.price, known)
    by_price = bool(quantity and price) and not wanted.total and (not total or bool(wanted.price))
    if not total and not by_price:
        raise PurchasesError(
            f"no column says how much was paid: name it with --total, or --quantity and --price; {_there(known)}"
        )
    return Columns(
        _needed("customer", wanted.customer, known),
        _needed("at", wanted.at, known),
        _found("order", wanted.order, known),
        "" if by_price else total,
        quantity if by_price else "",
        price if by_price else "",
    )


def _needed(what: str, named: str, known: Sequence[str]) -> str:
    found = _found(what, named, known)
    if not found:
        raise PurchasesError(f"no column says {_MEANINGS[what]}: name it with --{what}; {_there(known)}")
    return found


_MEANINGS = {"customer": "who bought", "at": "when it was"}


def _found(what: str, named: str, known: Sequence[str]) -> str:
    if named:
        if named in known:
            return named
        near = nearest(named, known)
        raise PurchasesError(
            f"the file has no column `{named}`; {f'did you mean `{near}`?' if near else _there(known)}"
        )
    by_name = {name.strip().lower(): name for name in reversed(known)}
    return next((by_name[name] for name in USUAL[what] if name in by_name), "")


def _there(known: Sequence[str]) -> str:
    return f"its columns are {listing(known, 40)}" if known else "it has no columns"
