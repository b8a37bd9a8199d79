"""Opens the pages of two certifications with `--ui` in Chromium and does what their users do.

    certify_ui.py BROWSER PASSING_URL PASSING_PID FAILING_URL [FOLDER]

Ends with 0 if the pages behave correctly. BROWSER is the path of Chromium. The certification of PASSING_PID, which passes, is
stopped at the end. That of FAILING_URL is of a broker that puts the institution code into a header of its answer. Screenshots are
written to FOLDER if it is named.
"""

import json
import os
import re
import signal
import sys
from playwright.sync_api import expect, sync_playwright

# The certification itself takes most of it.
PATIENCE_MS = 120_000
CASE = "scenario/everyday-visit"
HOSTILE = "<img src=x onerror=\"document.title='owned'\">"
# What a screen reader calls every control.
UNNAMED = """() => [...document.querySelectorAll("input, select, button, table, progress")].filter((e) => {
  const labelled = document.getElementById(e.getAttribute("aria-labelledby"));
  const names = [e.getAttribute("aria-label"), labelled?.textContent, e.labels?.[0]?.textContent, e.matches("button") && e.textContent];
  return !names.some((name) => name && name.trim());
}).map((e) => e.outerHTML.slice(0, 80))"""


def ended(page, ending):
    expect(page.locator("#phase")).to_contain_text("Ended", timeout=PATIENCE_MS)
    expect(page.locator("#phase strong")).to_have_text(ending)


def watch(page):
    """Cases and messages appear while the certification runs, and it ends."""
    expect(page.locator("#messages tr").first).to_be_visible(timeout=PATIENCE_MS)
    ended(page, "passed")
    expect(page.locator("#cases")).to_contain_text(CASE)
    expect(page.locator("#played")).to_contain_text(re.compile(r"^[1-9]\d* cases?$"))
    expect(page.locator("#rules-summary")).to_contain_text("held")
    page.locator("#rules-summary").click()
    expect(page.locator("#rules-rows")).to_contain_text("NVN-001")
    page.locator("#rules-summary").click()


def filter_messages(page):
    """Text, party, case and the outcome of the case choose among the messages."""
    rows = page.locator("#messages tr")
    everything = rows.count()
    page.get_by_label("party").select_option("number-authority")
    of_party = rows.count()
    assert 0 < of_party < everything, (of_party, everything)
    page.get_by_label("party").select_option("")
    text = page.get_by_role("search", name="Messages").get_by_label("text")
    text.fill("no message has this")
    expect(rows).to_have_count(0)
    expect(page.locator("#messages-shown")).to_have_text("Nothing matches.")
    text.fill("")
    page.get_by_label("outcome of the case").select_option("failed")
    expect(rows).to_have_count(0)
    page.get_by_label("outcome of the case").select_option("passed")
    assert rows.count() > 0
    page.get_by_label("outcome of the case").select_option("")
    page.get_by_role("table", name="Cases").get_by_role("button", name=CASE, exact=True).click()
    page.get_by_role("button", name="Show its messages").click()
    expect(page.locator("#message-case")).to_have_value(CASE)
    expect(page.locator("#message-case")).to_be_focused()
    assert 0 < rows.count() <= everything
    page.locator("#message-case").select_option("")


def open_message(page):
    """The keyboard is enough to open a message: masked at first, and in clear if the reader asks for it."""
    page.get_by_label("party").select_option("number-authority")
    page.locator("#message-text").fill("POST")
    table = page.get_by_role("table", name="Messages")
    table.get_by_role("button").first.focus()
    page.keyboard.press("ArrowDown")
    second = table.get_by_role("button").nth(1)
    expect(second).to_be_focused()
    assert page.locator("#messages button[tabindex='0']").count() == 1, "the tab key stops at one row"
    page.keyboard.press("Enter")
    details = page.get_by_role("region", name="Details of the message")
    expect(details).to_be_focused()
    expect(details).to_contain_text("permitted here")
    expect(details).to_contain_text("Values are masked")
    masked = details.locator("mark").all_text_contents()
    assert masked and all(re.fullmatch(r"\[[A-Za-z ]+\]", text) for text in masked), masked
    details.get_by_role("button", name="Show values in clear").press("Enter")
    expect(details.get_by_role("button", name="Mask values")).to_be_focused()
    clear = details.locator("mark").first.text_content()
    assert re.match(r"[^\[]", clear), clear
    assert "\n  " in details.get_by_role("region", name="Body").text_content(), "the body is indented"
    details.get_by_role("button", name="Mask values").click()
    expect(details.locator("mark").first).to_have_text(masked[0])
    page.keyboard.press("Escape")
    expect(second).to_be_focused()
    page.locator("#message-text").fill("")
    page.get_by_label("party").select_option("")


