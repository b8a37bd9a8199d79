#!/usr/bin/env node
// The insurer's adapter: reports its coverages to the broker of the eligibility check.
//
//   node insurer.mjs --kit DIR --insurer NUMBER [--state FILE] [--patience SECONDS]
//                    [--last-accepted N] [--rebuild-refused]
//
// One run sends what changed since the last run, complete through today in Japan. Exit code 0: the broker
// has accepted everything. 1: not so, and stderr says why; the next run goes on where this one stopped.
// Nothing about a person is ever printed: only counts, running numbers, line numbers and codes of faults.
//
// For the operator, when a run cannot help itself:
//   --last-accepted N   the state was lost or is a wrong one: N is what the broker's operator says it accepted
//                       last; the state is made again, and everything is sent again from N + 1.
//   --rebuild-refused   the waiting message was refused for its content, and the source is corrected by now:
//                       build it again under the same number. (Otherwise it is repeated unchanged: FEED-001.)

import https from 'node:https';
import fs from 'node:fs';
import net from 'node:net';
import path from 'node:path';
import crypto from 'node:crypto';
import { parseArgs } from 'node:util';
import { setTimeout as sleep } from 'node:timers/promises';

const MAX_BODY = 256 * 1024;      // LIMIT-001, LIMIT-002
const MAX_ENTRIES = 100;          // FEED-001: about 190 fit; the reference sends up to 100
const MAX_NUMBERS = 500;          // NUM-005
const ANSWER_WITHIN = 30_000;     // milliseconds, from the connection to the end of the answer: our choice
const BEGINNING = '1900-01-01';   // FEED-003: the watermark before the first one

const CORE = 'http://jpfhir.jp/fhir/core/Extension/StructureDefinition/JP_Coverage_';
const OWN = 'https://shikaku.invalid/fhir';
// Only these words of a neighbour's refusal reach the log: a neighbour may write anything into its text.
const REFUSALS = ['request-malformed', 'request-unknown-field', 'request-too-large', 'broker-busy',
  'malformed', 'not-permitted', 'too-many', 'busy', 'not-found', 'not-commissioned', 'internal'];

/** A fault that is reported as it is: its message never contains a value. */
class Failure extends Error {}

const log = (text) => process.stderr.write(`insurer: ${text}\n`);
const digest = (...parts) => crypto.createHash('sha256').update(JSON.stringify(parts)).digest('base64');
const now = () => performance.now();  // does not jump (TIME-003)
const inJapan = () => new Date(Date.now() + 9 * 3_600_000).toISOString();  // read as Japanese wall-clock time
const today = () => inJapan().slice(0, 10);

// ---------------------------------------------------------------- the source: whom this insurer insures

const checkDigit = (digits) => {  // of an insurer number: BODY-007
  const sum = [...digits.slice(0, -1)].reverse()
    .map((d, i) => d * (i % 2 === 0 ? 2 : 1)).reduce((s, p) => s + Math.trunc(p / 10) + (p % 10), 0);
  return (10 - (sum % 10)) % 10 === Number(digits.at(-1));
};
const isInsurerNumber = (text) => /^[0-9]{8}$/.test(text) && checkDigit(text);
const isMyNumber = (text) => {
  if (typeof text !== 'string' || !/^[0-9]{12}$/.test(text)) return false;
  const r = [6, 5, 4, 3, 2, 7, 6, 5, 4, 3, 2].reduce((s, w, i) => s + w * text[i], 0) % 11;
  return Number(text[11]) === (r <= 1 ? 0 : 11 - r);
};
const isLine = (text) => typeof text === 'string' && text === text.trim() && /^[^\u0000-\u001f\u007f-\u009f]+$/.test(text);
const isDay = (text) => typeof text === 'string' && /^[0-9]{4}-[0-9]{2}-[0-9]{2}$/.test(text)
  && !Number.isNaN(Date.parse(text)) && new Date(text).toISOString().startsWith(text);

