"""What a message holds."""

from mailctl.mail.content import attachment_octets, attachments, read_content
from tests.mail.test_parse import PDF, TEXT, multipart

NAMED = (
    b'Content-Type: image/png; name="../a.png"\r\nContent-ID: <logo@x>\r\n'
    b"Content-Disposition: inline\r\nContent-Transfer-Encoding: base64\r\n\r\nQUJD"
)


def test_files_are_numbered_in_order_and_told_by_their_octets() -> None:
    content = read_content(multipart(TEXT, PDF, NAMED))
    first, second = content.attachments
    assert (first.number, first.name, first.safe_name) == (1, "", "attachment.pdf")
    assert (second.number, second.name, second.safe_name) == (2, "../a.png", "a.png")
    assert (first.is_inline, second.is_inline) == (False, True)
    assert (second.size_bytes, second.content_id) == (3, "logo@x")


def test_the_octets_of_a_file_are_had_by_its_number() -> None:
    source = multipart(TEXT, PDF, NAMED)
    assert [attachment_octets(source, number) for number in range(4)] == [
        *(None, b"%PDF", b"ABC", None),
    ]


def test_all_files_are_had_with_their_octets_at_once() -> None:
    source = multipart(TEXT, PDF, NAMED)
    found = list(attachments(source))
    assert tuple(attachment for attachment, _ in found) == read_content(source).attachments
    assert [octets for _, octets in found] == [b"%PDF", b"ABC"]


def test_the_text_is_no_file() -> None:
    content = read_content(multipart(TEXT))
    assert (content.text, content.attachments) == ("Hello", ())
