#!/usr/bin/env python3
"""An eligibility broker, design `certificate`, written from the contract (contract-broker.md) alone.

    broker.py serve KIT PORT STATE [--host ADDRESS]     serve until SIGTERM
    broker.py export STATE                              print the audit records (REC-004)

KIT is the configuration (GEN-006): certificates, keys, facilities, insurers, endpoints.
STATE is a folder with three files, all of which this program creates:

    records.jsonl   the audit records, also the memory for repeated requests (REC-001, CHK-003)
    feeds.jsonl     the accepted feeds, from which the coverages are rebuilt (FEED-001, FEED-006)
    broker.log      operation, outcome and duration of each request, nothing about anyone (DATA-007)

A new revocation list of the dedicated network is noticed at the next connection or request (TLS-008).
"""
import argparse, base64, collections, contextlib, datetime as dt, decimal, hashlib, http.client, io
import json, logging, os, pathlib, re, secrets, signal, socket, ssl, sys, threading, time
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec, padding, rsa
from cryptography.x509 import ocsp
from cryptography.x509.oid import ExtendedKeyUsageOID, NameOID, SignatureAlgorithmOID

BODY_LIMIT = 256 * 1024         # LIMIT-001, LIMIT-002
CERTIFICATE_LIMIT = 16 * 1024   # LIMIT-002
OCSP_LIMIT = 64 * 1024          # LIMIT-002
HEAD_LIMIT = 64 * 1024          # LIMIT-003: between 16 and 64 KiB a server may do either
SLOW, IDLE = 10, 300            # LIMIT-004, LIMIT-005
CONNECT, HANDSHAKE, ANSWER, CHECK = 2, 2, 3, 9  # LIMIT-006; all together below ten seconds
CONNECTIONS, CHECKS = 1000, 64  # LIMIT-008
TOLERANCE = dt.timedelta(minutes=5)  # OCSP-004
JST = dt.timezone(dt.timedelta(hours=9))
log = logging.getLogger("broker")


def now():
    return dt.datetime.now(dt.timezone.utc)


# ---------------------------------------------------------------- outcomes (OUT-001, OUT-003, HTTP-009)

OUTCOMES = {  # code: status, issue type, text, diagnostics
    "certificate-unreadable": (400, "structure", "電子証明書を読み取れません", "The certificate is not a DER-encoded X.509 certificate."),
    "certificate-expired": (403, "expired", "電子証明書の有効期間が過ぎています", "The certificate has expired."),
    "certificate-not-yet-valid": (403, "security", "電子証明書の有効期間の前です", "The certificate is not valid yet."),
    "certificate-revoked": (403, "security", "電子証明書は失効しています", "The certificate has been revoked."),
    "certificate-suspended": (403, "suppressed", "電子証明書は一時停止中です", "The certificate is suspended."),
    "certificate-untrusted": (403, "security", "認証局が異なる電子証明書です", "The certificate was issued by another CA."),
    "certificate-tampered": (403, "security", "電子証明書が改ざんされています", "The signature on the certificate does not fit its content."),
    "certificate-wrong-purpose": (403, "security", "利用者証明用電子証明書ではありません", "The certificate is not an authentication certificate."),
    "code-unknown": (403, "not-found", "電子証明書に対応する機関別符号がありません", "No institution code belongs to the certificate."),
    "facility-unlicensed": (403, "forbidden", "指定を受けていない機関です", "The facility is not licensed for insured care."),
    "request-malformed": (400, "structure", "要求の形式が正しくありません", "The request is not well-formed."),
    "request-unknown-field": (400, "structure", "要求に定義のない項目があります", "The request has a field that is not defined."),
    "request-too-large": (413, "too-long", "要求が大きすぎます", "The request is too large."),
    "request-not-supported": (404, "not-supported", "提供していない操作です", "There is no such operation here."),
    "identifier-not-found": (404, "not-found", "記号・番号等が登録と一致しません",
                             "No coverage of the person is registered under the identifier asked about."),
    "feed-not-in": (503, "incomplete", "保険者からの資格情報が未着です", "An insurer's feed is not in yet, so the eligibility on the day is not known."),
    "several-insurers": (503, "multiple-matches", "複数の資格が登録されています", "More than one coverage is registered as in force on the day."),
    "jpki-unavailable": (503, "transient", "公的個人認証サービスに接続できません", "JPKI cannot be reached."),
    "jpki-no-answer": (503, "timeout", "公的個人認証サービスから応答がありません", "JPKI did not answer in time."),
    "jpki-nonsense": (503, "exception", "公的個人認証サービスの応答を解釈できません", "JPKI's answer makes no sense or is not genuine."),
    "broker-busy": (503, "throttled", "資格確認サービスが混み合っています", "The broker has too much to do; the request was not looked at."),
}
DISPOSITIONS = {"in-force": "資格有効", "not-insured": "該当資格なし", "coverage-ended": "資格無効（資格喪失）",
                "insured-elsewhere": "資格無効（新しい資格あり）"}


class Refusal(Exception):
    """Ends a request with an outcome code."""


Answer = collections.namedtuple("Answer", "status outcome body media")


def dumps(value):
    return json.dumps(value, ensure_ascii=False, separators=(",", ":"))


def refusal(code):
    status, issue, text, diagnostics = OUTCOMES[code]
    coding = {"system": "https://shikaku.invalid/fhir/CodeSystem/outcome", "code": code}
    body = {"resourceType": "OperationOutcome", "issue": [{"severity": "error", "code": issue,
            "details": {"coding": [coding], "text": text}, "diagnostics": diagnostics}]}
    return Answer(status, code, dumps(body), "application/fhir+json")


def retry_after(answer):
    if answer.status != 503 or answer.outcome == "feed-not-in":
        return None
    return 1 if answer.outcome == "broker-busy" else 30


# ---------------------------------------------------------------- strict bodies (BODY-001 to BODY-007)

def malformed(*_):
    raise Refusal("request-malformed")


def unique(pairs):
    members = dict(pairs)
    return members if len(members) == len(pairs) else malformed()


def parse(body):
    try:
        value = json.loads(body.decode("utf-8"), object_pairs_hook=unique, parse_float=decimal.Decimal,
                           parse_constant=malformed)
    except (ValueError, RecursionError, ArithmeticError):  # a byte order mark is a ValueError too
        malformed()
    return value if isinstance(value, dict) else malformed()


