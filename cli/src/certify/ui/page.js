// The page of `shikaku certify --ui`. Everything that is shown is set as text, never as HTML.
"use strict";

const OUTCOMES = ["passed", "failed", "setup", "not-applicable", "not-reached"];
const VERDICTS = ["broken", "warning", "inconclusive", "held", "not-observable", "not-reached", "not-applicable"];
const CLASS = { passed: "good", held: "good", failed: "bad", broken: "bad", setup: "odd", warning: "odd", inconclusive: "odd" };
// The most rows that are shown at once, and messages that are kept.
const ROWS = 400;
const KEPT = 5000;
// The most failures of a case that are shown.
const FAILURES = 20;
// What a reload of the page keeps.
const FILTERS = ["case-text", "case-outcome", "message-text", "message-party", "message-outcome", "message-case"];

const $ = (id) => document.getElementById(id);
const kept = new URLSearchParams(location.hash.slice(1));
const state = {
  language: (kept.get("language") || navigator.language).startsWith("ja") ? 1 : 0,
  cases: [], messages: [], latest: new Map(), parties: new Set(), nextCase: 0, nextMessage: 0, dropped: 0,
  head: null, conclusion: null, lost: false, chosenCase: null, opened: null, inClear: false, heldAt: null, refused: false,
};
const caseList = new List($("cases"));
const messageList = new List($("messages"));
const t = (word) => (WORDS[word] ? WORDS[word][state.language] : word);
const text = (name, ...values) => TEXTS[name][state.language](...values);

// Texts of systems and of parties are in English.
function english(content) {
  const made = element("span", content);
  made.lang = "en";
  return made;
}

// A text of the certification, in the language of the reader if there is one.
function own(of, key) {
  const japanese = state.language && of[`${key}Ja`];
  return japanese ? element("span", japanese) : english(of[key]);
}

function forReaders(content) {
  return element("span", content, "for-readers");
}

function keep() {
  const now = new URLSearchParams({ language: state.language ? "ja" : "en" });
  for (const id of FILTERS) if ($(id).value) now.set(id, $(id).value);
  history.replaceState(null, "", `#${now}`);
}

// A value that is chosen stays, even if nothing has it any more.
function options(select, values, label) {
  const chosen = select.dataset.wanted ?? select.value;
  const all = chosen && !values.includes(chosen) ? [...values, chosen] : values;
  const key = JSON.stringify([state.language, all, chosen]);
  if (select.dataset.key === key) return;
  delete select.dataset.wanted;
  select.dataset.key = key;
  select.replaceChildren(new Option(t("all"), ""), ...all.map((value) => new Option(label(value), value)));
  select.value = chosen;
}

function translate() {
  document.documentElement.lang = state.language ? "ja" : "en";
  document.querySelectorAll("[data-t]").forEach((e) => { e.textContent = t(e.dataset.t); });
  document.querySelectorAll("[data-label]").forEach((e) => e.setAttribute("aria-label", t(e.dataset.label)));
  $("language").textContent = state.language ? "English" : "日本語";
  $("language").lang = state.language ? "en" : "ja";
}

function isWaived(name) {
  return state.conclusion !== null && Object.hasOwn(state.conclusion.waived, name);
}

function showHead() {
  const head = state.head;
  document.title = `${head && head.ending ? `${t(head.ending)} – ` : ""}${t("title")} – shikaku`;
  if (!head) {
    $("phase").textContent = state.lost ? t("lost") : "";
    return;
  }
  const phase = state.lost ? t("lost") : `${t(head.phase)}${head.playing ? `: ${head.playing}` : ""}`;
  const ending = head.ending ? [" ", element("strong", t(head.ending), CLASS[head.ending])] : [];
  // It is announced when it changes.
  if ($("phase").dataset.shown !== phase + head.ending + state.language) $("phase").replaceChildren(phase, ...ending);
  $("phase").dataset.shown = phase + head.ending + state.language;
  const played = state.cases.filter((c) => c.round === 0).length;
  const over = head.ending !== null;
  $("progress").max = over ? 1 : Math.max(head.planned, played, 1);
  $("progress").value = over ? 1 : played;
  $("played").textContent = over || !head.planned ? text("allPlayed", played) : text("played", played, Math.max(head.planned, played));
  const count = (outcome) => [...state.latest.values()].filter((c) => c.outcome === outcome).length;
  const counts = OUTCOMES.map((o) => [o, count(o)]).filter(([, n]) => n);
  $("counts").replaceChildren(...counts.flatMap(([o, n]) => [element("span", `${t(o)} ${n}`, CLASS[o] || "faint"), " "]));
}

