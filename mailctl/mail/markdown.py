"""Markdown as HTML (CommonMark, with tables and struck-out words)."""


def html_of_markdown(text: str) -> str:
    """Return the HTML; tags in the text are shown as they are written."""
    from markdown_it import MarkdownIt  # 30 ms, for who writes Markdown

    reader = MarkdownIt("commonmark", {"html": False}).enable(["table", "strikethrough"])
    return str(reader.render(text))
