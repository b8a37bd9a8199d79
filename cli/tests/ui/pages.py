"""What the tests of all pages have in common."""

from pathlib import Path


def opened(playwright, browser, axe):
    """A Japanese reader's page, with the lists of its problems and of its requests."""
    chromium = playwright.chromium.launch(executable_path=browser, args=["--no-sandbox"])
    context = chromium.new_context(locale="ja-JP", viewport={"width": 1280, "height": 900}, bypass_csp=axe is not None)
    page = context.new_page()
    page.set_default_timeout(10_000)
    problems, requests = [], []
    page.on("pageerror", lambda error: problems.append(str(error)))
    page.on("console", lambda message: problems.append(message.text) if message.type in ("error", "warning") else None)
    page.on("request", lambda request: requests.append(request.url))
    return page, problems, requests


def is_accessible(page, axe):
    """AXE is the path of axe.min.js."""
    page.add_script_tag(content=Path(axe).read_text(encoding="utf-8"))
    found = page.evaluate("axe.run(document, {resultTypes: ['violations']})")
    serious = [v for v in found["violations"] if v["impact"] in ("serious", "critical")]
    assert not serious, [(v["id"], v["nodes"][0]["html"][:200], len(v["nodes"])) for v in serious]