function showRules() {
  const conclusion = state.conclusion;
  $("rules").hidden = !conclusion || !conclusion.rules.length;
  if ($("rules").hidden) return;
  const of = (outcome) => conclusion.rules.filter((rule) => rule.outcome === outcome);
  const counts = VERDICTS.map((outcome) => [outcome, of(outcome).length]).filter(([, n]) => n);
  $("rules-summary").replaceChildren(`${t("rules")}: `, ...counts.flatMap(([o, n]) => [element("span", `${t(o)} ${n}`, CLASS[o] || "faint"), " "]));
  const rows = VERDICTS.flatMap(of).map((rule) => {
    const id = element("th", rule.rule);
    id.scope = "row";
    const why = rule.why ? element("p", english(rule.why), "faint") : null;
    const waived = isWaived(rule.rule) ? element("p", [`${t("waived")}: `, conclusion.waived[rule.rule]], "odd") : null;
    return element("tr", [
      id, element("td", t(rule.outcome), CLASS[rule.outcome] || "faint"), element("td", String(rule.findings)),
      element("td", [(state.language ? rule.ja : rule.en) || "", why, waived]),
    ]);
  });
  $("rules-rows").replaceChildren(...rows);
}

function contains(fields, wanted) {
  const words = wanted.trim().toLowerCase();
  return !words || fields.some((field) => field && String(field).toLowerCase().includes(words));
}

function showCases() {
  options($("case-outcome"), OUTCOMES, t);
  const [wanted, outcome] = [$("case-text").value, $("case-outcome").value];
  const fit = [...state.cases].reverse().filter((c) => (!outcome || c.outcome === outcome) && contains([c.name, c.what, c.whatJa, c.why, c.whyJa], wanted));
  const shown = fit.slice(0, ROWS);
  const make = (c) => {
    const name = button(c.round ? `${c.name} (${t("repetition")} ${c.round})` : c.name, () => choose(c));
    const waived = isWaived(c.name) ? element("span", ` ${t("waived")}`, "odd") : null;
    return element("tr", [element("td", [t(c.outcome), waived], CLASS[c.outcome] || "faint"), element("td", name)]);
  };
  caseList.show(shown, (c) => c.key, make, (c) => c === state.chosenCase);
  $("cases-shown").textContent = state.cases.length && !shown.length ? t("none") : text("counted", shown.length, state.cases.length);
}

function choose(c) {
  state.chosenCase = c;
  state.refused = false;
  showCases();
  showCase();
  $("case-details").focus();
}

function showCase() {
  const c = state.chosenCase;
  if (!c) return;
  const outcome = [element("span", t(c.outcome), CLASS[c.outcome]), " ", own(c, "what")];
  const parts = [element("h3", c.round ? `${c.name} (${t("repetition")} ${c.round})` : c.name), element("p", outcome)];
  if (isWaived(c.name)) parts.push(element("p", `${t("waived")}: ${state.conclusion.waived[c.name]}`, "odd"));
  if (c.why) parts.push(element("p", [`${t("why")}: `, own(c, "why")]));
  const again = button(t("repeat"), () => repeat(c.name));
  again.id = "repeat";
  again.disabled = state.lost || !state.head || state.head.phase !== "ended" || !c.repeatable;
  const its = button(t("itsMessages"), () => showMessagesOf(c.name));
  parts.push(element("p", [again, " ", its]));
  if (!c.repeatable) parts.push(element("p", t("notAlone"), "faint"));
  else if (state.head && state.head.ending === null) parts.push(element("p", t("later"), "faint"));
  if (state.refused) {
    const refused = element("p", t("refused"), "odd");
    refused.setAttribute("role", "alert");
    parts.push(refused);
  }
  for (const failure of c.failures.slice(0, FAILURES)) {
    const list = element("dl", null);
    for (const key of ["expected", "observed", "culprit", "likelyCause"]) {
      if (failure[key]) list.append(element("dt", t(key)), element("dd", key === "culprit" ? t(failure[key]) : own(failure, key)));
    }
    if (failure.before.length) list.append(element("dt", t("before")), element("dd", element("pre", english(failure.before.join("\n")))));
    parts.push(list);
  }
  if (c.failures.length > FAILURES) parts.push(element("p", text("moreFailures", c.failures.length - FAILURES), "faint"));
  const had = $("case-details").contains(document.activeElement) && document.activeElement.textContent;
  $("case-details").replaceChildren(...parts);
  const focused = [...$("case-details").querySelectorAll("button")].find((b) => b.textContent === had && !b.disabled);
  if (had) (focused || $("case-details")).focus({ preventScroll: true });
}