def text(pattern, valid=lambda value: True):
    compiled = re.compile(pattern)

    def check(value):
        if not (isinstance(value, str) and compiled.fullmatch(value) and valid(value)):
            malformed()
    return check


def one_of(*values):
    return lambda value: None if isinstance(value, str) and value in values else malformed()


def members(required, optional={}):
    both = {**required, **optional}

    def check(value):
        if not isinstance(value, dict):
            malformed()
        if any(name not in both for name in value):
            raise Refusal("request-unknown-field")
        if any(name not in value for name in required):
            malformed()
        for name, content in value.items():
            both[name](content)
    return check


def entries(check_entry, least=1, most=1):
    def check(value):
        if not isinstance(value, list) or not least <= len(value) <= (most or len(value)):
            malformed()
        for entry in value:
            check_entry(entry)
    return check


def keyed(key, unknown, required, optional={}):
    """A list whose entries are distinguished by a member, in any order, each at most once."""
    both = {**required, **optional}

    def check(value):
        if not isinstance(value, list):
            malformed()
        seen = set()
        for entry in value:
            name = entry.get(key) if isinstance(entry, dict) else None
            if not isinstance(name, str) or name in seen:
                malformed()
            if name not in both:
                raise Refusal(unknown)
            both[name](entry)
            seen.add(name)
        if not seen >= set(required):
            malformed()
    return check


def check_digit(number):
    total = 0
    for index, digit in enumerate(reversed(number[:-1])):
        product = int(digit) * (1 if index % 2 else 2)
        total += product // 10 + product % 10
    return int(number[-1]) == (10 - total % 10) % 10


def real_day(value):
    try:
        return bool(dt.date.fromisoformat(value))
    except ValueError:
        return False


def real_instant(value):
    zone = value[19:].lstrip(".0123456789")
    try:
        dt.datetime.fromisoformat(value[:19])
        return zone == "Z" or (int(zone[1:3]) * 60 + int(zone[4:]) <= 14 * 60 and int(zone[4:]) < 60)
    except ValueError:
        return False


def whole_percent(value):
    if isinstance(value, bool) or not isinstance(value, (int, decimal.Decimal)) \
            or not 0 <= value <= 100 or value != int(value):
        malformed()


SHIKAKU = "https://shikaku.invalid/fhir/"
EXT, SID = SHIKAKU + "StructureDefinition/", SHIKAKU + "sid/"
CERTIFICATE, CHALLENGE = EXT + "authentication-certificate", EXT + "signed-challenge"
THROUGH, END_REASON, OUTCOME = EXT + "complete-through", EXT + "end-reason", EXT + "outcome-code"
CODE_SYSTEM, CHECK_SYSTEM, FEED_SYSTEM = SID + "institution-code", SID + "check-id", SID + "feed-number"
JP = "http://jpfhir.jp/fhir/core/Extension/StructureDefinition/JP_Coverage_InsuredPerson"
SYMBOL, NUMBER, BRANCH = JP + "Symbol", JP + "Number", JP + "SubNumber"
INSURER_SYSTEM = "http://jpfhir.jp/fhir/core/mhlw/IdSystem/InsurerNumber"
FACILITY_SYSTEM = "http://jpfhir.jp/fhir/core/CodeSystem/medicalInstitutionCode"
MEMBER_SYSTEM = "http://jpfhir.jp/fhir/clins/Idsystem/JP_Insurance_memberID"
ALL_INSURERS = "医療保険者（全保険者）"
CHECK_ID = r"check-[0-9]{6,12}-[0-9]{6,12}"

day = text(r"[0-9]{4}-[0-9]{2}-[0-9]{2}", real_day)
instant = text(r"[0-9]{4}-[0-9]{2}-[0-9]{2}T[0-9]{2}:[0-9]{2}:[0-9]{2}(\.[0-9]{1,9})?(Z|[+-][0-9]{2}:[0-9]{2})", real_instant)
binary = text(r"(?=.)([A-Za-z0-9+/]{4})*([A-Za-z0-9+/]{2}==|[A-Za-z0-9+/]{3}=)?")
line = text(r"[^\x00-\x1f\x7f-\x9f\ud800-\udfff]+", lambda value: value == value.strip())
branch, anything = text(r"[0-9]{2}"), text(r"(?s).*")
code = text(r"[A-Z2-7]{26}")


def reference(target):
    return members({"reference": one_of(target)})


def identifier(system, value):
    return members({"system": one_of(system), "value": value})


def extension(url, **value):
    return members({"url": one_of(url), **value})


INSURED = {NUMBER: extension(NUMBER, valueString=line), BRANCH: extension(BRANCH, valueString=branch)}
INSURED_OPTIONAL = {SYMBOL: extension(SYMBOL, valueString=line)}
INSURER = members({"type": one_of("Organization"), "identifier": identifier(INSURER_SYSTEM, text(r"[0-9]{8}", check_digit))})
COVERAGE = {  # what all coverages have; identifier, subscriberId and dependent are compared in insured()
    "resourceType": one_of("Coverage"), "status": one_of("active"), "dependent": branch,
    "identifier": entries(identifier(MEMBER_SYSTEM, anything)), "subscriberId": anything, "payor": entries(INSURER)}
