"""Reads JUnit documents as {name: text} from stdin, and writes for each its errors and how a third-party parser reads it."""

import json
import sys

import junitparser
import xmlschema

schema = xmlschema.XMLSchema(sys.argv[1])
report = {}
for name, text in json.load(sys.stdin).items():
    wrong, cases = [], []
    try:
        wrong = [str(error.reason) for error in schema.iter_errors(text)]
        for suite in junitparser.JUnitXml.fromstring(text.encode()):
            for case in suite:
                results = [[type(r).__name__, r.type, r.message, r.text] for r in case.result]
                cases.append({"suite": suite.name, "class": case.classname, "name": case.name, "time": case.time, "results": results})
    except Exception as error:
        wrong.append(f"{type(error).__name__}: {error}")
    report[name] = {"wrong": wrong, "cases": cases}
json.dump(report, sys.stdout)
