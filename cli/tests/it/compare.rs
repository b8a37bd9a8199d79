//! `shikaku compare`.

use crate::tool;
use ::compare::document::Document;
use ::parquet::file::reader::{FileReader, SerializedFileReader};
use ::parquet::record::Field;
use std::collections::BTreeMap;
use std::fs;
use std::path::Path;

const FILES: [&str; 5] = ["compare.json", "compare.csv", "compare.parquet", "report.html", "report.md"];
/// A comparison that takes seconds.
const SMALL: [&str; 6] = ["--designs", "certificate,ask-insurer,least-kept", "--seeds", "1..2", "--persons", "24"];

fn shikaku(args: &[&str]) -> (i32, String, String) {
    let output = tool::shikaku().args(args).output().unwrap();
    let text = |bytes: Vec<u8>| String::from_utf8(bytes).unwrap();
    (output.status.code().unwrap(), text(output.stdout), text(output.stderr))
}

fn compare(out: &Path, more: &[&str]) {
    let (exit, _, stderr) = shikaku(&[&["compare"][..], &SMALL, more, &["--out", out.to_str().unwrap()]].concat());
    assert_eq!(exit, 0, "{stderr}");
}

fn document(out: &Path) -> Document {
    serde_json::from_slice(&fs::read(out.join("compare.json")).unwrap()).unwrap()
}

/// By design and criterion, the figure as text of JSON.
type Figures = BTreeMap<(String, String), Option<f64>>;

fn of_csv(text: &str) -> Figures {
    let field = |line: &str, i: usize| line.split(',').nth(i).unwrap().to_string();
    let line = |line: &str| ((field(line, 0), field(line, 1)), field(line, 2).parse().ok());
    text.lines().skip(1).map(line).collect()
}

fn of_parquet(path: &Path) -> Figures {
    let reader = SerializedFileReader::new(fs::File::open(path).unwrap()).unwrap();
    let mut all = Figures::new();
    for row in reader.get_row_iter(None).unwrap() {
        let columns: Vec<Field> = row.unwrap().get_column_iter().map(|(_, field)| field.clone()).collect();
        let text = |i: usize| if let Field::Str(text) = &columns[i] { text.clone() } else { panic!("{:?}", columns[i]) };
        let number = if let Field::Double(number) = columns[2] { Some(number) } else { None };
        all.insert((text(0), text(1)), number);
    }
    all
}

/// The figures in the table of the page, as the script reads them.
fn of_page(html: &str) -> Figures {
    let mut all = Figures::new();
    for row in html.split("<tr data-design=\"").skip(1) {
        let design = row.split('"').next().unwrap();
        for cell in row.split("</tr>").next().unwrap().split(" data-criterion=\"").skip(1) {
            let criterion = cell.split('"').next().unwrap();
            let tag = cell.split('>').next().unwrap();
            let value = tag.split_once("data-value=\"").map(|(_, rest)| rest.split('"').next().unwrap().parse().unwrap());
            all.insert((design.into(), criterion.into()), value);
        }
    }
    all
}

#[test]
fn the_same_inputs_give_the_same_bytes_and_every_view_the_same_figures() {
    let folder = tempfile::tempdir().unwrap();
    let (one, two) = (folder.path().join("one"), folder.path().join("two"));
    compare(&one, &["--jobs", "1"]);
    compare(&two, &["--jobs", "2"]);
    for file in FILES {
        assert!(fs::read(one.join(file)).unwrap() == fs::read(two.join(file)).unwrap(), "{file} differs");
    }
    let document = document(&one);
    let of_json: Figures =
        document.cells.iter().map(|c| ((c.design.clone(), c.criterion.clone()), c.estimate.map(|e| e.value))).collect();
    assert_eq!(of_json.len(), document.designs.len() * document.criteria.len());
    assert_eq!(of_csv(&fs::read_to_string(one.join("compare.csv")).unwrap()), of_json);
    assert_eq!(of_parquet(&one.join("compare.parquet")), of_json);
    let page = fs::read_to_string(one.join("report.html")).unwrap();
    assert_eq!(of_page(&page), of_json);
    for outside in ["http://", "https://", "src=", "@import", "url("] {
        let allowed = page.matches("http://www.w3.org/2000/svg").count();
        let found = page.matches(outside).count() - if outside == "http://" { allowed } else { 0 };
        assert_eq!(found, 0, "the page names something outside of it: {outside}");
    }
    what_designs_show(&document);
    nothing_in_the_page_is_left_untranslated(&page);
}