const isCoverage = (c) => (c.symbol === '' || isLine(c.symbol)) && isLine(c.number)
  && typeof c.branch === 'string' && /^[0-9]{2}$/.test(c.branch) && isDay(c.from)
  && (c.until === null || (isDay(c.until) && c.until >= c.from))
  && Number.isInteger(c.copaymentPercent) && c.copaymentPercent >= 0 && c.copaymentPercent <= 100;

/** Own people with their own coverages, and nothing else of the file; and the lines that are not valid. */
function readSource(file, insurer) {
  const people = [], invalid = [];
  fs.readFileSync(file, 'utf8').split('\n').forEach((line, index) => {
    if (line.trim() === '') return;
    try {
      const { myNumber, insurance } = JSON.parse(line);
      const coverages = insurance.filter((c) => c.insurerNumber === insurer);
      if (coverages.length === 0) return;
      if (!isMyNumber(myNumber) || !coverages.every(isCoverage)) throw new Failure('not valid');
      people.push({ myNumber, coverages });
    } catch {
      invalid.push(index + 1);
    }
  });
  return { people, invalid };
}

// ---------------------------------------------------------------- the state: durable before and after each message

function openState(file, insurer, lastAccepted) {
  const fresh = { insurer, last: 0, watermark: BEGINNING, key: crypto.randomBytes(32).toString('base64'), codes: {}, fed: {} };
  if (lastAccepted !== undefined) return { ...fresh, last: lastAccepted };
  if (!fs.existsSync(file)) return fresh;
  let state;
  try { state = JSON.parse(fs.readFileSync(file, 'utf8')); } catch { throw new Failure('the state file cannot be read'); }
  const good = state && Number.isSafeInteger(state.last) && state.last >= 0 && isDay(state.watermark)
    && typeof state.key === 'string' && typeof state.codes === 'object' && typeof state.fed === 'object';
  if (!good) throw new Failure('the state file is not one of this program');
  if (state.insurer !== insurer) throw new Failure('the state file is of another insurer');
  return state;
}

function saveState(file, state) {
  const fd = fs.openSync(`${file}.new`, 'w', 0o600);
  fs.writeFileSync(fd, JSON.stringify(state));
  fs.fsyncSync(fd);
  fs.closeSync(fd);
  fs.renameSync(`${file}.new`, file);
  const folder = fs.openSync(path.dirname(path.resolve(file)), 'r');
  fs.fsyncSync(folder);
  fs.closeSync(folder);
}

/** Two runs at once would give one number to two messages. Linux frees this name when the process ends, however it ends. */
function lock(file) {
  const name = `\0insurer-feed-${digest(fs.realpathSync(path.dirname(path.resolve(file))), path.basename(file))}`;
  return new Promise((resolve, reject) => {
    net.createServer().unref()
      .on('error', () => reject(new Failure('another run uses this state file')))
      .listen(name, resolve);
  });
}

// ---------------------------------------------------------------- TLS: who the neighbour is (TLS-010)

/** The serial numbers on the revocation list, if it is signed by this issuer and of today. */
function revokedSerials(pem, issuer) {
  const der = Buffer.from(pem.replace(/-----[^-]+-----/g, ''), 'base64');
  const read = (at) => {  // one DER element: [tag, first byte of content, end]
    let length = der[at + 1], from = at + 2;
    if (length & 0x80) { const n = length & 0x7f; length = der.readUIntBE(from, n); from += n; }
    if (from + length > der.length) throw new Failure('the revocation list cannot be read');
    return { tag: der[at], at, from, end: from + length };
  };
  const inside = (e) => { const parts = []; for (let at = e.from; at < e.end; at = parts.at(-1).end) parts.push(read(at)); return parts; };
  const time = (e) => {
    const text = der.toString('latin1', e.from, e.end);
    const full = e.tag === 0x17 ? (text < '5' ? '20' : '19') + text : text;
    return Date.parse(full.replace(/^(....)(..)(..)(..)(..)(..)Z$/, '$1-$2-$3T$4:$5:$6Z'));
  };
  const [signed, , signature] = inside(read(0));
  if (!crypto.verify('sha256', der.subarray(signed.at, signed.end), issuer.publicKey, der.subarray(signature.from + 1, signature.end))) {
    throw new Failure('the revocation list is not signed by the issuing authority of the server');
  }
  const parts = inside(signed).filter((e) => e.tag !== 0x02);  // without the version
  const [, , thisUpdate, nextUpdate] = parts;
  if (!(time(thisUpdate) <= Date.now() + 300_000 && Date.now() < time(nextUpdate))) throw new Failure('the revocation list is out of date');
  const revoked = parts[4]?.tag === 0x30 ? inside(parts[4]) : [];
  return revoked.map((e) => { const [serial] = inside(e); return BigInt(`0x${der.toString('hex', serial.from, serial.end)}`); });
}