def hold(page):
    """The list can be held while messages come."""
    page.get_by_label("hold the list").check()
    expect(page.locator("#messages-shown")).to_contain_text("0 new ones held back")
    page.get_by_label("hold the list").uncheck()


def toggle_language(page):
    expect(page.locator("h1")).to_have_text("Certification")
    page.get_by_role("button", name="日本語").click()
    expect(page.locator("h1")).to_have_text("適合試験")
    expect(page.locator("html")).to_have_attribute("lang", "ja")
    expect(page.locator("#message-details")).to_contain_text("情報の種別")
    words = page.evaluate("Object.entries(WORDS).filter(([, both]) => both.length !== 2 || both.some((one) => !one)).map(([name]) => name)")
    assert words == [], f"a word is missing in a language: {words}"
    unnamed = page.evaluate(UNNAMED)
    assert unnamed == [], unnamed
    page.get_by_role("button", name="English").click()
    expect(page.locator("h1")).to_have_text("Certification")


def reload(page):
    """What was chosen and everything that happened is there again."""
    page.locator("#message-party").select_option("number-authority")
    before = [page.locator("#cases tr").count(), page.locator("#messages tr").count()]
    page.reload()
    ended(page, "passed")
    expect(page.locator("#message-party")).to_have_value("number-authority")
    expect(page.locator("#messages tr")).to_have_count(before[1])
    expect(page.locator("#cases tr")).to_have_count(before[0])
    page.locator("#message-party").select_option("")


def repeat_case(page):
    page.locator("#cases button", has_text=CASE).first.click()
    expect(page.locator("#case-details")).to_be_focused()
    page.get_by_role("button", name="Repeat this case").click()
    expect(page.locator("#cases")).to_contain_text("repetition 1", timeout=PATIENCE_MS)
    ended(page, "passed")
    expect(page.locator("#cases tr", has_text="repetition 1")).to_contain_text("passed")


def refuse_others(page, url):
    """Another name, another token and another page get nothing."""
    without_token = url.rsplit("/", 2)[0] + "/"
    assert page.request.get(without_token).status == 404
    assert page.request.get(url, headers={"Host": "attacker.example"}).status == 421
    assert page.request.post(url + "repeat", data="case", headers={"Content-Type": "text/plain"}).status == 403
    policy = page.request.get(url).headers["content-security-policy"]
    assert "default-src 'none'" in policy, policy
    other = page.context.new_page()
    other.route("http://attacker.example/", lambda route: route.fulfill(body="<p>other</p>", content_type="text/html"))
    other.goto("http://attacker.example/")
    asks = """async ([url, mode, type]) => fetch(url + "repeat", { method: "POST", mode, headers: { "Content-Type": type },
      body: JSON.stringify({ case: "scenario/everyday-visit" }) }).then((a) => a.type, () => "refused")"""
    assert other.evaluate(asks, [url, "cors", "application/json"]) == "refused"
    # This one is sent, and the page cannot see the answer, which is a refusal.
    assert other.evaluate(asks, [url, "no-cors", "text/plain"]) in ("opaque", "refused")
    reads = "async (url) => fetch(url + 'since').then((a) => a.text(), () => 'refused')"
    assert other.evaluate(reads, url) == "refused"
    other.close()
    page.wait_for_timeout(1_000)
    expect(page.locator("#phase")).to_contain_text("Ended")
    assert page.locator("#cases tr", has_text="repetition 2").count() == 0


def show_hostile_texts(page, url):
    """Whatever a system writes is text."""
    case = {"name": HOSTILE, "what": HOSTILE, "outcome": "failed", "why": HOSTILE, "whyJa": None, "round": 0, "repeatable": True}
    failure = {key: HOSTILE for key in ("expected", "observed", "likelyCause")} | {"culprit": "system-under-test", "before": [HOSTILE]}
    line = {"number": 0, "run": HOSTILE, "round": 0, "case": HOSTILE, "ms": 1, "party": HOSTILE, "sent": True, "peer": HOSTILE,
            "first": HOSTILE, "status": None, "bytes": 1}
    part = {"kind": "text", "cut": 0, "pieces": [{"text": HOSTILE}, {"text": HOSTILE, "mark": 0}]}
    mark = {"class": HOSTILE, "en": HOSTILE, "ja": HOSTILE, "part": "body", "words": HOSTILE, "couldBeChance": True,
            "forbiddenBy": [HOSTILE]}
    message = line | {"zone": HOSTILE, "zoneJa": HOSTILE, "head": part, "body": part, "marks": [mark], "searched": True,
                      "complete": False, "inClear": True}
    since = {"phase": "ended", "planned": 1, "playing": HOSTILE, "ending": "failed", "cases": [case | {"failures": [failure]}],
             "nextCase": 1, "messages": [line], "nextMessage": 1, "dropped": 0, "more": False}
    rule = {"rule": HOSTILE, "en": HOSTILE, "ja": HOSTILE, "outcome": "broken", "findings": 1, "evaluated": 1, "why": HOSTILE}
    answers = {"since": since, "conclusion": {"rules": [rule], "waived": {HOSTILE: HOSTILE}}, "message": message}
    other = page.context.new_page()
    first = {}

    def answer(route):
        name = re.split(r"[?/]", route.request.url.removeprefix(url))[0]
        content = answers[name] if first.setdefault(name, True) else since | {"cases": [], "messages": []}
        first[name] = name != "since"
        route.fulfill(body=json.dumps(content), content_type="application/json")

    other.route(re.compile(re.escape(url) + "(since|conclusion|message)"), answer)
    other.goto(url)
    other.locator("#cases button").first.click()
    other.locator("#messages button").first.click()
    expect(other.locator("#message-details")).to_contain_text(HOSTILE)
    expect(other.locator("#case-details")).to_contain_text(HOSTILE)
    other.wait_for_timeout(300)
    assert other.locator("img").count() == 0 and "owned" not in other.title()
    other.close()


