"""Opens report.html of `shikaku compare` in Chromium and does what its readers do.

    compare_ui.py FOLDER CHANGED BROWSER SHOTS [AXE]

FOLDER is a folder of --out. CHANGED is another one, made with --assumptions, in which `maintenance-clinic` is 20000. Screenshots
and the PDF are written to SHOTS. AXE is the path of axe.min.js; without it, accessibility is not checked. Ends with 0 if the page
behaves as it should.
"""

import json
import re
import sys
from pages import is_accessible, opened
from pathlib import Path
from playwright.sync_api import expect, sync_playwright

MOST_PAGES = 25
CHANGED_FIGURE, CHANGED_TO = "maintenance-clinic", 20000


def figures(page):
    """By design and criterion, the value and what the page shows: a text, or one for each language."""
    cells = page.eval_on_selector_all(
        "#comparison td[data-criterion]",
        "cells => cells.map(c => [c.parentElement.dataset.design, c.dataset.criterion, c.dataset.value ?? null,"
        " c.querySelector('.figure').innerHTML])",
    )
    return {(design, criterion): (None if value is None else float(value), text) for design, criterion, value, text in cells}


def of_document(folder):
    document = json.loads((folder / "compare.json").read_text(encoding="utf-8"))
    return document, {
        (c["design"], c["criterion"]): None if c["estimate"] is None else c["estimate"]["value"] for c in document["cells"]
    }


def close(a, b):
    return a is b is None or (a is not None and b is not None and abs(a - b) <= 1e-6 * max(1e-12, abs(a), abs(b)))


def shows_the_documents_figures(page, folder):
    """Values are those of compare.json, and the script writes them as the tool does."""
    document, expected = of_document(folder)
    shown = figures(page)
    assert set(shown) == set(expected), set(shown) ^ set(expected)
    for key, value in expected.items():
        assert close(shown[key][0], value), (key, shown[key], value)
    html = (folder / "report.html").read_text(encoding="utf-8")
    for (design, criterion), (_, text) in shown.items():
        assert f'class="figure">{text}</span>' in html, (design, criterion, text, "is not what the tool wrote")


def languages(page):
    expect(page.locator("html")).to_have_attribute("lang", "ja")
    expect(page.get_by_role("heading", name="方式と評価項目")).to_be_visible()
    page.get_by_role("button", name="English").click()
    expect(page.get_by_role("heading", name="Designs and criteria")).to_be_visible()
    expect(page.get_by_role("heading", name="方式と評価項目")).to_have_count(0)
    assert "lang=en" in page.url


def sorts(page):
    head = page.locator('th[data-criterion="messages"]')
    head.get_by_role("button").focus()
    page.keyboard.press("Enter")
    expect(head).to_have_attribute("aria-sort", "ascending")
    values = lambda: page.eval_on_selector_all('td[data-criterion="messages"]', "c => c.map(c => Number(c.dataset.value ?? NaN))")
    assert values() == sorted(values()), values()
    head.get_by_role("button").click()
    expect(head).to_have_attribute("aria-sort", "descending")
    assert values() == sorted(values(), reverse=True), values()


def weighs(page):
    page.locator("#weights > summary").click()
    page.locator('input[data-weight="messages"]').fill("2")
    page.locator('input[data-threshold="messages"]').fill("0.5")
    expect(page.locator("#weighted-head")).to_be_visible()
    best = page.locator("#comparison tbody").first.locator("tr").last
    expect(best.locator(".weighted")).to_contain_text("1 (")
    assert page.locator("td.misses").count() > 0
    link = page.url
    page.goto("about:blank")
    page.goto(link)
    expect(page.locator('input[data-weight="messages"]')).to_have_value("2")
    expect(page.locator("#weighted-head")).to_be_visible()
    expect(page.locator("html")).to_have_attribute("lang", "en")
    page.locator("#weights > summary").click()
    page.locator("#reset").click()
    expect(page.locator("#weighted-head")).to_be_hidden()