QUESTION = members({
    "resourceType": one_of("CoverageEligibilityRequest"), "status": one_of("active"),
    "purpose": entries(one_of("validation")), "patient": reference("#patient"), "insurer": reference("#insurers"),
    "identifier": entries(identifier(CHECK_SYSTEM, text(CHECK_ID))), "servicedDate": day, "created": instant,
    "provider": members({"type": one_of("Organization"),
                         "identifier": identifier(FACILITY_SYSTEM, text(r"[0-9]{10}", check_digit))}),
    "contained": keyed("id", "request-malformed", {
        "patient": members({"resourceType": one_of("Patient"), "id": one_of("patient")}),
        "insurers": members({"resourceType": one_of("Organization"), "id": one_of("insurers"), "name": one_of(ALL_INSURERS)}),
    }, {"coverage-1": members({**COVERAGE, "id": one_of("coverage-1"), "beneficiary": reference("#patient"),
                               "extension": keyed("url", "request-unknown-field", INSURED, INSURED_OPTIONAL)})}),
    "extension": keyed("url", "request-unknown-field", {CERTIFICATE: extension(CERTIFICATE, valueBase64Binary=binary)}, {
        CHALLENGE: extension(CHALLENGE, extension=keyed("url", "request-unknown-field", {  # CHAL-005: its form alone
            name: extension(name, valueBase64Binary=binary) for name in ("challenge", "signature")}))}),
}, {"insurance": entries(members({"coverage": reference("#coverage-1")}))})
FED = members({
    **COVERAGE, "status": one_of("active", "entered-in-error"),
    "beneficiary": members({"type": one_of("Patient"), "identifier": identifier(CODE_SYSTEM, code)}),
    "extension": keyed("url", "request-unknown-field", INSURED, {
        **INSURED_OPTIONAL, END_REASON: extension(END_REASON, valueCode=one_of("01", "02", "03", "99"))}),
    "relationship": members({"coding": entries(members({"system": one_of("urn:oid:1.2.392.100495.20.2.62"),
                                                        "code": one_of("1", "2")}))}),
    "period": members({"start": day}, {"end": day})}, {
    "costToBeneficiary": entries(members({
        "type": members({"coding": entries(members({"system": one_of("http://terminology.hl7.org/CodeSystem/coverage-copay-type"),
                                                    "code": one_of("copaypct")}))}),
        "valueQuantity": members({"value": whole_percent, "unit": one_of("%"),
                                  "system": one_of("http://unitsofmeasure.org"), "code": one_of("%")})}))})
FEED = members({
    "resourceType": one_of("Bundle"), "type": one_of("transaction"), "timestamp": instant,
    "meta": members({"extension": entries(extension(THROUGH, valueDate=day))}),
    "identifier": identifier(FEED_SYSTEM, text(r"[0-9]{8}-[1-9][0-9]*")),
}, {"entry": entries(members({"resource": FED, "request": members({"method": one_of("POST"), "url": one_of("Coverage")})}), most=None)})

Insured = collections.namedtuple("Insured", "insurer symbol number branch")  # in the order of REC-003
Coverage = collections.namedtuple("Coverage", "insured start end relationship copayment")
Question = collections.namedtuple("Question", "check facility day certificate on_record sha256")
Feed = collections.namedtuple("Feed", "insurer number through coverages")


def insured(resource):
    """The insured identifier of a valid coverage, which says it in several places: they must agree."""
    parts = {entry["url"]: entry.get("valueString") for entry in resource["extension"]}
    found = Insured(resource["payor"][0]["identifier"]["value"], parts.get(SYMBOL, ""), parts[NUMBER], parts[BRANCH])
    if resource["identifier"][0]["value"] != ":".join(found) or resource["dependent"] != found.branch \
            or resource["subscriberId"] != f"{found.symbol}:{found.number}":
        malformed()
    return found


def read_question(message):
    QUESTION(message)
    contained = {resource["id"]: resource for resource in message["contained"]}
    if ("coverage-1" in contained) != ("insurance" in message):
        malformed()
    on_record = insured(contained["coverage-1"]) if "insurance" in message else None
    certificate = base64.b64decode(next(e["valueBase64Binary"] for e in message["extension"] if e["url"] == CERTIFICATE))
    parts = [hashlib.sha256(certificate).hexdigest(), message["servicedDate"], on_record and on_record._asdict()]
    return Question(message["identifier"][0]["value"], message["provider"]["identifier"]["value"], message["servicedDate"],
                    certificate, on_record, hashlib.sha256(dumps(parts).encode()).hexdigest())


def said(feed):
    """What a feed says, whenever it was made: only the same again is a repetition."""
    return hashlib.sha256(repr((feed.number, feed.through, feed.coverages)).encode()).digest()


def read_feed(message):
    FEED(message)
    insurer, number = message["identifier"]["value"].split("-")
    coverages = []
    for entry in message.get("entry", []):
        resource, period = entry["resource"], entry["resource"]["period"]
        if any(e["url"] == END_REASON for e in resource["extension"]) and "end" not in period:
            malformed()
        coverages.append((resource["beneficiary"]["identifier"]["value"],
                          Coverage(insured(resource), period["start"], period.get("end"), resource["relationship"]["coding"][0]["code"],
                                   int(resource["costToBeneficiary"][0]["valueQuantity"]["value"]) if "costToBeneficiary" in resource else None),
                          resource["status"] == "entered-in-error"))
    return Feed(insurer, int(number), message["meta"]["extension"][0]["valueDate"], coverages)


# ---------------------------------------------------------------- from coverages to an answer (ANS-001 to ANS-005)

def in_force(coverage, on):  # days compare as text, since all are YYYY-MM-DD
    return coverage.start <= on and (coverage.end is None or on <= coverage.end)


def decide(coverages, on, on_record, through, insurers):
    """ANS-002 to ANS-004: the outcome, and the coverages that the answer lists."""
    current = [coverage for coverage in coverages if in_force(coverage, on)]
    if any(through.get(coverage.insured.insurer, "") < on for coverage in current):
        raise Refusal("feed-not-in")
    if len(current) > 1:
        raise Refusal("several-insurers")
    if not current and any(through.get(insurer, "") < on for insurer in insurers):
        raise Refusal("feed-not-in")
    if on_record is not None and on_record not in [coverage.insured for coverage in coverages]:
        awaited = on_record.insurer in insurers and through.get(on_record.insurer, "") < on
        raise Refusal("feed-not-in" if awaited else "identifier-not-found")
    if on_record is not None and on_record not in [coverage.insured for coverage in current]:
        asked = max((coverage for coverage in coverages if coverage.insured == on_record), key=lambda c: c.start)
        return ("insured-elsewhere", [asked] + current) if current else ("coverage-ended", [asked])
    if not current:
        ended = [coverage for coverage in coverages if coverage.end]
        return "not-insured", [max(ended or coverages, key=lambda c: (c.end or "", c.start))] if coverages else []
    return "in-force", current