def show_failure(page, url):
    """A failure says what was expected and what was observed, and the message has the class where it is forbidden."""
    page.goto(url)
    ended(page, "failed")
    assert page.title().startswith("failed"), page.title()
    expect(page.locator("#rules-summary")).to_contain_text("broken")
    page.locator("#case-outcome").select_option("failed")
    page.locator("#cases button").first.click()
    for word in ("expected", "observed", "cause lies with", "the system under test"):
        expect(page.locator("#case-details")).to_contain_text(word)
    page.locator("#message-party").select_option("broker")
    for row in page.locator("#messages button", has_text="200 OK").all():
        row.click()
        expect(page.locator("#message-details h3")).to_be_visible()
        if page.locator("#message-details mark.forbidden").count():
            break
    expect(page.locator("#message-details mark.forbidden").first).to_have_text("[institution code]")
    expect(page.locator("#message-details")).to_contain_text("forbidden here by")
    body = page.get_by_role("region", name="Body")
    expect(body).to_contain_text('"resourceType": "CoverageEligibilityResponse')
    shown = body.text_content()
    assert "●●●" in shown and not re.search(r': (true|false|[0-9])|: "[0-9]', shown), shown


def fit_the_width(page, folder):
    """Nothing is wider than the window, in either language."""
    for width in (1280, 390):
        page.set_viewport_size({"width": width, "height": 850})
        for language, other in (("en", "日本語"), ("ja", "English")):
            expect(page.locator("html")).to_have_attribute("lang", language)
            assert page.evaluate("document.documentElement.scrollWidth") <= width, (width, language)
            assert page.evaluate("document.documentElement.scrollHeight") < 20_000, "the lists scroll, not the page"
            if folder:
                page.screenshot(path=f"{folder}/{language}-{width}.png", full_page=True)
            page.get_by_role("button", name=other).click()


def end(page, pid):
    """When the command has ended, the page says so, and keeps what it has."""
    rows = page.locator("#messages tr").count()
    os.kill(pid, signal.SIGINT)
    expect(page.locator("#phase")).to_contain_text("No answer from the command")
    expect(page.locator("#messages tr")).to_have_count(rows)
    page.locator("#cases button", has_text=CASE).first.click()
    expect(page.get_by_role("button", name="Repeat this case")).to_be_disabled()


def main(browser, url, pid, failing_url, folder=None):
    with sync_playwright() as playwright:
        chromium = playwright.chromium.launch(executable_path=browser, args=["--no-sandbox"])
        context = chromium.new_context(locale="en-GB")
        context.set_default_timeout(10_000)
        page = context.new_page()
        problems = []
        page.on("pageerror", lambda error: problems.append(str(error)))
        page.on("console", lambda message: problems.append(message.text) if message.type == "error" else None)
        page.goto(url)
        for step in (watch, filter_messages, open_message, hold, toggle_language, reload, repeat_case):
            step(page)
            print("ok", step.__name__, flush=True)
        refuse_others(page, url)
        show_hostile_texts(page, url)
        assert not problems, problems
        failing = context.new_page()
        failing.on("pageerror", lambda error: problems.append(str(error)))
        show_failure(failing, failing_url)
        fit_the_width(failing, folder)
        japanese = chromium.new_page(locale="ja-JP")
        japanese.goto(failing_url)
        expect(japanese.locator("h1")).to_have_text("適合試験")
        end(page, int(pid))
        # Only that the server is not there any more.
        assert all("ERR_CONNECTION_REFUSED" in problem for problem in problems), problems
        chromium.close()


if __name__ == "__main__":
    main(*sys.argv[1:])
