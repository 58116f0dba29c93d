"""Mail of which is known what it has to be linked to: the same for the same seed.

`made` makes the set, `files.write` puts it into a directory, `files.setting_up` says which
commands make contacts, companies and records of it, and `scoring.score` compares links with
the truth. What the truth goes by:

- Own people (addresses, aliases, internal domains) are recognised first and never linked.
- The sender decides; where it leads to nobody the Reply-To, then all of To, Cc and Bcc.
- Tags behind a plus and the spellings that a provider takes for one mailbox are one mailbox.
- Several contacts of one address are all candidates, and none of them wins by luck.
- A contact brings its company. Of several it is that of the address's domain, else all are
  candidates. People who share an address bring what they have in common.
- An unknown address brings the company of its registrable domain, never that of a domain which
  the public shares or below which others register.
- Rules come in their order; the first that finds a record of a type decides for that type.
- What a message then lacks it has from its conversation, the newest first.
"""