def eligibility_answer(outcome, listed, question, names):
    contained = [{"resourceType": "Patient", "id": "patient"},
                 {"resourceType": "Organization", "id": "insurers", "name": ALL_INSURERS}]
    insurance = []
    for index, coverage in enumerate(listed, 1):
        who = coverage.insured
        period = {"start": coverage.start, **({"end": coverage.end} if coverage.end else {})}
        contained.append({"resourceType": "Organization", "id": f"insurer-{index}",
                          "identifier": [{"system": INSURER_SYSTEM, "value": who.insurer}], "name": names[who.insurer]})
        contained.append({
            "resourceType": "Coverage", "id": f"coverage-{index}",
            "extension": [{"url": url, "valueString": value} for url, value in
                          ((SYMBOL, who.symbol), (NUMBER, who.number), (BRANCH, who.branch)) if value],
            "identifier": [{"system": MEMBER_SYSTEM, "value": ":".join(who)}], "status": "active",
            "subscriberId": f"{who.symbol}:{who.number}", "beneficiary": {"reference": "#patient"}, "dependent": who.branch,
            "relationship": {"coding": [{"system": "urn:oid:1.2.392.100495.20.2.62", "code": coverage.relationship}]},
            "period": period, "payor": [{"reference": f"#insurer-{index}"}],
            **({} if coverage.copayment is None else {"costToBeneficiary": [{
                "type": {"coding": [{"system": "http://terminology.hl7.org/CodeSystem/coverage-copay-type", "code": "copaypct"}]},
                "valueQuantity": {"value": coverage.copayment, "unit": "%", "system": "http://unitsofmeasure.org", "code": "%"}}]})})
        insurance.append({"coverage": {"reference": f"#coverage-{index}"}, "inforce": in_force(coverage, question.day),
                          "benefitPeriod": period})
    body = {"resourceType": "CoverageEligibilityResponse", "contained": contained,
            "extension": [{"url": OUTCOME, "valueCode": outcome}], "status": "active", "purpose": ["validation"],
            "patient": {"reference": "#patient"}, "servicedDate": question.day,
            "created": now().astimezone(JST).isoformat(timespec="seconds"),
            "request": {"type": "CoverageEligibilityRequest", "identifier": {"system": CHECK_SYSTEM, "value": question.check}},
            "outcome": "complete", "disposition": DISPOSITIONS[outcome], "insurer": {"reference": "#insurers"}}
    if insurance:
        body["insurance"] = insurance
    return Answer(200, outcome, dumps(body), "application/fhir+json")


# ---------------------------------------------------------------- the card's certificate (CERT-005 to CERT-007)

def get_extension(certificate, kind):
    try:
        return certificate.extensions.get_extension_for_class(kind).value
    except x509.ExtensionNotFound:
        return None


def key_id(certificate):
    return get_extension(certificate, x509.SubjectKeyIdentifier).digest


def within(certificate, at):
    return certificate.not_valid_before_utc <= at.replace(microsecond=0) <= certificate.not_valid_after_utc


def issued_by(certificate, issuer):
    if certificate.signature_algorithm_oid not in (SignatureAlgorithmOID.RSA_WITH_SHA256, SignatureAlgorithmOID.ECDSA_WITH_SHA256):
        return False
    try:
        certificate.verify_directly_issued_by(issuer)
        return True
    except Exception:  # a wrong signature, another name, another kind of key
        return False


class Authorities:
    """JPKI's authorities: any number of generations, distinguished by their keys."""
    POLICY = x509.ObjectIdentifier("1.3.6.1.4.1.32473.8.5.1.0.30")

    def __init__(self, folder):
        load = lambda pattern: [certificate for path in sorted(folder.glob(pattern))
                                for certificate in x509.load_pem_x509_certificates(path.read_bytes())]
        self.all = load("jpki-*.pem")
        self.roots = [certificate for certificate in self.all if issued_by(certificate, certificate)]
        self.authentication = load("jpki-authentication*.pem")

    def trusted(self, authority):
        return within(authority, now()) and any(issued_by(authority, root) and within(root, now()) for root in self.roots)

    def check(self, der):
        """The certificate and the authority that issued it, or the refusal that comes first in CERT-006."""
        try:
            if len(der) > CERTIFICATE_LIMIT:
                raise ValueError
            certificate = x509.load_der_x509_certificate(der)
            named = get_extension(certificate, x509.AuthorityKeyIdentifier)
            usage, purposes = get_extension(certificate, x509.KeyUsage), get_extension(certificate, x509.ExtendedKeyUsage)
            policies, basic = get_extension(certificate, x509.CertificatePolicies), get_extension(certificate, x509.BasicConstraints)
        except ValueError:
            raise Refusal("certificate-unreadable") from None
        candidates = [authority for authority in self.all if authority.subject == certificate.issuer and self.trusted(authority)
                      and (named is None or named.key_identifier in (None, key_id(authority)))]
        if not candidates:
            raise Refusal("certificate-untrusted")
        issuer = next((authority for authority in candidates if issued_by(certificate, authority)), None)
        if issuer is None:
            raise Refusal("certificate-tampered")
        if (issuer not in self.authentication or usage is None or not usage.digital_signature or usage.content_commitment
                or purposes is None or ExtendedKeyUsageOID.CLIENT_AUTH not in purposes or (basic and basic.ca)
                or policies is None or all(policy.policy_identifier != self.POLICY for policy in policies)):
            raise Refusal("certificate-wrong-purpose")
        second = now().replace(microsecond=0)  # the last second belongs to the validity
        if second < certificate.not_valid_before_utc:
            raise Refusal("certificate-not-yet-valid")
        if second > certificate.not_valid_after_utc:
            raise Refusal("certificate-expired")
        return certificate, issuer


# ---------------------------------------------------------------- JPKI (OCSP-001 to OCSP-005, JPKI-001, JPKI-004, NBR-001)

class Until(io.RawIOBase):
    """Reads from a socket until a moment, however slowly the bytes come."""

    def __init__(self, connection, deadline):
        self.connection, self.deadline = connection, deadline

    def makefile(self, mode):
        return io.BufferedReader(self)

    def readable(self):
        return True

    def readinto(self, buffer):
        self.connection.settimeout(max(self.deadline - time.monotonic(), 0.001))
        return self.connection.recv_into(buffer)


