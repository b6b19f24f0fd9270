"""Reads of customers."""

from commerce.models import Customer, StoreCreditAccount


def get_customer(public_id: str) -> Customer:
    """Return a customer; raises Customer.DoesNotExist."""
    return Customer.objects.get(public_id=public_id)


def list_store_credit(customer: Customer) -> list[StoreCreditAccount]:
    """Return what a customer may spend, one account a currency."""
    return list(StoreCreditAccount.objects.filter(customer=customer).order_by("currency"))
