"""Members of packages as they come in, the files that pages load out: SVG pictograms and our font rules."""

from __future__ import annotations

import json
import re
from collections.abc import Collection

from signage.bundle.packages import BundleError

FONT_FACE = re.compile(r"@font-face\s*{(.*?)}", re.DOTALL)
DECLARATION = re.compile(r"([\w-]+):\s*(.*?);", re.DOTALL)
WOFF2 = re.compile(r"url\(\./files/([\w.-]+\.woff2)\)")


def pictograms(icons: bytes, names: Collection[str]) -> dict[str, bytes]:
    """An Iconify set (JSON) and names of its icons -> an SVG file each; BundleError if the set lacks one."""
    table = json.loads(icons)
    lacking = sorted(set(names) - table["icons"].keys())
    if lacking:
        raise BundleError(f"The pictogram {lacking[0]} is not in the icon set. Choose another or use a letter tile.")
    head = f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {table["width"]} {table["height"]}">'
    return {name: f"{head}{table['icons'][name]['body']}</svg>\n".encode() for name in names}


def font_rules(css: bytes, files: Collection[str]) -> bytes:
    """A Fontsource stylesheet -> @font-face rules for those of its woff2 `files` that we take, beside the stylesheet."""
    rules = []
    for body in FONT_FACE.findall(css.decode()):
        found = WOFF2.search(body)
        if found and found[1] in files:
            said = {name: value.strip("'\"") for name, value in DECLARATION.findall(body)}
            rules.append(
                f'@font-face{{font-family:"{said["font-family"].removesuffix(" Variable")}";'
                f"font-style:{said['font-style']};font-weight:{said['font-weight']};font-display:swap;"
                f'src:url({found[1]}) format("woff2");unicode-range:{said["unicode-range"]}}}\n'
            )
    return "".join(rules).encode()