class Jpki:
    NAME = "jpki"  # the server's name, whatever its address (TLS-004)

    def __init__(self, network, address):
        self.network = network
        self.host, self.port = address.rsplit(":", 1)

    def post(self, path, media, accept, body, limit, deadline):
        """One question on one connection: nothing is ever sent twice (LIMIT-006)."""
        left = lambda most: max(min(most, deadline - time.monotonic()), 0.001)
        try:
            plain = socket.create_connection((self.host, int(self.port)), left(CONNECT))
        except OSError:
            raise Refusal("jpki-unavailable") from None
        with contextlib.closing(plain):
            try:
                plain.settimeout(left(HANDSHAKE))
                connection = self.network.client().wrap_socket(plain, server_hostname=self.NAME)
                with contextlib.closing(connection):
                    end = time.monotonic() + left(ANSWER)
                    head = f"POST {path} HTTP/1.1\r\nhost: {self.NAME}\r\naccept: {accept}\r\n" \
                           f"content-type: {media}\r\ncontent-length: {len(body)}\r\n\r\n"
                    connection.settimeout(end - time.monotonic())
                    connection.sendall(head.encode() + body)
                    response = http.client.HTTPResponse(Until(connection, end), method="POST")
                    response.begin()
                    content = response.read(limit + 1)
                    if len(content) > limit:
                        raise Refusal("jpki-nonsense")
                    if response.length:
                        raise Refusal("jpki-unavailable")  # the connection was closed within the answer
            except TimeoutError:
                raise Refusal("jpki-no-answer") from None
            except (OSError, http.client.IncompleteRead):  # TLS faults are OSErrors
                raise Refusal("jpki-unavailable") from None
            except (http.client.HTTPException, ValueError):
                raise Refusal("jpki-nonsense") from None
        if response.status == 503:
            raise Refusal("jpki-unavailable")
        return response.status, content

    def check_status(self, certificate, issuer, deadline):
        nonce = secrets.token_bytes(16)
        request = ocsp.OCSPRequestBuilder().add_certificate(certificate, issuer, hashes.SHA1()) \
            .add_extension(x509.OCSPNonce(nonce), critical=False).build()
        status, content = self.post("/ocsp", "application/ocsp-request", "application/ocsp-response",
                                    request.public_bytes(serialization.Encoding.DER), OCSP_LIMIT, deadline)
        if status != 200:
            raise Refusal("jpki-nonsense")
        try:
            outcome = self.read_status(ocsp.load_der_ocsp_response(content), nonce, certificate, issuer)
        except Exception:  # whatever cannot be read makes no sense; what it was may name the person
            outcome = "jpki-nonsense"
        if outcome:
            raise Refusal(outcome)

    def read_status(self, response, nonce, certificate, issuer):
        """None for a good certificate, else an outcome code."""
        if response.response_status == ocsp.OCSPResponseStatus.TRY_LATER:
            return "jpki-unavailable"
        if response.response_status != ocsp.OCSPResponseStatus.SUCCESSFUL:
            return "jpki-nonsense"
        if not any(signed_by(response, signer) for signer in signers(response, issuer)):
            return "jpki-nonsense"
        if response.extensions.get_extension_for_class(x509.OCSPNonce).value.nonce != nonce:  # twice is an error of the parser
            return "jpki-nonsense"
        singles = list(response.responses)
        extensions = list(response.extensions) + (list(response.single_extensions) if len(singles) == 1 else [])
        if any(e.critical and not isinstance(e.value, x509.OCSPNonce) for e in extensions):
            return "jpki-nonsense"
        singles = [single for single in singles if is_about(single, certificate, issuer)]
        if len(singles) != 1:
            return "jpki-nonsense"
        single, at = singles[0], now()
        this, following = single.this_update_utc, single.next_update_utc
        if max(this, response.produced_at_utc) > at + TOLERANCE:
            return "jpki-nonsense"
        if following is None and this < at - TOLERANCE:
            return "jpki-nonsense"
        if following is not None and (following < at - TOLERANCE or following < this):
            return "jpki-nonsense"
        if single.certificate_status == ocsp.OCSPCertStatus.GOOD:
            return None
        if single.certificate_status == ocsp.OCSPCertStatus.UNKNOWN:
            return "certificate-untrusted"
        on_hold = single.revocation_reason == x509.ReasonFlags.certificate_hold
        return "certificate-suspended" if on_hold else "certificate-revoked"

    def code(self, certificate, issuer, deadline):
        question = {"issuerKeyId": key_id(issuer).hex(), "certificateSerial": certificate.serial_number}
        status, content = self.post("/institution-codes/resolve", "application/json", "application/json",
                                    dumps(question).encode(), BODY_LIMIT, deadline)
        outcome = "jpki-nonsense"
        try:
            answer = parse(content)
            if status == 200:
                members({"institutionCode": code})(answer)
                return answer["institutionCode"]
            if status == 404:
                members({"type": one_of("urn:shikaku:problem:no-code"), "title": line, "status": lambda value: value == 404 or malformed()})(answer)
                outcome = "code-unknown"
        except Refusal:  # of the answer's form
            pass
        raise Refusal(outcome)


def signers(response, issuer):
    """Who may have signed: the issuing authority, or a delegate that its key vouches for (OCSP-003)."""
    def is_delegate(certificate):
        purposes, usage = get_extension(certificate, x509.ExtendedKeyUsage), get_extension(certificate, x509.KeyUsage)
        return (issued_by(certificate, issuer) and within(certificate, now())
                and purposes is not None and ExtendedKeyUsageOID.OCSP_SIGNING in purposes
                and (usage is None or usage.digital_signature))

    for signer in [issuer] + [certificate for certificate in response.certificates if is_delegate(certificate)]:
        by_key = x509.SubjectKeyIdentifier.from_public_key(signer.public_key()).digest
        if response.responder_key_hash == by_key or response.responder_name == signer.subject:
            yield signer


def signed_by(response, signer):
    key, algorithm = signer.public_key(), response.signature_algorithm_oid
    try:
        if isinstance(key, rsa.RSAPublicKey) and algorithm == SignatureAlgorithmOID.RSA_WITH_SHA256:
            key.verify(response.signature, response.tbs_response_bytes, padding.PKCS1v15(), hashes.SHA256())
        elif isinstance(key, ec.EllipticCurvePublicKey) and algorithm == SignatureAlgorithmOID.ECDSA_WITH_SHA256:
            key.verify(response.signature, response.tbs_response_bytes, ec.ECDSA(hashes.SHA256()))
        else:
            return False
        return True
    except Exception:
        return False


def is_about(single, certificate, issuer):
    if not isinstance(single.hash_algorithm, (hashes.SHA1, hashes.SHA256)):
        return False
    asked = ocsp.OCSPRequestBuilder().add_certificate(certificate, issuer, single.hash_algorithm).build()
    return (single.serial_number, single.issuer_name_hash, single.issuer_key_hash) \
        == (asked.serial_number, asked.issuer_name_hash, asked.issuer_key_hash)


