scan-by-chance = Places that could be chance, since it gives as many (they are not counted as found):
scan-unmatched = { $count ->
    [one] { $count } number that looks valid
   *[other] { $count } numbers that look valid
}, belonging to nobody in the people file:
scan-unmatched-more = and { $count } more: --unmatched shows them
scan-more = and { $count } more: --all shows them
scan-not-listed = and { $count } more that are not listed
scan-odds = could be chance: { $what }
scan-note = note: { $path }: { $what }
scan-accepted = accepted:
scan-not-read = NOT READ: { $path }: { $what } [{ $kind }]
scan-in-name = in the name
scan-line = line { $line }, byte { $byte }
scan-byte = byte { $byte }
scan-members = { $count ->
    [one] { " " }with { $count } member
   *[other] { " " }with { $count } members
}
scan-summary = { $found } found in { $files ->
    [one] { $files } file
   *[other] { $files } files
}{ $members }, { $bytes ->
    [one] { $bytes } byte
   *[other] { $bytes } bytes
}; searched for { $values ->
    [one] { $values } value
   *[other] { $values } values
} of { $people ->
    [one] { $people } person
   *[other] { $people } people
}
