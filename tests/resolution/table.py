"""The whole table, in the two parts in which it is run."""

from tests.resolution import (
    address_cases,
    document_cases,
    exchange_cases,
    hostile_cases,
    known_cases,
    mx_cases,
    sign_cases,
    srv_cases,
    transport_cases,
)

BY_NAMES = (
    *known_cases.CASES,
    *address_cases.CASES,
    *mx_cases.CASES,
    *sign_cases.CASES,
    *srv_cases.CASES,
)
BY_WEB = (
    *document_cases.CASES,
    *hostile_cases.CASES,
    *transport_cases.CASES,
    *exchange_cases.CASES,
)
CASES = (*BY_NAMES, *BY_WEB)
