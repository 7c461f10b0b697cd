"""What axe-core finds on a page, and walking a page by Tab. `python -m tests.axe` fetches axe-core (MPL-2.0, tests only)."""

import json
import tempfile
from collections.abc import Sequence
from pathlib import Path

from playwright.sync_api import Locator, Page, ViewportSize

from signage.bundle.packages import extract, fetch_npm, sha256_of, verify

VERSION = "4.14.1"
ARCHIVE = "e6b0ce02b84d892e2e33e403485e7f3d6c29e2be6df65daf44d89ba564139745"
SCRIPT = "29348999450cdf2849a8e70b7912fc2da85a849da39c0d0d5394f51d4a9ed95c"
READY = Path(__file__).parent / "ready" / "axe.min.js"
GRAVE = {"serious", "critical"}
DESK: ViewportSize = {"width": 1440, "height": 900}
PHONE: ViewportSize = {"width": 390, "height": 844}
BY_LAYOUT = ("color-contrast", "scrollable-region-focusable", "target-size", "link-in-text-block", "aria-hidden-focus")
MANY_TABS = 150
STOP = """wanted => {
  const here = document.activeElement;
  const ringed = [here, here.parentElement].some(one => {
    const style = one && getComputedStyle(one);
    return style && style.outlineStyle !== 'none' && parseFloat(style.outlineWidth) >= 2;
  });
  return [here === wanted, ringed, here.outerHTML.slice(0, 160)];
}"""  # where Tab has come to; the ring is on itself, or on the box around it (a radio's label, an iframe's frame)


def pull() -> None:
    """Put the one file in place unless it is there; BundleError when npm can't bring it or it is another file."""
    if READY.is_file() and sha256_of(READY) == SCRIPT:
        return
    with tempfile.TemporaryDirectory() as scratch:
        archive = fetch_npm("axe-core", VERSION, Path(scratch))
        verify(archive, ARCHIVE)
        extract(archive, "package/axe.min.js", READY, SCRIPT)


def findings(page: Page, rules: Sequence[str] = (), within: str = "") -> list[str]:
    """Serious and critical findings, frames of other documents left out: rule, element, what to do.

    `rules`: only these, instead of all that axe-core has. `within`: only this element, when the rest has been looked at.
    The page's CSP stays as it is: the script comes by DevTools.
    """
    only = f"runOnly: {json.dumps(list(rules))}," if rules else ""
    where = json.dumps(within) if within else "document"
    run = f"axe.run({where}, {{iframes: false, {only} resultTypes: ['violations']}}).then(r => JSON.stringify(r.violations))"
    devtools = page.context.new_cdp_session(page)
    if not page.evaluate("'axe' in window"):
        devtools.send("Runtime.evaluate", {"expression": READY.read_text("utf-8")})
    answer = devtools.send("Runtime.evaluate", {"expression": run, "awaitPromise": True})
    devtools.detach()
    assert "value" in answer["result"], answer
    return [
        f"{found['id']} ({found['impact']}) {node['html'][:160]}: {node['failureSummary']}"
        for found in json.loads(answer["result"]["value"])
        if found["impact"] in GRAVE
        for node in found["nodes"]
    ]


def assert_accessible(page: Page, within: str = "") -> None:
    """No serious or critical finding on the page as it is now, or within one element of it, on a desk and on a phone;
    leaves it as wide as it was."""
    was = page.viewport_size
    for size, rules in ((DESK, ()), (PHONE, BY_LAYOUT)):
        page.set_viewport_size(size)
        found = findings(page, rules, within)
        assert found == [], "\n".join([f"{page.url} at {size['width']} px:", *found])
    if was:
        page.set_viewport_size(was)


def tab_to(page: Page, target: Locator) -> None:
    """Presses Tab until `target` has the focus; every stop on the way must show that it has it."""
    wanted = target.element_handle()
    for _ in range(MANY_TABS):
        page.keyboard.press("Tab")
        arrived, ringed, here = page.evaluate(STOP, wanted)
        assert ringed, f"{page.url}: the focus can't be seen on {here}"
        if arrived:
            return
    raise AssertionError(f"{page.url}: Tab does not reach {target}")


if __name__ == "__main__":
    pull()
