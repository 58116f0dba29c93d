"""Questions about messages: what they mean, and where one cannot be understood."""

from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from mailctl.domain import query as q
from mailctl.domain.query_language import DEPTH_MAX, LENGTH_MAX, TERMS_MAX, Asker, parse_query
from mailctl.errors import BadQuery
from tests.store.samples import HOSTILE

ASKER = Asker(datetime(2026, 3, 5, 12, 30, tzinfo=UTC), UTC)


@pytest.mark.parametrize(
    ("text", "meaning"),
    [
        ("invoice", '"invoice"'),
        ("invoice pay", '("invoice" "pay")'),
        ("invoice AND pay", '("invoice" "pay")'),
        ('"by friday" contract*', '("by friday" "contract"*)'),
        ('subject:"new addr"*', 'subject:"new addr"*'),
        ("a b OR c d OR e", '(("a" "b") OR ("c" "d") OR "e")'),
        ("a (b OR c)", '("a" ("b" OR "c"))'),
        ("a OR (b OR c)", '("a" OR "b" OR "c")'),
        ("-a", '-"a"'),
        ("NOT a b", '(-"a" "b")'),
        ("--a", '--"a"'),
        ("-(a OR b)", '-("a" OR "b")'),
        ("well-known", '"well-known"'),
        ("a - b ! *", '("a" "b")'),
        ("or and not", '("or" "and" "not")'),
        ("ORACLE NOTE", '("ORACLE" "NOTE")'),
        ("(x(y) z)", '("x(y)" "z")'),
        ("f(x) :)", '"f(x)"'),
        ('say"by friday"now', '("say" "by friday" "now")'),
        ('FROM:"Ann Smith"', 'from:"Ann Smith"'),
        ("from:ann@x.example to:@x.example", '(from:"ann@x.example" to:"@x.example")'),
        ("from:(ann OR ben*)", '(from:"ann" OR from:"ben"*)'),
        ("from:(ann subject:x)", '(from:"ann" subject:"x")'),
        ("-from:ann", '-from:"ann"'),
        ("http://x.example Re: 12:30", '("http://x.example" "Re:" "12:30")'),
        ('"re:x"', '"re:x"'),
        ("folder:INBOX folder:Arch*", '(folder:"INBOX" folder:"Arch"*)'),
        ('folder:"Sent Items" account:ada@x', '(folder:"Sent Items" account:"ada@x")'),
        ("has:attachment is:UNREAD is:flagged", "(has:attachment is:unread is:flagged)"),
        ("larger:5M smaller:1g", "(larger:5242880 smaller:1073741824)"),
        ("id:<x@y> thread:thr_1", '(id:"x@y" thread:"thr_1")'),
        ("after:2026", "after:2026-01-01T00:00:00+00:00"),
        ("before:yesterday", "before:2026-03-04T00:00:00+00:00"),
        (
            "on:2026-02",
            "(after:2026-02-01T00:00:00+00:00 before:2026-03-01T00:00:00+00:00)",
        ),
    ],
)
def test_a_question_means(text: str, meaning: str) -> None:
    assert str(parse_query(text, ASKER)) == meaning