// Node's own `crl` also demands a list of the root, which there is none of (TLS-008), and its name check
// accepts a common name. So both are checked here; path, signatures and validity by OpenSSL before this.
function checkServer(name, peer, crlFile) {
  try {
    const server = new crypto.X509Certificate(peer.raw);
    const issuer = new crypto.X509Certificate(peer.issuerCertificate.raw);
    if (!server.checkHost(name, { subject: 'never', wildcards: false })) throw new Failure('the certificate is of another server');
    if (!server.keyUsage?.includes('1.3.6.1.5.5.7.3.1')) throw new Failure('the certificate is not one of a server');
    const list = revokedSerials(fs.readFileSync(crlFile, 'latin1'), issuer);
    if (list.includes(BigInt(`0x${server.serialNumber}`))) throw new Failure('the certificate of the server is revoked');
    return undefined;
  } catch (error) {
    return error instanceof Failure ? error : new Failure('the certificate of the server cannot be checked');
  }
}

// ---------------------------------------------------------------- one request

class Neighbour {
  constructor(name, kit, insurer) {
    const file = (...parts) => path.join(kit, ...parts);
    const address = JSON.parse(fs.readFileSync(file('endpoints.json'), 'utf8'))[name];
    if (typeof address !== 'string') throw new Failure(`the kit has no address of ${name}`);
    const [, host, port] = /^\[?(.*?)\]?:([0-9]+)$/.exec(address);
    this.name = name;
    this.agent = new https.Agent({
      keepAlive: true, maxSockets: 1, maxCachedSessions: 0,  // a resumed session would not be checked again
    });
    this.options = {
      host, port, servername: name, minVersion: 'TLSv1.3', ecdhCurve: 'X25519',
      ca: fs.readFileSync(file('ca', 'tls-root.pem')),
      cert: fs.readFileSync(file('tls', `insurer-${insurer}-client.pem`)),
      key: fs.readFileSync(file('tls', `insurer-${insurer}-client.key`)),
      checkServerIdentity: (_, peer) => checkServer(name, peer, file('ca', 'tls-crl.pem')),
    };
  }

  /** Resolves to status, text and Retry-After; rejects with a Failure when there is no whole answer. */
  post(target, mediaType, body) {
    return new Promise((resolve, reject) => {
      const fail = (error) => reject(new Failure(`${this.name}: ${error instanceof Failure ? error.message
        : error.name === 'AbortError' ? 'no answer in time' : error.code ?? 'broken connection'}`));
      const request = https.request({
        ...this.options, agent: this.agent, method: 'POST', path: target,
        setDefaultHeaders: false,  // HTTP-002: these headers and no other
        headers: { host: this.name, accept: mediaType, 'content-type': mediaType, 'content-length': Buffer.byteLength(body) },
        signal: AbortSignal.timeout(ANSWER_WITHIN),
      });
      request.removeHeader('connection');  // not even this one, which says what HTTP/1.1 does anyway
      request.on('error', fail);
      request.on('response', (answer) => {
        const chunks = [];
        let size = 0;
        answer.on('data', (chunk) => {
          size += chunk.length;
          if (size > MAX_BODY) request.destroy(new Failure('the answer is too long'));
          else chunks.push(chunk);
        });
        answer.on('error', fail);
        answer.on('end', () => resolve({
          status: answer.statusCode,
          text: Buffer.concat(chunks).toString('utf8'),
          retryAfter: /^[0-9]{1,4}$/.test(answer.headers['retry-after'] ?? '') ? Math.min(600, Number(answer.headers['retry-after'])) : 0,
        }));
      });
      request.end(body);
    });
  }

