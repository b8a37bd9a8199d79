"""Opens the pages of `shikaku load --html` and `shikaku run --html` in Chromium.

    report_ui.py LOAD LOAD_JSON RUN RUN_JSON BROWSER SHOTS [AXE]

LOAD and RUN are pages, the documents beside them the results of which they were made. Screenshots and PDFs are written to SHOTS. AXE is
the path of axe.min.js; without it, accessibility is not checked. Ends with 0 if the pages are correct.
"""

import json
import sys
from pages import is_accessible, opened
from pathlib import Path
from playwright.sync_api import expect, sync_playwright


def languages(page, ja, en):
    expect(page.locator("html")).to_have_attribute("lang", "ja")
    expect(page.get_by_role("heading", name=ja, exact=True).first).to_be_visible()
    page.get_by_role("button", name="English").click()
    expect(page.get_by_role("heading", name=en, exact=True).first).to_be_visible()
    expect(page.get_by_role("heading", name=ja, exact=True)).to_have_count(0)
    assert "lang=en" in page.url
    link = page.url
    page.goto("about:blank")
    page.goto(link)
    expect(page.locator("html")).to_have_attribute("lang", "en")


def load(page, results):
    languages(page, "待ち行列", "Queues")
    for kind in ("answer", "counter"):
        for quantile, member in (("p50", "p50"), ("p99", "p99"), ("p99.9", "p999")):
            shown = page.locator(f'tr[data-times="{kind}"] td[data-quantile="{quantile}"]').get_attribute("data-value")
            expected = results[kind][member]["value"]
            assert abs(float(shown) - expected) <= 1e-9 * max(1.0, expected), (kind, quantile, shown, expected)
    assert page.locator("#quantiles .interval").count() > 0, "no interval is shown"
    charts = page.locator("figure svg[role=img]")
    assert charts.count() >= 2 * len(results["runs"]), charts.count()
    # The fault is marked in each chart: its band has the colour of no line.
    for i in range(charts.count()):
        assert charts.nth(i).locator('rect[fill="var(--odd)"]').count() == len(results["faults"]), i
    table = page.locator("details").first
    table.locator("summary").focus()
    page.keyboard.press("Enter")
    expect(table.locator("tbody tr").first).to_be_visible()


def run(page, results):
    languages(page, "不合格の内容", "What failed")
    failed = [r for r in results["runs"] if r["outcome"] != "passed"]
    assert page.locator("#failed > details").count() == len(failed) > 0
    first = page.locator("#failed > details").first
    expect(first.locator("svg.sequence")).to_be_visible()
    assert first.locator("svg.sequence g.marked").count() >= 2, "the path of the value is not marked"
    assert first.locator("svg.sequence text.classes:visible").count() > 0
    expect(page.locator("#base tbody th", has_text="regression").first).to_be_visible()
    assert page.locator("#runs tbody tr").count() == len({(r["scenario"], r["design"]) for r in results["runs"]})
    other = page.locator("#failed > details").last
    if other.get_attribute("open") is None:
        other.locator("summary").focus()
        page.keyboard.press("Enter")
    expect(other.locator("pre").last).to_contain_text("shikaku run")


def main(load_page, load_json, run_page, run_json, browser, shots, axe=None):
    shots = Path(shots)
    with sync_playwright() as playwright:
        page, problems, requests = opened(playwright, browser, axe)
        for name, path, document, look in (("load", load_page, load_json, load), ("run", run_page, run_json, run)):
            url = Path(path).resolve().as_uri()
            page.set_viewport_size({"width": 1280, "height": 900})
            page.goto(url)
            page.screenshot(path=shots / f"{name}-ja-1280.png")
            look(page, json.loads(Path(document).read_text(encoding="utf-8")))
            page.screenshot(path=shots / f"{name}-en-1280.png", full_page=True)
            page.pdf(path=shots / f"{name}.pdf", prefer_css_page_size=True)
            for scheme in ("light", "dark"):
                page.emulate_media(color_scheme=scheme)
                if axe:
                    is_accessible(page, axe)
            page.screenshot(path=shots / f"{name}-dark-1280.png")
            page.emulate_media(color_scheme="light")
            page.set_viewport_size({"width": 390, "height": 844})
            page.goto("about:blank")
            page.goto(url)
            page.screenshot(path=shots / f"{name}-ja-390.png")
            wide = page.evaluate("document.documentElement.scrollWidth")
            assert wide <= 390, f"the page of {name} is {wide} px wide on a phone"
        assert not problems, problems
        outside = [r for r in requests if not r.startswith(("file:", "about:", "data:"))]
        assert not outside, outside
        page.context.browser.close()


if __name__ == "__main__":
    main(*sys.argv[1:])