@pytest.mark.parametrize(
    ("text", "column", "sentence"),
    [
        ("", 1, "no word to search for"),
        ('"" - !', 1, "no word to search for"),
        ("a form:ann", 3, "no field form:"),
        ("re:x", 1, "no field re:"),
        ("from:", 6, "nothing after from:"),
        ("from: ann", 6, "nothing after from:"),
        ('from:""', 6, "nothing after from:"),
        ("from:!!", 6, "no letter or digit"),
        ('a "b', 3, "quote is not closed"),
        ('from:"b', 6, "quote is not closed"),
        ("a (b", 3, "not closed"),
        ("a )", 3, "closes nothing"),
        ("()", 2, "missing"),
        ("OR a", 1, "missing"),
        ("a OR", 5, "missing"),
        ("a OR OR b", 6, "missing"),
        ("AND a", 1, "missing"),
        ("a NOT", 6, "missing"),
        ("-)", 2, "missing"),
        ("is:new", 4, "is:new is not known"),
        ("has:money", 5, "has:money is not known"),
        ("a larger:big", 10, "no size"),
        ("after:soon", 7, "no date"),
        ("on:2026-02-30", 4, "no day"),
        ("contact:ada", 1, "contacts are not in the store yet"),
        ("company:acme", 1, "companies are not in the store yet"),
        ("a link:deal", 3, "links are not in the store yet"),
        ("(" * 1000 + "a", DEPTH_MAX + 1, "deep"),
        ("-" * 1000 + "a", DEPTH_MAX + 1, "deep"),
        ("a " * (TERMS_MAX + 1), 2 * TERMS_MAX + 1, "at most"),
        ("a" * (LENGTH_MAX + 1), 61, "at most"),
    ],
)
def test_a_question_that_is_none_is_refused_at_its_column(
    text: str, column: int, sentence: str
) -> None:
    with pytest.raises(BadQuery, match=sentence) as refused:
        parse_query(text, ASKER)
    assert refused.value.details["column"] == column


PIECES = st.one_of(
    st.sampled_from(
        [*'()"-*: ', "OR ", "AND ", "NOT ", "from:", "after:", "is:", "folder:", "a", "2w", "read"]
    ),
    st.sampled_from([HOSTILE, "NEAR", "NEAR(", "^", "{", "}", "+", "\0", "%_", "'", ";"]),
    st.text(max_size=5),
)


@given(st.lists(PIECES, max_size=30).map("".join))
def test_anything_is_a_question_that_can_be_written_again_or_is_refused(text: str) -> None:
    try:
        query = parse_query(text, ASKER)
    except BadQuery as refused:
        column = refused.details["column"]
        assert isinstance(column, int)
        assert 1 <= column <= len(text) + 1
        return
    assert parse_query(str(query), ASKER) == query


TEXTS = st.text(max_size=20).map(lambda text: f"a{text}".replace('"', ""))
MOMENTS = st.datetimes().map(lambda moment: moment.replace(microsecond=0, tzinfo=UTC))
CONDITIONS: st.SearchStrategy[q.Query] = st.one_of(
    st.builds(q.Words, TEXTS, st.sampled_from([None, *q.Where]), st.booleans()),
    st.builds(q.Since, MOMENTS),
    st.builds(q.Before, MOMENTS),
    st.builds(q.Larger, st.integers(1, 999_999_999)),
    st.builds(q.Smaller, st.integers(1, 999_999_999)),
    st.just(q.WithAttachment()),
    st.builds(q.InState, st.sampled_from(q.State)),
    st.builds(q.InFolder, TEXTS, st.booleans()),
    st.builds(q.InAccount, TEXTS),
    st.builds(q.Named, TEXTS.map(lambda text: text.strip("<> "))),
    st.builds(q.InThread, TEXTS.map(lambda text: text.strip("<> "))),
)
QUERIES = st.recursive(
    CONDITIONS,
    lambda parts: st.one_of(
        st.builds(q.Not, parts),
        st.lists(parts, min_size=1, max_size=4).map(q.every),
        st.lists(parts, min_size=1, max_size=4).map(q.either),
    ),
    max_leaves=12,
)


@given(QUERIES)
def test_a_query_that_is_written_is_read_as_the_same(query: q.Query) -> None:
    assert parse_query(str(query), ASKER) == query


def test_a_day_of_this_machine_begins_at_its_midnight() -> None:
    query = parse_query("on:today", Asker(ASKER.now))
    assert isinstance(query, q.Every)
    since, before = query.of
    assert isinstance(since, q.Since)
    assert isinstance(before, q.Before)
    assert since.moment.astimezone().hour == 0
    assert before.moment - since.moment == timedelta(days=1)