def follows_a_changed_assumption(page, folder, changed):
    """The page's formula and the tool's give the same, for every design and criterion."""
    before = figures(page)
    page.locator(f'input[data-figure="{CHANGED_FIGURE}"]').fill(str(CHANGED_TO))
    expect(page.locator("#changed")).to_be_visible()
    cost = page.locator('td[data-criterion="cost-check"]').first
    expect(cost.locator(".mark").first).to_be_hidden()
    expect(page.locator("#switching .of-original")).to_be_hidden()
    expect(page.locator("#switching .original")).to_be_visible()
    after, (_, expected) = figures(page), of_document(changed)
    assert any(after[key][0] != before[key][0] for key in after), "nothing moved"
    for key, value in expected.items():
        assert close(after[key][0], value), (key, after[key], value)
    # What is outside of the range of an assumption changes nothing, and is named.
    page.locator(f'input[data-figure="{CHANGED_FIGURE}"]').fill("999999")
    expect(page.locator("#rejected")).to_contain_text(f"{CHANGED_FIGURE}:999999")
    assert figures(page) == before
    expect(cost.locator(".mark").first).to_be_visible()
    link = page.url.split("#")[0]
    page.goto("about:blank")
    page.goto(f"{link}#lang=en&figures=counter-card:600")
    expect(page.locator("#rejected")).to_contain_text("counter-card:600")
    assert figures(page) == before
    page.locator("#weights > summary").click()
    page.locator("#reset").click()
    assert figures(page) == before
    page.locator("#weights > summary").click()


def unfolds_what_is_the_same(page):
    group = page.locator("#comparison .group").filter(has=page.locator("button.unfold")).first
    folded = group.locator("th.constant").first
    expect(folded).to_be_hidden()
    group.locator("button.unfold").click()
    expect(folded).to_be_visible()


def opens_a_diagram(page):
    page.locator("#comparison tbody th a").first.click()
    details = page.locator("details[id^=sequence-][open]")
    expect(details).to_have_count(1)
    expect(details.locator("svg.sequence")).to_be_visible()
    assert details.locator("svg text.classes:visible").count() > 3


def opens_evidence(page):
    rule = page.locator("#rules tbody tr[id^=rule-]").first
    rule.locator("summary").focus()
    page.keyboard.press("Enter")
    expect(rule.locator("pre")).to_contain_text("shikaku explain")
    expect(page.locator("#rules > pre")).to_contain_text("shikaku judge")


def is_readable_on_a_phone(page):
    for language in ("English", "日本語"):
        page.get_by_role("button", name=language).click()
        table = page.locator("#table-title").bounding_box()
        assert table["y"] < 844, f"the comparison begins at {table['y']} px, below the first screen"
    expect(page.locator("#summary-more li").first).to_be_hidden()
    page.locator("#summary-more > summary").click()
    expect(page.locator("#summary-more li").first).to_be_visible()
    page.locator("#summary-more > summary").click()
    heads = page.locator("#comparison .group").first.locator("thead th:visible")
    ends = [box["x"] + box["width"] for box in (head.bounding_box() for head in heads.all()) if box is not None]
    assert sum(end <= 390 for end in ends) >= 4, f"the design and three columns, and not {ends}"
    text = page.locator("svg.intervals text:visible").first.bounding_box()
    assert text["height"] >= 11, f"text of charts is {text['height']} px high"


def main(folder, changed, browser, shots, axe=None):
    folder, changed, shots = Path(folder), Path(changed), Path(shots)
    with sync_playwright() as playwright:
        page, problems, requests = opened(playwright, browser, axe)
        url = (folder / "report.html").resolve().as_uri()
        page.goto(url)
        shows_the_documents_figures(page, folder)
        page.screenshot(path=shots / "ja-1280.png")
        languages(page)
        page.screenshot(path=shots / "en-1280.png", full_page=True)
        sorts(page)
        weighs(page)
        follows_a_changed_assumption(page, folder, changed)
        unfolds_what_is_the_same(page)
        opens_a_diagram(page)
        page.screenshot(path=shots / "diagram-1280.png")
        opens_evidence(page)
        pdf = page.pdf(path=shots / "report.pdf", prefer_css_page_size=True)
        pages = len(re.findall(rb"/Type\s*/Page\b", pdf))
        assert pages <= MOST_PAGES, f"{pages} pages in print"
        # Printing opens nothing: open are the rest of the summary, and the two that were opened above.
        expect(page.locator("details[open]")).to_have_count(3)
        if axe:
            is_accessible(page, axe)
        page.emulate_media(color_scheme="dark")
        if axe:
            is_accessible(page, axe)
        page.screenshot(path=shots / "dark-1280.png")
        page.emulate_media(color_scheme="light")
        page.set_viewport_size({"width": 390, "height": 844})
        page.goto("about:blank")
        page.goto(url)
        page.screenshot(path=shots / "ja-390.png")
        wide = page.evaluate("document.documentElement.scrollWidth")
        assert wide <= 390, f"the page is {wide} px wide on a phone"
        is_readable_on_a_phone(page)
        assert not problems, problems
        outside = [r for r in requests if not r.startswith(("file:", "about:", "data:"))]
        assert not outside, outside
        page.context.browser.close()


if __name__ == "__main__":
    main(*sys.argv[1:])