function showMessagesOf(name) {
  for (const id of ["message-text", "message-party", "message-outcome"]) $(id).value = "";
  $("message-case").dataset.wanted = name;
  showMessages();
  keep();
  $("message-case").focus();
}

function outcomeOf(message) {
  const of = message.case && state.latest.get(message.case);
  return of ? of.outcome : "";
}

function showMessages() {
  options($("message-outcome"), OUTCOMES, t);
  options($("message-party"), [...state.parties].sort(), (party) => party);
  options($("message-case"), [...new Set(state.messages.map((m) => m.case).filter(Boolean))].sort(), (name) => name);
  const [wanted, party] = [$("message-text").value, $("message-party").value];
  const [outcome, name] = [$("message-outcome").value, $("message-case").value];
  const fit = state.messages.filter((m) => (!party || m.party === party || m.peer === party)
    && (state.heldAt === null || m.number < state.heldAt)
    && (!outcome || outcomeOf(m) === outcome) && (!name || m.case === name)
    && contains([m.party, m.peer, m.first, m.case, m.run], wanted));
  const shown = fit.slice(-ROWS).reverse();
  const make = (m) => element("tr", [
    element("td", (m.ms / 1000).toFixed(3)), element("td", m.party),
    element("td", [forReaders(t(m.sent ? "sent" : "received")), arrow(m.sent), ` ${m.peer}`]),
    element("td", button(m.first.replace(/^HTTP\/1\.1 | HTTP\/1\.1$/, ""), () => open(m.number)), m.status >= 400 ? "odd" : ""), element("td", m.case || m.run, "faint"),
  ]);
  messageList.show(shown, (m) => m.number, make, (m) => m.number === (state.opened && state.opened.number));
  const parts = [state.messages.length && !shown.length ? t("none") : text("counted", shown.length, state.messages.length)];
  if (state.dropped) parts.push(text("dropped", state.dropped));
  if (state.heldAt !== null) parts.push(text("held", Math.max(0, state.nextMessage - state.heldAt)));
  $("messages-shown").textContent = parts.join(state.language ? "、" : "; ");
}

function arrow(sent) {
  const made = element("span", sent ? "→" : "←");
  made.setAttribute("aria-hidden", "true");
  return made;
}

// A value that is not shown.
function masked() {
  const dots = element("span", "●●●");
  dots.setAttribute("aria-hidden", "true");
  return element("span", [dots, forReaders(t("aValue"))], "faint");
}

function part(name, content, message) {
  if (content === null) return [element("h4", t(name)), element("p", t("withheld"), "odd")];
  const kind = content.kind === "text" ? "plainText" : content.kind;
  const title = element("h4", content.pieces.length ? (name === "head" ? t(name) : `${t(name)} (${t(kind)})`) : `${t(name)}: ${t("empty")}`);
  const shown = element("pre", content.pieces.map((piece) => {
    const of = piece.mark === undefined ? null : message.marks[piece.mark];
    if (!of) return piece.masked ? masked() : piece.text;
    const label = state.language ? `［${of.ja}］` : `[${of.en}]`;
    const mark = element("mark", piece.masked ? label : [piece.text, forReaders(label)], of.forbiddenBy.length ? "forbidden" : "");
    mark.title = state.language ? of.ja : of.en;
    return mark;
  }));
  shown.tabIndex = 0;
  shown.setAttribute("role", "region");
  shown.setAttribute("aria-label", t(name));
  return [title, content.pieces.length ? shown : null, content.cut ? element("p", `${content.cut} ${t("cut")}`, "faint") : null];
}

function classes(message) {
  if (!message.searched) return [element("p", t("notSearched"), "odd")];
  const incomplete = message.complete ? null : element("p", t("incomplete"), "odd");
  if (!message.marks.length) return [element("p", t("noClass")), incomplete];
  const lines = new Map();
  for (const mark of message.marks) {
    const how = [t(mark.part), ...(mark.couldBeChance ? [t("chance")] : [])].join(", ");
    const what = `${state.language ? mark.ja : mark.en} (${how}; `;
    const where = mark.forbiddenBy.length ? `${t("forbidden")} ${mark.forbiddenBy.join(", ")}` : t("permitted");
    const bad = mark.forbiddenBy.length ? "bad" : "good";
    lines.set(what + mark.words + where, element("li", [what, english(mark.words), "): ", element("span", where, bad)]));
  }
  return [element("ul", [...lines.values()]), incomplete];
}

