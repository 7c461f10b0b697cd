"""How heavy and how quick the shelf page is on a phone with a weak signal, its first visit each time.

A whole shop runs (web, worker, Valkey, SQLite) on the real purchases and trained models (`chain`). The pages of its best
sellers are opened at 390 px under Chromium's slow 4G (1.6 Mbit/s down, 150 ms there and back) with the processor four
times slower, in ja and en by turns, nothing cached.

lcp_p95_ms, lcp_p50_ms, lcp_max_ms   largest contentful paint, as the page's own PerformanceObserver tells it
bytes             the heaviest page before images, as it comes over the network, headers included
image_bytes       its pictograms
requests          the most requests of a page
third_party       requests to anybody else
n                 pages opened (argument or PAGES, default 20)

The last line of stdout is one JSON object.
"""

import json
import os
import sys
import tempfile
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import numpy as np
from playwright.sync_api import Browser, sync_playwright

from signage.demo.places import JAPAN
from signage.demo.week import best_sellers
from tests.bench.chain import open_chain
from tests.conftest import CHROMIUM
from tests.e2e.shop import Shop, open_shop, wait_for

SLOW_4G = {"offline": False, "latency": 150, "downloadThroughput": 1_600_000 / 8, "uploadThroughput": 750_000 / 8}
CPU_SLOWER = 4
WATCH = """new PerformanceObserver(list => { window.lcp = list.getEntries().at(-1).startTime; })
  .observe({ type: 'largest-contentful-paint', buffered: true });"""
SETTLED = "document.readyState === 'complete' && window.lcp > 0 && performance.now() > window.lcp + 1000"


@dataclass
class Visit:
    """What one visit took."""

    lcp_ms: float = 0.0
    weights: dict[str, float] = field(default_factory=dict)  # bytes by kind of resource
    urls: list[str] = field(default_factory=list)


def main() -> None:
    count = int(sys.argv[1] if len(sys.argv) > 1 else os.environ.get("PAGES", "20"))
    with tempfile.TemporaryDirectory(prefix="bench-shelf-") as folder, sync_playwright() as playwright:
        template = Path(folder) / "template"
        keys = open_chain(template, 1)
        gtins = list(best_sellers(template / "demo", JAPAN.store_id).gtin[:count])
        browser = playwright.chromium.launch(executable_path="/usr/bin/chromium", args=CHROMIUM)
        with open_shop(template, keys, Path(folder) / "data") as shop:
            _visit(browser, shop, gtins[0], "ja-JP")  # the server's first answer is no visitor's
            visits = [_visit(browser, shop, gtin, ("ja-JP", "en-US")[n % 2]) for n, gtin in enumerate(gtins)]
        browser.close()
        print(json.dumps(_figures(visits, shop.base)))


def _visit(browser: Browser, shop: Shop, gtin: str, locale: str) -> Visit:
    context = browser.new_context(viewport={"width": 390, "height": 844}, locale=locale, device_scale_factor=2)
    page, visit, kinds = context.new_page(), Visit(), dict[str, str]()
    devtools = context.new_cdp_session(page)
    devtools.send("Network.enable")
    devtools.send("Network.emulateNetworkConditions", SLOW_4G)
    devtools.send("Emulation.setCPUThrottlingRate", {"rate": CPU_SLOWER})

    def sent(event: dict[str, Any]) -> None:
        kinds[event["requestId"]] = event["type"]
        visit.urls.append(event["request"]["url"])

    def came(event: dict[str, Any]) -> None:
        kind = kinds.get(event["requestId"], "Other")
        visit.weights[kind] = visit.weights.get(kind, 0) + event["encodedDataLength"]

    devtools.on("Network.requestWillBeSent", sent)
    devtools.on("Network.loadingFinished", came)
    page.add_init_script(WATCH)
    page.goto(f"{shop.base}/p/{gtin}?s={JAPAN.store_id}")
    wait_for(lambda: page.evaluate(SETTLED), 60, "the page's largest paint")
    visit.lcp_ms = page.evaluate("window.lcp")
    context.close()
    return visit


def _figures(visits: list[Visit], base: str) -> dict[str, Any]:
    times = [visit.lcp_ms for visit in visits]
    images = [visit.weights.get("Image", 0) for visit in visits]
    every = [sum(visit.weights.values()) for visit in visits]
    foreign = [url for visit in visits for url in visit.urls if not url.startswith((base, "data:"))]
    print(f"{len(visits)} pages; slowest {max(times):.0f} ms")
    return {
        "lcp_p95_ms": round(float(np.percentile(times, 95))), "lcp_p50_ms": round(float(np.median(times))),
        "lcp_max_ms": round(max(times)), "bytes": round(max(a - i for a, i in zip(every, images, strict=True))),
        "image_bytes": round(max(images)), "requests": max(len(visit.urls) for visit in visits),
        "third_party": len(foreign), "n": len(visits),
    }  # fmt: skip


if __name__ == "__main__":
    main()