  /** What may be logged about a refusal: its status, and its code if the contract knows it. */
  refusal({ status, text }) {
    const code = REFUSALS.find((c) => text.includes(`"urn:shikaku:problem:${c}"`) || text.includes(`"code":"${c}"`));
    return new Failure(`${this.name}: answers ${status}${code ? ` ${code}` : ''}`);
  }
}

/**
 * Repeats `attempt` until it succeeds: pauses of at least `pause` seconds, growing, and as long as the neighbour
 * asks for. `attempt` returns { done: value } or { failure, retryAfter }. Throws the failure when time is up.
 */
async function repeat(attempt, pause, deadline) {
  for (let wait = pause; ; wait = Math.min(10, wait * 2)) {
    let result;
    try { result = await attempt(); } catch (error) {
      if (!(error instanceof Failure)) throw error;
      result = { failure: error, retryAfter: 0 };
    }
    if (!result.failure) return result.done;
    const seconds = Math.max(wait * (1 + Math.random() / 4), result.retryAfter);
    if (now() + seconds * 1000 > deadline) throw result.failure;
    log(`${result.failure.message}; again in ${Math.ceil(seconds)} s`);
    await sleep(seconds * 1000);
  }
}

// ---------------------------------------------------------------- institution codes

/** A list of exactly `count` codes or nulls, and nothing besides; undefined if the answer is anything else. */
function readCodes(text, count) {
  try {
    const answer = JSON.parse(text);
    const members = text.match(/"(?:[^"\\]|\\.)*"[ \t\r\n]*:/g) ?? [];  // JSON.parse would hide a member that is there twice
    const good = members.length === 1 && Array.isArray(answer.codes) && answer.codes.length === count
      && answer.codes.every((c) => c === null || (typeof c === 'string' && /^[A-Z2-7]{26}$/.test(c)));
    return good ? answer.codes : undefined;
  } catch {
    return undefined;
  }
}

// ---------------------------------------------------------------- messages

/** The kit says nothing of it: in employees' insurance the insured person has branch 00; elsewhere all are insured. */
const relationship = (insurer, branch) => (/^(00|39)/.test(insurer) || branch === '00' ? '1' : '2');

function entryOf(insurer, code, c) {
  const extension = [];
  if (c.symbol !== '') extension.push({ url: `${CORE}InsuredPersonSymbol`, valueString: c.symbol });
  extension.push({ url: `${CORE}InsuredPersonNumber`, valueString: c.number });
  extension.push({ url: `${CORE}InsuredPersonSubNumber`, valueString: c.branch });
  return {
    resource: {
      resourceType: 'Coverage',
      extension,
      identifier: [{ system: 'http://jpfhir.jp/fhir/clins/Idsystem/JP_Insurance_memberID', value: `${insurer}:${c.symbol}:${c.number}:${c.branch}` }],
      status: 'active',
      subscriberId: `${c.symbol}:${c.number}`,
      beneficiary: { type: 'Patient', identifier: { system: `${OWN}/sid/institution-code`, value: code } },
      dependent: c.branch,
      relationship: { coding: [{ system: 'urn:oid:1.2.392.100495.20.2.62', code: relationship(insurer, c.branch) }] },
      period: c.until === null ? { start: c.from } : { start: c.from, end: c.until },
      payor: [{ type: 'Organization', identifier: { system: 'http://jpfhir.jp/fhir/core/mhlw/IdSystem/InsurerNumber', value: insurer } }],
      costToBeneficiary: [{
        type: { coding: [{ system: 'http://terminology.hl7.org/CodeSystem/coverage-copay-type', code: 'copaypct' }] },
        valueQuantity: { value: c.copaymentPercent, unit: '%', system: 'http://unitsofmeasure.org', code: '%' },
      }],
    },
    request: { method: 'POST', url: 'Coverage' },
  };
}