function showMessage() {
  const m = state.opened;
  if (!m) return;
  if (m.missing) {
    $("message-details").replaceChildren(element("p", t(m.missing), "odd"));
    return;
  }
  const where = `${(m.ms / 1000).toFixed(3)} s, ${t("zone")}: ${state.language ? m.zoneJa : m.zone}${m.case ? `, ${t("case")}: ${m.case}` : ""}`;
  const toggle = button(t(m.inClear ? "mask" : "inClear"), () => { state.inClear = !m.inClear; open(m.number, "in-clear"); });
  toggle.id = "in-clear";
  $("message-details").replaceChildren(
    element("h3", `${m.party}: ${t(m.sent ? "sent" : "received")} ${m.peer}`), element("p", where, "faint"),
    element("p", [toggle, " ", element("span", m.inClear ? "" : t("masked"), "faint")]),
    element("h4", t("classes")), ...classes(m).filter(Boolean),
    ...[...part("head", m.head, m), ...part("body", m.body, m)].filter(Boolean),
  );
}

async function open(number, focus = "message-details") {
  const answer = await fetch(`message/${number}${state.inClear ? "?clear=1" : ""}`).catch(() => null);
  const missing = { number, missing: answer ? "gone" : "unavailable" };
  state.opened = answer && answer.ok ? await answer.json().catch(() => missing) : missing;
  showMessages();
  showMessage();
  ($(focus) || $("message-details")).focus();
}

async function repeat(name) {
  const asked = { method: "POST", headers: { "Content-Type": "application/json" }, body: JSON.stringify({ case: name }) };
  const answer = await fetch("repeat", asked).catch(() => null);
  state.refused = !(answer && answer.ok);
  if (!state.refused) state.head.phase = "repeating";
  showHead();
  showCase();
}

async function conclude() {
  const answer = await fetch("conclusion");
  if (!answer.ok) throw new Error(answer.statusText);
  state.conclusion = await answer.json();
  caseList.forget();
  showRules();
  showCases();
}

function take(news) {
  const before = state.head;
  state.head = news;
  for (const c of news.cases) {
    c.key = state.cases.length;
    state.cases.push(c);
    state.latest.set(c.name, c);
    // The result of a repetition takes the place of what it repeats.
    if (state.chosenCase && c.round && c.name === state.chosenCase.name) state.chosenCase = c;
  }
  for (const m of news.messages) {
    state.parties.add(m.party);
    state.messages.push(m);
  }
  state.messages.splice(0, Math.max(0, state.messages.length - KEPT));
  state.nextCase = news.nextCase;
  state.nextMessage = news.nextMessage;
  state.dropped = Math.max(news.dropped, news.nextMessage - state.messages.length);
  showHead();
  if (news.cases.length) showCases();
  if (news.cases.length || news.messages.length) showMessages();
  if (!before || before.phase !== news.phase || news.cases.length) showCase();
}

async function poll() {
  let wait = 500;
  try {
    const answer = await fetch(`since?cases=${state.nextCase}&messages=${state.nextMessage}`);
    if (!answer.ok) throw new Error(answer.statusText);
    const news = await answer.json();
    const wasLost = state.lost;
    state.lost = false;
    take(news);
    if (wasLost) showCase();
    if (news.ending && !state.conclusion) await conclude();
    if (news.more) wait = 0;
  } catch {
    state.lost = true;
    showHead();
    showCase();
    wait = 2000;
  }
  setTimeout(poll, wait);
}

function showAll() {
  const focused = [caseList.forget(), messageList.forget()];
  translate();
  showHead();
  showRules();
  showCases();
  showCase();
  showMessages();
  showMessage();
  if (focused[0] !== null) caseList.focus(focused[0]);
  if (focused[1] !== null) messageList.focus(focused[1]);
}

// Escape leads from details back to the row.
function back(details, list, key) {
  $(details).addEventListener("keydown", (event) => { if (event.key === "Escape") list.focus(key()); });
}

for (const id of FILTERS) {
  if ($(id).tagName === "SELECT") $(id).dataset.wanted = kept.get(id) || "";
  else $(id).value = kept.get(id) || "";
  $(id).addEventListener("input", () => { (id.startsWith("case") ? showCases : showMessages)(); keep(); });
}
$("language").addEventListener("click", () => { state.language = 1 - state.language; keep(); showAll(); });
$("hold").addEventListener("change", () => { state.heldAt = $("hold").checked ? state.nextMessage : null; showMessages(); });
document.querySelectorAll("form").forEach((form) => form.addEventListener("submit", (event) => event.preventDefault()));
back("case-details", caseList, () => state.chosenCase && state.chosenCase.key);
back("message-details", messageList, () => state.opened && state.opened.number);
$("hold").checked = false;
showAll();
poll();
