size-people = { $n ->
    [one] { $n } person
   *[other] { $n } people
}
size-facilities = { $n ->
    [one] { $n } facility
   *[other] { $n } facilities
}
size-visits = { $n ->
    [one] { $n } visit
   *[other] { $n } visits
}
size-workloads = { $n ->
    [one] { $n } workload
   *[other] { $n } workloads
}
size-events = { $n ->
    [one] { $n } event
   *[other] { $n } events
}
size-faults = { $n ->
    [one] { $n } fault
   *[other] { $n } faults
}
check-scenario = { $name }: { $title } ({ $size }){ $needs }
check-needs = {": "}each run needs { $needs }
check-design = { $name }: { $title } (design: { $choices })
needs-of = about { $memory } and { $seconds } s
replay-same = same failure as when the token was made: { $failure }, { $journal }
replay-journal-same = and a byte-identical journal
replay-journal-other = but a different journal
replay-other = NOT the failure of the token
replay-other-than = NOT the failure of the token, which was: { $failure }
show-wires = { " " }(+{ $n } on wires)
show-bytes = { $n } bytes
show-run = { $tool }: { $scenario } / { $design } / seed { $seed }
show-step = step { $step } of { $check }: { $what }
show-message = { $arrow } { $peer }: { $head } ({ $size })
show-wire = on the wire { $connection }
show-tls = { $version } with { $peer }: { $subject }
show-log = log { $level }: { $text }
show-record = record in `{ $store }` ({ $size })
show-end = state snapshot at the end:
show-crash = state snapshot of its disk after the crash:
show-state = state of `{ $store }` ({ $size })
show-screen = screen of { $check }: { $text }
show-paper = paper of { $check } is seen
show-front = front of the card of { $check } is seen
show-back = back of the card of { $check } is seen
show-card = card: { $what }
show-fault = *** { $what }
show-visit = visit { $visit }: person { $person } arrives, check { $check }
show-outcome = { $check } ends in `{ $outcome }`
calibrate-head = { $cpu }, { $cores ->
    [one] { $cores } core
   *[other] { $cores } cores
}, { $os }; { $openssl }
calibrate-operation = operation
calibrate-median = median
calibrate-between = p10–p90
calibrate-rate = per second
calibrate-both = both ends
calibrate-interrupted = interrupted: { $done } of { $all } operations were measured, nothing is written
calibrate-busy = the machine is busy: one round in ten of `{ $name }` took more than twice the median
selftest-caught = caught
selftest-planted = planted
selftest-missed = MISSED
selftest-also = also
selftest-without-effect = without effect in this design: { $names }
selftest-failed = FAILED: { $what }
selftest-last = self-test { $result }: { $claims } claims of { $rules } rules, { $mutants } mutants, { $plants } plants, { $pairs } pairs found (seed { $seed }, { $wall } s)
selftest-result-passed = passed
selftest-result-failed = FAILED
crowds-head = right  of     people   scenario
crowds-kind = that of each mutant
crowds-last = self-test among many people { $result } ({ $runs } runs, seed { $seed }, { $wall } s)
statement-product = product
statement-role = role
statement-summary = summary
statement-contract = contract
statement-design = design
statement-tool = tool
statement-rules = rules
statement-certified = certified
statement-issued = issued
statement-expires = expires
statement-evidence = evidence
statement-claims = claims
statement-keys = keys
statement-key = key
statement-says = says
statement-product-of = { $name } { $version }, of { $vendor }
statement-design-of = { $design }, seed { $seed }
statement-from-to = { $from } to { $to }
statement-files = { $digest }, { $n ->
    [one] { $n } file
   *[other] { $n } files
}
statement-verdicts = { $n } { $outcome }: { $names }
statement-more = { " " }and { $n } more: see --format json
statement-cases = cases
statement-cases-passed = { $passed } of { $all } passed
statement-accepted = accepted failures
statement-waiver = { $what }, until { $until }, by { $by }: { $reason }
statement-waiver-rule = rule { $name }
statement-waiver-case = case { $name }
statement-unverified = nothing was verified: `shikaku verify` does that
statement-signed = signed { $file }
statement-signed-says = { $name } { $version }, as { $role }: { $summary }
statement-signed-evidence = { $files }, { $recordings } recordings judged again
statement-outcome-passed = passed
statement-outcome-failed = failed
statement-outcome-incomplete = incomplete
statement-outcome-not-applicable = not-applicable
statement-outcome-not-observable = not-observable
statement-outcome-not-reached = not-reached
statement-outcome-setup = setup
statement-outcome-held = held
statement-outcome-warning = warning
statement-outcome-inconclusive = inconclusive
statement-outcome-broken = broken
claim-found = a value of a person was found where it must not be
rules-id = id
rules-strength = strength
rules-basis = basis
rules-mutants = mutants
rules-title = title
basis-demanded = demanded
basis-considered = considered
basis-example = example
basis-profile = profile
explain-why = Why: the source of the demand
explain-source = { $source }. Basis: { $basis } ({ $text }).
explain-basis-demanded = the source, or a statute or standard that it relies on, demands it
explain-basis-considered = the source says that it is to be considered
explain-basis-example = the source gives it as an example
explain-basis-profile = the source leaves it open, and this project's profile asks for it
explain-checked = How it is checked
explain-fails = How it fails
explain-fails-should = the rule is broken, which is reported as a warning and fails no run
explain-fails-must = the rule is broken and `shikaku run` ends with 1
explain-one-finding = One finding is enough: { $fails }. A finding names the journal entry, the party, the check and the person, and never repeats a value.
explain-claims = What a finding can be (claims)
explain-claim = { $id }: { $what }; shown by { $by }
explain-untested = When it is not reached, which is not held
explain-when = When { $untested }.
explain-designs = Designs to which it applies
explain-or = { " or " }
explain-applies = Those with { $choices }; elsewhere not applicable: { $otherwise }.
explain-remedy = How to fix it
explain-clauses = Clauses of the contract that it judges
explain-shown-by = Shown to work by
note-cut-off = the fault `{ $what }` lasts from { $from } s to { $to } s of the measured time, which ends at { $end } s: it is not played in full
note-study = the study
note-try = the first try
note-plays = { $what } plays about { $visits } visits and needs { $needs }
note-try-holds = { $rate } visits per second: holds
note-try-breaks = { $rate } visits per second: does not hold
note-tries = interrupted: { $n } tries are reported
note-seeds = interrupted: { $done } of { $all } seeds are reported, the last one perhaps in part
note-no-seeds = interrupted: 0 of { $all } seeds are reported
note-scan-interrupted = interrupted: what was found until then is reported
note-scan-incomplete = nothing was found, but not everything could be searched: see what the report says was NOT READ; --accept-unread KIND accepts it
note-other-tool = the token was made by { $by }, and this is { $tool }: the runs may differ
note-unfinished = the run could not finish: { $why }
note-key = others can read the key `{ $file }`: chmod 600 it
note-unneeded = the waiver of { $what } is not needed: remove it from the configuration
note-judged = interrupted: { $done } of { $all } recordings were judged
