"""Checks the manual as it was built: ``python -m tests.manual.check_built FOLDER``.

Sphinx warns of links between pages that lead nowhere. This looks at what it does not: anchors of the generated parts,
pictures, pages of the sources that no page was built of, and options whose dashes became others.
"""

from __future__ import annotations

import re
import sys
from html.parser import HTMLParser
from pathlib import Path
from urllib.parse import unquote, urlsplit

ROOT = Path(__file__).parents[2]


class _Page(HTMLParser):
    def __init__(self, text: str) -> None:
        super().__init__()
        self.anchors: set[str] = set()
        self.leads: list[str] = []
        self.dashes: list[str] = []
        self.feed(text)

    def handle_data(self, data: str) -> None:
        self.dashes += re.findall(r"[\s(][\u2013\u2014][a-z][\w-]*", f" {data}")

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        for name, value in attrs:
            if name == "id" and value:
                self.anchors.add(value)
            if value and (name == "src" or (name == "href" and tag == "a")):
                self.leads.append(value)


def problems_of(folder: Path) -> list[str]:
    """Return what is wrong with the manual that was built into `folder`, a sentence each; empty if nothing is."""
    pages = {
        page: _Page(page.read_text(encoding="utf-8"))
        for page in sorted(folder.rglob("*.html"))
        if "_static" not in page.parts  # a template of the theme's
    }
    sources = [page.relative_to(ROOT / "docs") for page in (ROOT / "docs").rglob("*.md")]
    found = [
        f"{source} was not built" for source in sources if folder / source.with_suffix(".html") not in pages
    ]
    for page, content in pages.items():
        found += [
            f"{page.relative_to(folder)}: {lead} leads nowhere"
            for lead in dict.fromkeys(content.leads)
            if not _leads(lead, page, pages)
        ]
        found += [f"{page.relative_to(folder)}: {word.strip()} was an option" for word in content.dashes]
    return found


def _leads(lead: str, page: Path, pages: dict[Path, _Page]) -> bool:
    parts = urlsplit(lead)
    # `#` alone is the top of the page.
    if lead == "#" or parts.scheme or parts.netloc:
        return True
    target = (page.parent / unquote(parts.path)).resolve() if parts.path else page
    if target not in pages:
        return target.is_file()
    return not parts.fragment or unquote(parts.fragment) in pages[target].anchors


def main(arguments: list[str]) -> int:
    """Print a line for each problem; return 0 if there is none, 1 if there is, 2 on misuse."""
    if len(arguments) != 1:
        print("usage: python -m tests.manual.check_built FOLDER", file=sys.stderr)
        return 2
    folder = Path(arguments[0]).resolve()
    found = problems_of(folder)
    for problem in found:
        print(problem)
    if not found:
        print(f"{len(list(folder.rglob('*.html')))} pages are good.")
    return 1 if found else 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