# ---------------------------------------------------------------- what is durable (REC-001, FEED-001, CHK-007)

class Journal:
    """A file of JSON lines; an appended line is on stable storage when append() returns."""

    def __init__(self, path):
        self.lock, self.file = threading.Lock(), open(path, "a+b", buffering=0)
        self.file.seek(0)
        content = self.file.read()
        self.length = content.rfind(b"\n") + 1  # a crash may have left half a line, which was answered to nobody
        self.file.truncate(self.length)
        self.entries = [json.loads(entry) for entry in content[:self.length].splitlines()]
        folder = os.open(path.parent, os.O_RDONLY)
        os.fsync(folder)
        os.close(folder)

    def append(self, entry):
        line = (dumps(entry) + "\n").encode()
        with self.lock:
            try:
                if self.file.write(line) != len(line):
                    raise OSError("short write")
                os.fsync(self.file.fileno())
            except OSError:
                self.file.truncate(self.length)
                raise
            self.length += len(line)


class Broker:
    """All operations, without HTTP and TLS."""

    def __init__(self, kit, state, network):
        self.licensed = {entry["number"] for entry in json.loads((kit / "facilities.json").read_text()) if entry["licensed"]}
        self.insurers = json.loads((kit / "insurers.json").read_text())
        self.authorities = Authorities(kit / "ca")
        self.jpki = Jpki(network, json.loads((kit / "endpoints.json").read_text())["jpki"])
        self.slots = threading.BoundedSemaphore(CHECKS)
        self.lock, self.busy_keys = threading.Condition(), set()
        self.record_file, self.feed_file = Journal(state / "records.jsonl"), Journal(state / "feeds.jsonl")
        self.records = {(record["facility"], record["check"]): record for record in self.record_file.entries}
        self.coverages = collections.defaultdict(dict)  # code -> (insured identifier, first day) -> coverage
        self.last, self.through, self.said, self.feed_lock = {}, {}, {}, threading.Lock()
        for message in self.feed_file.entries:
            self.apply(read_feed(message))
        self.record_file.entries = self.feed_file.entries = None

    # POST /challenges (CHAL-001). In this design a challenge is never looked at again (CHAL-005): none is kept.
    def challenge(self, facility):
        if facility not in self.licensed:
            raise Refusal("facility-unlicensed")
        expires = (now() + dt.timedelta(seconds=60)).isoformat(timespec="milliseconds").replace("+00:00", "Z")
        body = {"challenge": base64.b64encode(secrets.token_bytes(32)).decode(), "expiresAt": expires}
        return Answer(201, "challenge", dumps(body), "application/json")

    # POST /fhir
    def feed(self, caller, body):
        if body is None:
            raise Refusal("request-too-large")
        message = parse(body)
        feed = read_feed(message)
        if caller != f"insurer-{feed.insurer}" or feed.insurer not in self.insurers:
            malformed()
        with self.feed_lock:
            last = self.last.get(feed.insurer, 0)
            content = said(feed)
            if feed.number == last and content != self.said.get(feed.insurer):
                raise Refusal("request-malformed")
            if feed.number != last:  # the last one again is a repetition (FEED-002)
                if feed.number != last + 1 or feed.through < self.through.get(feed.insurer, "") \
                        or any(coverage.insured.insurer != feed.insurer for _, coverage, _ in feed.coverages):
                    malformed()
                self.feed_file.append(json.loads(body))
                self.apply(feed)
        return Answer(200, "feed", "", None)

    def apply(self, feed):
        with self.lock:
            self.last[feed.insurer], self.through[feed.insurer] = feed.number, feed.through
            self.said[feed.insurer] = said(feed)
            for whose, coverage, taken_back in feed.coverages:
                self.coverages[whose][coverage.insured, coverage.start] = coverage
                if taken_back:
                    del self.coverages[whose][coverage.insured, coverage.start]

    # POST /fhir/CoverageEligibilityRequest/$submit, in the order of OUT-006
    def submit(self, facility, body, header):
        message, question, refused, checked, slot = None, None, None, None, False
        try:
            message = parse(body) if body is not None else None
            question = read_question(message) if message is not None else None
        except Refusal as why:
            refused = why.args[0]
        check = question.check if question else find_check_id(message, header)
        if facility not in self.licensed:
            refused = "facility-unlicensed"
        elif body is None:
            refused = "request-too-large"
        elif question and question.facility != facility:
            refused = "request-malformed"
        try:
            if refused is None:
                slot = self.slots.acquire(blocking=False)
                if not slot:
                    return refusal("broker-busy")
                try:
                    checked = self.authorities.check(question.certificate)
                except Refusal as why:
                    refused = why.args[0]
            if facility is None or check is None:
                return refusal(refused)
            with self.alone(facility, check):
                recorded = self.records.get((facility, check))
                if refused is not None:
                    answer = refusal(refused)
                    return answer if recorded else self.record(facility, check, question, answer)
                if recorded is None:
                    return self.record(facility, check, question, self.answer(question, *checked))
                if recorded["questionSha256"] != question.sha256:
                    malformed()  # leaves no record (CHK-003)
                return Answer(recorded["status"], recorded["outcome"], recorded["answer"], "application/fhir+json")
        finally:
            if slot:
                self.slots.release()

    def answer(self, question, certificate, issuer):
        deadline = time.monotonic() + CHECK
        try:
            self.jpki.check_status(certificate, issuer, deadline)
            whose = self.jpki.code(certificate, issuer, deadline)
            with self.lock:
                coverages, through = list(self.coverages.get(whose, {}).values()), dict(self.through)
            outcome, listed = decide(coverages, question.day, question.on_record, through, self.insurers)
        except Refusal as why:
            return refusal(why.args[0])
        return eligibility_answer(outcome, listed, question, self.insurers)

    def record(self, facility, check, question, answer):
        """REC-001: durable before the answer leaves; if it cannot be written, the caller answers broker-busy."""
        at = now().isoformat(timespec="milliseconds").replace("+00:00", "Z")
        record = {"check": check, "facility": facility, "at": at, "outcome": answer.outcome,
                  "questionSha256": question.sha256 if question else "", "status": answer.status, "answer": answer.body}
        self.record_file.append(record)
        self.records[facility, check] = record
        return answer

    @contextlib.contextmanager
    def alone(self, *key):
        """CHK-005: one request for each check at a time; the next one finds the record of the first."""
        with self.lock:
            self.lock.wait_for(lambda: key not in self.busy_keys)
            self.busy_keys.add(key)
        try:
            yield
        finally:
            with self.lock:
                self.busy_keys.remove(key)
                self.lock.notify_all()