/// Words in Latin letters that Japanese texts may contain: standards, devices, and names in sources.
const LATIN: [&str; 16] =
    ["TLS", "IC", "VPN", "IPv6", "RFC", "DX", "A4", "J", "CAST", "Liquid", "Paulsen", "et", "al", "PLoS", "ONE", "e35087"];

/// A reader of Japanese sees no other word in Latin letters. Commands, and names that commands take, are code.
fn nothing_in_the_page_is_left_untranslated(page: &str) {
    let (_, body) = page.split_once("<main>").unwrap();
    let (body, _) = body.split_once("</main>").unwrap();
    let mut text = body.to_string();
    for (begin, end) in [
        ("<span lang=\"en\">", "</span>"),
        ("<text lang=\"en\"", "</text>"),
        ("<code", "</code>"),
        ("<pre", "</pre>"),
        ("<", ">"),
    ] {
        text = without(&text, begin, end);
    }
    let is_latin = |c: char| c.is_ascii_alphanumeric();
    let words = text.split(|c: char| !is_latin(c)).filter(|word| word.contains(|c: char| c.is_ascii_alphabetic()));
    let foreign: std::collections::BTreeSet<&str> = words.filter(|word| !LATIN.contains(word)).collect();
    assert!(foreign.is_empty(), "{foreign:?}");
}

/// The text without what is between two marks, and without these.
fn without(text: &str, begin: &str, end: &str) -> String {
    let mut parts = text.split(begin);
    let mut left = parts.next().unwrap_or_default().to_string();
    for part in parts {
        left.push(' ');
        left += part.split_once(end).map_or("", |(_, rest)| rest);
    }
    left
}

/// What is known of these designs beforehand.
fn what_designs_show(document: &Document) {
    let figure = |design: &str, criterion: &str| document.cell(design, criterion).unwrap().estimate.unwrap().value;
    for design in ["certificate", "ask-insurer", "least-kept"] {
        assert_eq!(figure(design, "must-broken"), 0.0, "{design}");
        // A visit that begins just before the line is back is served by a retry.
        assert!(figure(design, "up-line") < 0.2, "{design}");
        assert_eq!(figure(design, "join-broker"), 1.0, "the broker of {design} gets the certificate in each check");
        let line = document.linkability.iter().find(|l| l.design == design && l.adversary == "line").unwrap();
        assert_eq!((line.exact.unwrap().value, line.quasi.unwrap().value), (0.0, 0.0), "the line of {design} sees ciphertext");
    }
    // Every facility keeps the serial number.
    assert_eq!((figure("certificate", "join-all"), figure("certificate", "join-kept")), (1.0, 1.0));
    let fields = |design: &str| {
        let all = document.linkability.iter().find(|l| l.design == design && l.adversary == "facilities-all");
        all.unwrap().fields.iter().any(|f| f == "record/knownBy")
    };
    assert_eq!((fields("certificate"), fields("least-kept")), (true, false), "a pseudonym is another one at every facility");
    assert_eq!((figure("certificate", "join-insurer"), figure("ask-insurer", "join-insurer")), (0.0, 1.0));
    assert!(figure("certificate", "up-insurers") > figure("ask-insurer", "up-insurers"));
    assert!(figure("ask-insurer", "messages") > figure("certificate", "messages"));
    // Both seeds have one outage each of the broker: both tables have one estimator.
    let hours: Vec<f64> =
        document.availability.iter().filter(|a| a.design == "certificate" && a.down == "broker").map(|a| a.served).collect();
    let [hour] = hours[..] else { panic!("{hours:?}") };
    assert!((hour - figure("certificate", "up-broker")).abs() < 1e-6, "{hour}");
    // A third of the visits in designs with photo or PIN, of which few end without an answer.
    let pin = |design: &str| document.designs.iter().find(|d| d.name == design).unwrap().measured["pin-share"];
    assert!((0.15..0.5).contains(&pin("certificate")), "{}", pin("certificate"));
    let shows = |criterion: &str| document.cells.iter().filter(|c| c.criterion == criterion).all(|c| c.estimate.is_some());
    assert!(shows("cost-check") && shows("wrong-acceptances") && shows("returned-claims"));
    assert!(!document.sequences.is_empty() && document.sequences.iter().all(|s| s.arrows.len() > 5));
    assert!(document.unfinished.is_empty(), "{:?}", document.unfinished);
}