const messageOf = (insurer, number, watermark, entries) => JSON.stringify({
  resourceType: 'Bundle',
  meta: { extension: [{ url: `${OWN}/StructureDefinition/complete-through`, valueDate: watermark }] },
  identifier: { system: `${OWN}/sid/feed-number`, value: `${insurer}-${number}` },
  type: 'transaction',
  timestamp: `${inJapan().slice(0, 19)}+09:00`,
  ...(entries.length > 0 && { entry: entries }),
});

/** Entries in as few lists as the limits allow; one empty list if there are none. */
function split(changes) {
  const lists = [[]];
  let size = 0;
  for (const change of changes) {
    const bytes = Buffer.byteLength(JSON.stringify(change.entry)) + 1;
    if (lists.at(-1).length === MAX_ENTRIES || size + bytes > MAX_BODY - 1024) { lists.push([]); size = 0; }
    lists.at(-1).push(change);
    size += bytes;
  }
  return lists;
}

// ---------------------------------------------------------------- the run

class Adapter {
  constructor(kit, insurer, stateFile, state, deadline) {
    Object.assign(this, { insurer, stateFile, state, deadline });
    this.source = readSource(path.join(kit, 'people.ndjson'), insurer);
    this.authority = new Neighbour('number-authority', kit, insurer);
    this.broker = new Neighbour('broker', kit, insurer);
    this.withoutCode = new Set();  // people of whom the authority says, in this run, that they have no code
  }

  save() { saveState(this.stateFile, this.state); }

  // The state keeps codes (NUM-006), but not a second copy of the My Numbers.
  keyOf(myNumber) { return crypto.createHmac('sha256', this.state.key).update(myNumber).digest('base64'); }

  /** Asks for the codes that are missing. With `until`, gives up early, so that the feed goes on (NBR-004). */
  async fetchCodes(until) {
    const missing = this.source.people.map((p) => p.myNumber)
      .filter((n) => !(this.keyOf(n) in this.state.codes) && !this.withoutCode.has(n));
    for (let i = 0; i < missing.length; i += MAX_NUMBERS) {
      const numbers = missing.slice(i, i + MAX_NUMBERS);
      const question = JSON.stringify({ field: 'medical-insurance', knownBy: 'my-number', numbers });
      const codes = await repeat(async () => {
        const answer = await this.authority.post('/institution-codes/issue', 'application/json', question);
        if (answer.status !== 200) return { failure: this.authority.refusal(answer), retryAfter: answer.retryAfter };
        const done = readCodes(answer.text, numbers.length);
        return done ? { done } : { failure: new Failure('number-authority: the answer makes no sense'), retryAfter: 0 };
      }, 1, until);
      numbers.forEach((n, k) => (codes[k] === null ? this.withoutCode.add(n) : (this.state.codes[this.keyOf(n)] = codes[k])));
      this.save();
    }
  }

  /** Coverages that differ from what the broker has, oldest first. */
  changes() {
    const changes = [];
    for (const { myNumber, coverages } of this.source.people) {
      const code = this.state.codes[this.keyOf(myNumber)];
      if (!code) continue;
      for (const c of coverages) {
        const entry = entryOf(this.insurer, code, c);
        const id = digest(code, c.symbol, c.number, c.branch, c.from);  // FEED-005: what an entry replaces
        const content = digest(entry);
        if (this.state.fed[id] !== content) changes.push({ entry, id, content, from: c.from });
      }
    }
    return changes.sort((a, b) => (a.from < b.from ? -1 : a.from > b.from ? 1 : 0));
  }