def find_check_id(message, header):
    """CHK-006: under which check a refusal is recorded: the id in the body if there is one, else that of the header."""
    with contextlib.suppress(Exception):
        if re.fullmatch(CHECK_ID, message["identifier"][0]["value"]):
            return message["identifier"][0]["value"]
    return header if header and re.fullmatch(CHECK_ID, header) else None


# ---------------------------------------------------------------- TLS (TLS-001 to TLS-011)

class Network:
    """The dedicated network: its root, its revocation list, which may be replaced at any time, our certificates."""

    def __init__(self, kit):
        self.kit, self.path, self.seen, self.lock = kit, kit / "ca" / "tls-crl.pem", None, threading.Lock()
        self.issuing = x509.load_pem_x509_certificate((kit / "ca" / "tls-issuing.pem").read_bytes())
        self.refresh()

    def refresh(self):
        with self.lock:
            found = os.stat(self.path)
            found = (found.st_mtime_ns, found.st_ino, found.st_size)
            if found == self.seen:
                return
            try:
                crl = x509.load_pem_x509_crl(self.path.read_bytes())
                if not crl.is_signature_valid(self.issuing.public_key()):
                    raise ValueError
                self.contexts = {purpose: self.context(purpose) for purpose in ("server", "client")}
                self.crl, self.seen = crl, found
            except (ValueError, OSError):  # half written: the old one counts until the next look
                if self.seen is None:
                    raise

    def context(self, purpose):
        context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER if purpose == "server" else ssl.PROTOCOL_TLS_CLIENT)
        context.minimum_version = ssl.TLSVersion.TLSv1_3
        context.load_cert_chain(self.kit / "tls" / f"broker-{purpose}.pem", self.kit / "tls" / f"broker-{purpose}.key")
        context.load_verify_locations(self.kit / "ca" / "tls-root.pem")
        context.load_verify_locations(self.path)
        context.verify_mode = ssl.CERT_REQUIRED
        context.verify_flags |= ssl.VERIFY_CRL_CHECK_LEAF
        if purpose == "server":
            context.num_tickets = 0  # no resumption: every handshake checks the client in full (TLS-009)
            # OpenSSL would call a stale list an expired certificate; this is asked first, with or without SNI (TLS-011)
            context.sni_callback = lambda *_: ssl.ALERT_DESCRIPTION_INTERNAL_ERROR if self.stale() else None
        else:
            context.hostname_checks_common_name = False
        return context

    def stale(self):
        return self.crl.next_update_utc < now()

    def server(self):
        self.refresh()
        return self.contexts["server"]

    def client(self):
        self.refresh()
        return self.contexts["client"]

    def still_good(self, certificate):  # TLS-007
        self.refresh()
        revoked = certificate.issuer == self.crl.issuer and self.crl.get_revoked_certificate_by_serial_number(certificate.serial_number)
        return not self.stale() and not revoked and within(certificate, now())


# ---------------------------------------------------------------- HTTP/1.1 (HTTP-001 to HTTP-010, LIMIT-001 to LIMIT-005)

class Gone(Exception):
    """The connection ends, with this status or without an answer."""


Request = collections.namedtuple("Request", "method path check_id body")  # body None: longer than the limit
TOKEN = rb"[!#$%&'*+.^_`|~0-9A-Za-z-]+"
REQUEST_LINE = re.compile(rb"(" + TOKEN + rb") ([\x21-\x7e]+) HTTP/1\.1")
HEADER = re.compile(rb"(" + TOKEN + rb"):[ \t]*([\t\x20-\x7e\x80-\xff]*?)[ \t]*")


class Connection:
    def __init__(self, tls):
        self.tls, self.buffer = tls, bytearray()

    def fill(self, deadline):
        left = deadline - time.monotonic()
        if left <= 0:
            raise Gone(408)
        self.tls.settimeout(left)
        try:
            received = self.tls.recv(65536)
        except TimeoutError:
            raise Gone(408) from None
        if not received:
            raise Gone(None)
        self.buffer += received

    def take(self, count, deadline):
        while len(self.buffer) < count:
            self.fill(deadline)
        taken = bytes(self.buffer[:count])
        del self.buffer[:count]
        return taken

    def take_until(self, end, limit, deadline, too_long):
        while (found := self.buffer.find(end)) < 0 and len(self.buffer) <= limit:
            self.fill(deadline)
        if found < 0 or found > limit:
            raise Gone(too_long)
        return self.take(found + len(end), deadline)[:-len(end)]

    def request(self):
        with contextlib.suppress(Gone):
            if not self.buffer:
                self.fill(time.monotonic() + IDLE)
        if not self.buffer:
            raise Gone(None)  # closed or idle for too long
        deadline = time.monotonic() + SLOW
        while self.buffer.startswith(b"\r\n") or self.buffer == b"\r":  # RFC 9112, section 2.2
            self.take(2, deadline)
        while not self.buffer:
            self.fill(deadline)
        self.looks_like_http(deadline)
        first, *lines = self.take_until(b"\r\n\r\n", HEAD_LIMIT, deadline, 431).split(b"\r\n")
        line, headers = REQUEST_LINE.fullmatch(first), collections.defaultdict(list)
        for header in map(HEADER.fullmatch, lines):
            if header is None:
                raise Gone(400)
            headers[header[1].lower()].append(header[2])
        if line is None or len(headers[b"host"]) != 1:
            raise Gone(400)
        path = re.sub(rb"(?i)^https?://[^/?]*", b"", line[2]).split(b"?")[0].replace(b"%24", b"$")
        check_id = headers[b"x-check-id"][0].decode("latin-1") if len(headers[b"x-check-id"]) == 1 else None
        body = self.body(headers, time.monotonic() + SLOW)
        return Request(line[1].decode(), path.decode(), check_id, body)

    def looks_like_http(self, deadline):
        """Refuses what is no request line as soon as that is certain, instead of waiting for the end of a head."""
        while b"\n" not in self.buffer and len(self.buffer) <= HEAD_LIMIT:
            word = re.match(TOKEN, self.buffer)
            if not word or (word.end() < len(self.buffer) and self.buffer[word.end()] != 0x20):
                raise Gone(400)
            self.fill(deadline)
        first = bytes(self.buffer[:self.buffer.find(b"\n")])
        if b"\n" in self.buffer and not (first.endswith(b"\r") and REQUEST_LINE.fullmatch(first[:-1])):
            raise Gone(400)

    def body(self, headers, deadline):
        lengths, codings = set(headers[b"content-length"]), headers[b"transfer-encoding"]
        if codings and (lengths or [c.lower() for c in codings] != [b"chunked"]) or len(lengths) > 1 \
                or not all(re.fullmatch(rb"[0-9]{1,18}", length) for length in lengths):
            raise Gone(400)
        length = int(lengths.pop()) if lengths else 0
        if length > BODY_LIMIT:
            return None
        if (length or codings) and not self.buffer and b"100-continue" in [e.lower() for e in headers[b"expect"]]:
            self.tls.sendall(b"HTTP/1.1 100 Continue\r\n\r\n")
        return self.chunks(deadline) if codings else self.take(length, deadline)

    def chunks(self, deadline):
        body = b""
        while True:
            size = re.fullmatch(rb"([0-9A-Fa-f]{1,8})[ \t]*(;[\t\x20-\x7e\x80-\xff]*)?", self.take_until(b"\r\n", 1024, deadline, 400))
            if not size:
                raise Gone(400)
            size = int(size[1], 16)
            if len(body) + size > BODY_LIMIT:
                return None
            if size == 0:
                while self.take_until(b"\r\n", 8192, deadline, 400):
                    pass  # trailers are headers that the contract does not name
                return body
            body += self.take(size, deadline)
            if self.take(2, deadline) != b"\r\n":
                raise Gone(400)

    def send(self, status, body=b"", media=None, retry=None, close=False, head_only=False):
        lines = [f"HTTP/1.1 {status} {http.client.responses[status]}"]
        lines += [f"content-type: {media}"] if media else []
        lines += [f"retry-after: {retry}"] if retry else []
        lines += ["connection: close"] if close else []
        lines += [f"content-length: {len(body)}", "", ""]
        self.tls.settimeout(SLOW)
        self.tls.sendall("\r\n".join(lines).encode() + (b"" if head_only else body))


