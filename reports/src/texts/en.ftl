column-outcome = outcome
column-scenario = scenario
column-design = design
column-seed = seed
comma = {", "}
runs = { $n ->
    [one] { $n } run
   *[other] { $n } runs
}: { $counts } ({ $how })
count-passed = { $n } passed
count-held = { $n } held
count-broken = { $n } broken
count-inconclusive = { $n } inconclusive
count-differed = { $n } differed between two runs of one seed
count-unfinished = { $n } not finished
seed-one = seed { $first }
seed-many = seeds { $first } to { $last }
part = part { $part }
seconds = { $s } s
incomplete = incomplete: { $done } of { $due } planned runs were done
not-judged = not judged by any rule
rules-all = { $n } rules, each with something to look at
rules-count = { $n } rules
rules-nothing = { $n } rules, { $nothing } of them with nothing to look at, which is not held: { $named }
rules-outside = ; { $n } of them not applicable to the designs: { $named }
with-warnings = { $word }, with warnings: { $name }
named = { $word }: { $name }
run-name = { $scenario } / { $design } / seed { $seed }
more-warned = and { $n } more runs with warnings: see the results in --out
more-failed = and { $n } more runs that did not pass: see the results in --out
smallest = smallest case: { $size }: { $failure }
repeat = repeat with: { $command }
at = at { $place }
more-expectations = and { $n } more expectations
more-findings = and { $n } more
more-rules = and { $n } more rules
more-rule-warnings = and { $n } more warnings
rule-findings = { $rule }: { $n ->
    [one] { $n } finding
   *[other] { $n } findings
}
rule-warned = warning: { $rule }: { $n ->
    [one] { $n } finding
   *[other] { $n } findings
}
rule-unjudged = { $rule }: inconclusive
not-everything = it could not look at everything
expectation = { $what }: { $detail }
finding = { $host } ({ $zone }{ $check }), entry { $entry }{ $place }: { $what }{ $claim }
incidents = attacks and errors, with 95 % intervals:
incident-met = { $cause } in { $design }: { $met } of { $out_of } met it{ $share }
incident-came = { $through } let through{ $share }, { $refused } refused, { $unknown } not known
registry-joined-all = reports to the cancer registry joined, with 95 % intervals:
registry-joined = { $scenario } in { $design }: { $reports } reports; { $candidates } candidate pairs, in them { $coded } reports with a code
      precision{ $precision }; recall{ $recall }; looked at by a person{ $looked }
interval = , { $share } ({ $low } to { $high })
judge-held = held
recordings = { $n ->
    [one] { $n } recording
   *[other] { $n } recordings
}: { $counts }
not-judgeable = { $n } more could not be judged
more-recordings = and { $n } more recordings: use --format json
expectations-not-judged = expectations of scenarios are not judged
expectations-met = expectations of scenarios are not judged: by results.json, all were met
expectations-missed = expectations of scenarios are not judged: by results.json, { $missed ->
    [one] { $missed } was
   *[other] { $missed } were
} not met, in { $runs } of { $of } recordings
not-observable = not observable, which is not held: { $n } rules
twice-same = { $n ->
    [one] 1 run was
   *[other] { $n } runs were
} played twice and the same both times
twice-differed = { $n } runs were played twice; { $same } of them were the same both times
stopped = stopped after { $done } of { $all } runs, since { $failed } did not pass: the results are incomplete
interrupted = interrupted: { $done } of { $all } runs were done; the results are marked as incomplete
nothing-run = the part{ $part } contains none of the { $n } runs: nothing was run
diff-note = note: { $what }
diff-regression = Regressions:
diff-improvement = Improvements:
diff-change = Other changes:
diff-run = run
diff-rule = rule { $id }
diff-missing = missing
diff-seed = seed { $seeds }
diff-seeds = seeds { $seeds }
diff-range = { $first } to { $last }
diff-last = { $regressions } regressions, { $improvements } improvements, { $others } other changes ({ $old ->
    [one] { $old } run
   *[other] { $old } runs
} before, { $new ->
    [one] { $new } run
   *[other] { $new } runs
} after; { $journals } journals and { $wires } wires differ)
coverage-rule = rule
coverage-tested = tested in
coverage-scenarios = scenarios
coverage-broken = { $scenario } (BROKEN)
coverage-outside = not applicable to the designs played
coverage-untested = no scenario: NEVER TESTED
coverage-more = { $named } and { $n } more
coverage-outcomes = outcomes
coverage-faults = faults
coverage-states = states
coverage-choices = choices
coverage-never = Never reached
coverage-none = none
coverage-last = { $runs } runs of { $scenarios } scenarios: { $tested } of { $rules } rules tested
coverage-reached = , { $reached } of { $all } { $group } reached
coverage-legend = + held   X broken   . nothing to look at   - not applicable   (blank) not judged
verify-ok = ok
verify-failed = FAILED
verify-not-checked = NOT CHECKED
verify-signature = signature
verify-structure = structure and summary
verify-time = time
verify-cases = cases of the role
verify-files = files of the evidence
verify-verdicts = verdicts, judged again
verify-of = { $product } of { $vendor }, as { $role }, in the design { $design }, by the contract { $contract }
verify-dates = issued { $issued }, expires { $expires }, { $waivers } accepted failures
verify-counts = { $passed } of { $cases } cases passed, { $outside } do not apply
verify-summary = the certification, as stated: { $summary }
verify-summary-passed = PASSED
verify-summary-failed = FAILED
verify-summary-incomplete = INCOMPLETE
verify-valid = VALID: the statement and all of its evidence were verified
verify-invalid = INVALID
verify-incomplete = NOT WHOLLY VERIFIED: nothing is wrong in what was checked