/// Designs that differ from the others in what is shown at the counter and in who enters a PIN.
#[test]
fn what_is_on_a_paper_card_is_seen_and_joins_and_refusals_follow_the_use_of_the_pin() {
    let folder = tempfile::tempdir().unwrap();
    let out = folder.path().join("out");
    let designs =
        ["compare", "--designs", "certificate,paper,visible-number,pin,face-terminal", "--seeds", "1..2", "--persons", "24"];
    let (exit, stdout, stderr) =
        shikaku(&[&designs[..], &["--scenarios", "everyday,causes", "--out", out.to_str().unwrap()]].concat());
    assert_eq!((exit, stdout.trim_end()), (0, out.join("report.html").to_str().unwrap()), "{stderr}");
    let document = document(&out);
    let figure = |design: &str, criterion: &str| document.cell(design, criterion).unwrap().estimate.unwrap().value;
    let seen = |design: &str, zone: &str, class: &str| {
        let found = document.exposure.iter().find(|e| e.design == design && e.zone == zone && e.class == class);
        found.map_or((0.0, 0.0), |e| (e.in_visits, e.of_people))
    };
    for (design, class) in
        [("paper", "name"), ("paper", "birth-date"), ("visible-number", "name"), ("visible-number", "birth-date")]
    {
        // A person whose card has not arrived shows none.
        assert!(seen(design, "facility", class).0 > 0.8, "{design} {class}: {:?}", seen(design, "facility", class));
    }
    // Nobody shows the back of the card: it is there, and no visit shows it.
    assert_eq!(seen("paper", "card-back", "my-number"), (0.0, 1.0));
    // Symbol, number and branch, or what is on the card, name one person; the insured identifier is in every claim and is not counted as kept.
    for criterion in ["join-2", "join-10", "join-all"] {
        assert!(document.cell("paper", criterion).unwrap().estimate.is_none_or(|e| e.value > 0.9), "{criterion}");
    }
    assert_eq!(figure("paper", "join-kept"), 0.0);
    let share = |design: &str| document.designs.iter().find(|d| d.name == design).unwrap().measured["pin-share"];
    assert!(
        share("pin") > 0.9 && share("paper") == 0.0 && share("face-terminal") < 0.1,
        "{} {}",
        share("pin"),
        share("face-terminal")
    );
    assert!(figure("pin", "wrong-refusals") > figure("certificate", "wrong-refusals"));
    assert!(figure("certificate", "wrong-refusals") > figure("face-terminal", "wrong-refusals"));
    assert!(document.ranks.iter().all(|r| r.design != "paper"), "paper is there for comparison");
}

