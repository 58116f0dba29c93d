"""Contacts written as vCards, for address books (RFC 2426, RFC 6350)."""

from mailctl.domain.contacts import Contact, OptionKind


def vcard(contact: Contact, *, version: str) -> str:
    """Return a contact as a card of the version 3.0 or 4.0."""
    import vobject

    card = vobject.vCard()
    card.add("fn").value = contact.name
    given, _, family = contact.name.rpartition(" ")
    card.add("n").value = vobject.vcard.Name(family=family, given=given)
    if contact.company_names:
        department = [contact.department] if contact.department else []
        card.add("org").value = [contact.company_names[0], *department]
    if contact.job_title:
        card.add("title").value = contact.job_title
    names = {OptionKind.EMAIL: "email", OptionKind.PHONE: "tel", OptionKind.WEB: "url"}
    for option in contact.options:
        if option.kind is OptionKind.ADDRESS:
            field = card.add("adr")
            field.value = vobject.vcard.Address(street=" ".join(option.value.split()))
        else:
            field = card.add(names.get(option.kind, "x-socialprofile"))
            field.value = option.value + (f" ext {option.ext}" if option.ext else "")
        if option.type:
            field.type_param = "cell" if option.type == "mobile" else option.type
    if contact.tags:
        card.add("categories").value = list(contact.tags)
    text = str(card.serialize())
    return text if version == "3.0" else text.replace("VERSION:3.0", "VERSION:4.0", 1)
