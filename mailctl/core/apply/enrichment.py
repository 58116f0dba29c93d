"""What becomes of facts of signatures, field by field, as files declare it."""

from collections.abc import Iterator

from mailctl.core.apply.declared_fields import DeclaredFields
from mailctl.core.apply.kinds import Compared, Described, Kind, Manner, Wanted, only
from mailctl.core.enrichment.enrichment import forget_policy, set_policies
from mailctl.domain.facts import FactField
from mailctl.domain.proposals import EnrichPolicy, FieldPolicy, parse_policy, policy_text
from mailctl.store import facts
from mailctl.store.connection import Reading

SECTION = "enrich_policies"


def _read(fields: DeclaredFields, manner: Manner) -> Iterator[Wanted]:
    field = fields.choice("field", FactField)
    text = fields.text("policy", parse_policy)
    if fields.is_sound and (field is None or text is None):
        fields.say(fields.spot, f"the enrich policy has no {'policy' if field else 'field'}")
    if not fields.close() or field is None or text is None:
        return
    policy, threshold = parse_policy(text or EnrichPolicy.PROPOSE)
    wanted = FieldPolicy(field, policy, threshold)

    def compared(tx: Reading, manner: Manner) -> Compared:
        was = next((each for each in facts.chosen_policies(tx) if each.field is field), None)
        said = [f"{field}={policy_text(wanted)}"]
        work = only(lambda services: set_policies(services, said))
        return Compared(None if was is None else _described(was), _described(wanted), work)

    yield Wanted(SECTION, field, fields.spot, compared)


def _described(policy: FieldPolicy) -> Described:
    return {"field": str(policy.field), "policy": policy_text(policy)}


ENRICH_POLICIES = Kind(
    SECTION,
    "enrich policy",
    _read,
    lambda tx, name: name in set(FactField),
    lambda tx: map(_described, facts.chosen_policies(tx)),
    lambda services, name, _: forget_policy(services, FactField(name)),
    batch=len(FactField),
)
