"""How Sphinx makes the site of docs/: `make docs`."""

project = "mailctl"
author = "the authors of mailctl"
extensions = ["myst_parser"]
source_suffix = {".md": "markdown"}
exclude_patterns = ["_build", "generate"]
nitpicky = True
smartquotes = False  # would make one dash of the two before an option
html_theme = "furo"
html_title = "mailctl"
html_show_copyright = False
html_copy_source = False
myst_heading_anchors = 3
suppress_warnings = ["misc.highlighting_failure"]  # an address like <ada@example.org> in a shell
