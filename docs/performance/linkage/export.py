"""Writes the reports that the cancer registry of a recorded run accepted as comma-separated values, with the person of each.

    shikaku run many-reports.toml --design certificate --seed 1 --out recording
    python export.py recording/many-reports.certificate.1.jsonl recording/many-reports.certificate.1.ground.json reports.csv
"""

import csv
import json
import sys

COLUMNS = "unique_id person facility chart family given family_kana given_kana birth sex prefecture municipality address site".split()


def main(journal, ground, out):
    person = {report["number"]: report["person"] for report in json.load(open(ground))["reports"]}
    rows = {}
    for line in open(journal):
        entry = json.loads(line)
        record = entry["event"].get("record") if isinstance(entry["event"], dict) else None
        if not record or entry["zone"] != "registry" or record["store"] != "cancer-reports":
            continue
        bundle = json.loads(record["content"]["text"])
        patient, condition = (e["resource"] for e in bundle["entry"])
        ide, syl = patient["name"]
        number, address = bundle["identifier"]["value"], patient["address"][0]
        rows[number] = [
            number, person[number], patient["managingOrganization"]["identifier"]["value"], patient["identifier"][0]["value"],
            ide["family"], ide["given"][0], syl["family"], syl["given"][0], patient["birthDate"], patient["gender"],
            address["state"], address["city"], address["line"][0], condition["code"]["coding"][0]["code"],
        ]
    with open(out, "w", newline="") as file:
        writer = csv.writer(file)
        writer.writerow(COLUMNS)
        writer.writerows(rows[number] for number in sorted(rows))


if __name__ == "__main__":
    main(*sys.argv[1:4])