  /** Sends the waiting message, unchanged, until it is accepted. */
  async sendWaiting() {
    const { waiting } = this.state;
    if (!waiting) return;
    await repeat(async () => {
      const answer = await this.broker.post('/fhir', 'application/fhir+json', waiting.body);
      if (answer.status === 200 && answer.text === '') return { done: true };
      if ([400, 413].includes(answer.status) && !waiting.refused) { waiting.refused = true; this.save(); }
      const failure = answer.status === 200 ? new Failure('broker: the answer makes no sense') : this.broker.refusal(answer);
      return { failure, retryAfter: answer.retryAfter };
    }, 2, this.deadline);
    Object.assign(this.state.fed, waiting.fed);
    Object.assign(this.state, { last: waiting.number, watermark: waiting.watermark, waiting: undefined });
    this.save();
    log(`message ${waiting.number} accepted, ${Object.keys(waiting.fed).length} coverages`);
  }

  /** Sends what is known. Only when nothing is missing does the last message move the watermark (FEED-003). */
  async feed(complete) {
    await this.sendWaiting();
    const day = complete && today() > this.state.watermark ? today() : this.state.watermark;
    const changes = this.changes();
    if (changes.length === 0 && day === this.state.watermark) return;
    const lists = split(changes);
    for (const [i, list] of lists.entries()) {
      const number = this.state.last + 1;
      const watermark = i === lists.length - 1 ? day : this.state.watermark;
      this.state.waiting = {
        number, watermark, body: messageOf(this.insurer, number, watermark, list.map((c) => c.entry)),
        fed: Object.fromEntries(list.map((c) => [c.id, c.content])),
      };
      this.save();  // before it is sent: after a crash it goes out unchanged
      await this.sendWaiting();
    }
  }

  async run() {
    const { invalid } = this.source;
    for (;;) {
      let failure;
      try { await this.fetchCodes(Math.min(this.deadline, now() + 10_000)); } catch (error) {
        if (!(error instanceof Failure)) throw error;
        failure = error;
      }
      await this.feed(!failure && invalid.length === 0);
      if (!failure) break;
      if (now() + 2000 > this.deadline) throw failure;
      log(`${failure.message}; again in 2 s`);
      await sleep(2000);
    }
    if (invalid.length > 0) throw new Failure(`not valid and not sent: line ${invalid.slice(0, 20).join(', ')} of people.ndjson`);
    if (this.withoutCode.size > 0) log(`${this.withoutCode.size} people have no institution code and are not fed`);
    log(`everything is accepted, complete through ${this.state.watermark}`);
  }
}

async function main() {
  let options;
  const text = { type: 'string' };
  try {
    options = parseArgs({ options: { kit: text, insurer: text, state: text, patience: text, 'last-accepted': text, 'rebuild-refused': { type: 'boolean' } } }).values;
  } catch { throw new Failure('invalid arguments'); }
  const { kit, insurer } = options;
  const [patience, lastAccepted] = [options.patience ?? '120', options['last-accepted']];
  if (!kit || !insurer || ![patience, lastAccepted ?? '0'].every((n) => /^[0-9]{1,9}$/.test(n))) throw new Failure('--kit DIR and --insurer NUMBER are needed, and numbers are whole');
  if (!isInsurerNumber(insurer)) throw new Failure('this is not an insurer number');
  const stateFile = options.state ?? path.join(kit, `insurer-${insurer}.state.json`);
  await lock(stateFile);
  const state = openState(stateFile, insurer, lastAccepted === undefined ? undefined : Number(lastAccepted));
  if (options['rebuild-refused'] && state.waiting?.refused) state.waiting = undefined;
  const adapter = new Adapter(kit, insurer, stateFile, state, now() + Number(patience) * 1000);
  try { await adapter.run(); } finally { adapter.broker.agent.destroy(); adapter.authority.agent.destroy(); }
}

main().catch((error) => {
  // The text of a foreign error may quote what it was about (JSON.parse does): only its code is logged.
  log(error instanceof Failure ? error.message : `failed (${error.code ?? error.name})`);
  process.exitCode = 1;
});