class Server:
    def __init__(self, broker, network, host, port):
        self.broker, self.network, self.places = broker, network, threading.BoundedSemaphore(CONNECTIONS)
        self.listener = socket.create_server((host, port), backlog=512)

    def run(self):
        while True:
            plain, _ = self.listener.accept()
            if not self.places.acquire(blocking=False):
                plain.close()
                continue
            threading.Thread(target=self.connection, args=(plain,), daemon=True).start()

    def connection(self, plain):
        tls = plain
        try:
            plain.settimeout(SLOW)
            plain.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
            tls = self.network.server().wrap_socket(plain, server_side=True, do_handshake_on_connect=False)
            tls.do_handshake()
            certificate = x509.load_der_x509_certificate(tls.getpeercert(binary_form=True))
            self.requests(Connection(tls), certificate)
            tls.settimeout(1)
            tls.unwrap()
        except (OSError, ValueError) as fault:
            log.info("connection ended: %s", type(fault).__name__)
        except Exception as fault:
            log.error("connection failed: %s", type(fault).__name__)
        finally:
            with contextlib.suppress(Exception):
                linger(tls)
            tls.close()
            self.places.release()

    def requests(self, connection, certificate):
        names = certificate.subject.get_attributes_for_oid(NameOID.COMMON_NAME)
        caller = names[0].value if len(names) == 1 else ""
        while True:
            try:
                request = connection.request()
            except Gone as end:
                if end.args[0]:
                    connection.send(end.args[0], close=True)
                return
            if not self.network.still_good(certificate):
                return
            started = time.monotonic()
            answer, close = self.handle(caller, request), request.body is None
            log.info("%s %s %d ms", answer.outcome, answer.status, (time.monotonic() - started) * 1000)
            connection.send(answer.status, answer.body.encode(), answer.media, retry_after(answer), close, request.method == "HEAD")
            if close:
                return

    def handle(self, caller, request):
        facility = caller if re.fullmatch(r"[0-9]{10}", caller) and check_digit(caller) else None
        try:
            match request.method, request.path:
                case "POST", "/fhir/CoverageEligibilityRequest/$submit":
                    return self.broker.submit(facility, request.body, request.check_id)
                case "POST", "/challenges":
                    return self.broker.challenge(facility)
                case "POST", "/fhir":
                    return self.broker.feed(caller, request.body)
            raise Refusal("request-not-supported")
        except Refusal as why:
            return refusal(why.args[0])
        except Exception as fault:  # HTTP-010; the message of the exception may name a person and is not logged
            log.error("internal failure: %s", type(fault).__name__)
            return refusal("broker-busy")


def linger(connection):
    """Lets the last answer or alert arrive before the connection is reset (TLS-006): below TLS, for a moment."""
    socket.socket.shutdown(connection, socket.SHUT_WR)
    end = time.monotonic() + 2
    while (left := end - time.monotonic()) > 0:
        socket.socket.settimeout(connection, left)
        if not socket.socket.recv(connection, 65536):
            return


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    commands = parser.add_subparsers(dest="command", required=True)
    serve = commands.add_parser("serve")
    serve.add_argument("kit", type=pathlib.Path)
    serve.add_argument("port", type=int)
    serve.add_argument("state", type=pathlib.Path)
    serve.add_argument("--host", default="127.0.0.1")
    commands.add_parser("export").add_argument("state", type=pathlib.Path)
    arguments = parser.parse_args()
    if arguments.command == "export":
        sys.stdout.write((arguments.state / "records.jsonl").read_text())
        return
    arguments.state.mkdir(mode=0o700, parents=True, exist_ok=True)
    logging.basicConfig(filename=arguments.state / "broker.log", level=logging.INFO, format="%(asctime)s %(levelname)s %(message)s")
    signal.signal(signal.SIGTERM, lambda *_: os._exit(0))  # nothing is lost: all state is durable at any time
    network = Network(arguments.kit)
    server = Server(Broker(arguments.kit, arguments.state, network), network, arguments.host, arguments.port)
    print(json.dumps({"ready": True, "address": "%s:%d" % server.listener.getsockname()[:2]}), flush=True)
    server.run()


if __name__ == "__main__":
    main()