#[test]
fn assumptions_of_a_file_move_the_costs_and_nothing_else() {
    let folder = tempfile::tempdir().unwrap();
    let file = folder.path().join("mine.toml");
    let figure = "[[figure]]\nkey = \"maintenance-clinic\"\nja = \"保守\"\nen = \"Maintenance\"\nunit = \"yen a month\"\nlow = 9000\n\
                  mode = 20000\nhigh = 30000\nsource = \"an offer\"\nconfidence = \"read\"\n";
    fs::write(&file, figure).unwrap();
    let (one, two) = (folder.path().join("one"), folder.path().join("two"));
    let quick = ["--scenarios", "everyday,causes"];
    compare(&one, &quick);
    compare(&two, &[&quick[..], &["--assumptions", file.to_str().unwrap()]].concat());
    let (before, after) = (document(&one), document(&two));
    let of = |d: &Document, criterion: &str| d.cell("certificate", criterion).unwrap().estimate.unwrap().value;
    // 83,370 clinics; the expected value, (low + mode + high) / 3, was 10,600 yen a month and is 19,667.
    let more = 83_370.0 * ((9_000.0 + 20_000.0 + 30_000.0) - (3_000.0 + 8_800.0 + 20_000.0)) / 3.0 * 12.0 / 1e9;
    assert!((of(&after, "cost-facilities") - of(&before, "cost-facilities") - more).abs() < 1e-4);
    assert_eq!(of(&after, "cost-centre"), of(&before, "cost-centre"));
    assert_eq!(of(&after, "messages"), of(&before, "messages"));
    // Nothing was down in these scenarios.
    assert!(before.cell("certificate", "up-jpki").unwrap().estimate.is_none());
}

#[test]
fn every_assumption_is_listed_with_its_source() {
    let (exit, json, _) = shikaku(&["compare", "--list-assumptions", "--format", "json"]);
    let figures: Vec<serde_json::Value> = serde_json::from_str(&json).unwrap();
    assert_eq!(exit, 0);
    let (_, text, _) = shikaku(&["compare", "--list-assumptions"]);
    for figure in &figures {
        let (key, source) = (figure["key"].as_str().unwrap(), figure["source"].as_str().unwrap());
        assert!(text.contains(&format!("{key} ")) && text.contains(source.trim_start_matches("assumption: ")), "{key}");
    }
    assert_eq!(text.matches("source (").count() + text.matches("assumption (").count(), figures.len());
}

#[test]
fn mistakes_are_named_before_anything_is_played() {
    let folder = tempfile::tempdir().unwrap();
    let out = folder.path().join("out");
    let out = out.to_str().unwrap();
    for (args, expected) in [
        (&["compare"][..], "--out"),
        (&["compare", "--out", out, "--designs", "certifikate"], "certificate"),
        (&["compare", "--out", out, "--scenarios", "nothing-like-this"], "nothing-like-this"),
        (&["compare", "--out", out, "--assumptions", "not-there.toml"], "not-there.toml"),
        (&["compare", "--out", out, "--persons", "1"], "persons"),
        (&["compare", "--list-assumptions", "--format", "yaml"], "yaml"),
    ] {
        let (exit, _, stderr) = shikaku(args);
        assert_eq!((exit, stderr.contains(expected)), (2, true), "{args:?}: {stderr}");
    }
    assert!(!Path::new(out).join("compare.json").exists());
}

#[test]
fn an_older_comparison_is_replaced_only_when_asked() {
    let folder = tempfile::tempdir().unwrap();
    for name in FILES {
        let used = folder.path().join(name);
        fs::create_dir_all(&used).unwrap();
        fs::write(used.join(name), "older").unwrap();
        let out = used.to_str().unwrap();
        let (exit, _, stderr) = shikaku(&["compare", "--out", out]);
        assert_eq!((exit, stderr.contains(name), stderr.contains("--replace")), (2, true, true), "{stderr}");
        assert_eq!(fs::read(used.join(name)).unwrap(), b"older");
    }
    let used = folder.path().join(FILES[4]);
    compare(&used, &["--replace"]);
    assert!(FILES.iter().all(|name| fs::read(used.join(name)).unwrap() != b"older"));
}

#[test]
fn the_schema_of_the_comparison_is_current() {
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("../docs/schema/compare.schema.json");
    let (exit, current, _) = shikaku(&["schema", "compare"]);
    assert_eq!(exit, 0);
    if std::env::var_os("SHIKAKU_BLESS").is_some() {
        fs::write(&path, &current).unwrap();
    }
    assert!(fs::read_to_string(path).unwrap_or_default() == current, "the schema is outdated: SHIKAKU_BLESS=1 regenerates it");
}
