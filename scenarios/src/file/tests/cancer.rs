//! Reports to the cancer registry, and what is wrong with them.

use crate::file::{Library, Scenario};

const HEAD: &str = "title = { ja = \"届出\", en = \"Reports\" }\nstory = \"s\"\npeople = 2\nfacilities = 2\n\
                    [[visit]]\nat = \"2s\"\nperson = 0\nexpect = \"in-force\"\n";

fn error(text: &str) -> String {
    Scenario::read("reports.toml", &format!("{HEAD}{text}"), &Library::none()).unwrap_err().to_string()
}

#[test]
fn reports_are_read_as_they_are_written() {
    let text = "[registry]\ncodes = false\n[[cancer-report]]\nat = \"3s\"\nperson = 0\ndiffers = [\"moved\", \"kana\"]\n\
                [[cancer-report]]\nat = \"9s\"\nperson = 0\nfacility = 1\nwithdraws = 0\n";
    let read = Scenario::read("reports.toml", &format!("{HEAD}{text}"), &Library::none()).unwrap();
    assert!(read.uses_registry() && read.registry.as_ref().is_some_and(|r| !r.codes && r.looks_after.0.as_secs() == 20));
    assert_eq!(read.cancer_reports[1].changes(), Some(0));
    let again = Scenario::read("reports.toml", &read.to_toml().unwrap(), &Library::none()).unwrap();
    assert_eq!((again.registry, again.cancer_reports), (read.registry, read.cancer_reports));
}

#[test]
fn what_makes_no_sense_is_an_error_with_a_remedy() {
    for (text, message) in [
        ("[registry]\n", "nobody reports a case"),
        ("[registry]\n[registry.cases]\npeople = 3\nat = \"1s\"\nover = \"2s\"\n", "there are only 2 people"),
        ("[[cancer-report]]\nat = \"3s\"\nperson = 5\n", "there is no person 5"),
        ("[[cancer-report]]\nat = \"3s\"\nperson = 0\ncorrects = 0\n", "there is no report 0 before this one"),
        (
            "[[cancer-report]]\nat = \"3s\"\nperson = 0\n[[cancer-report]]\nat = \"2s\"\nperson = 1\ncorrects = 0\n",
            "write a later time",
        ),
        ("[[cancer-report]]\nat = \"3s\"\nperson = 0\ndiffers = [\"name\"]\n", "variant-character"),
    ] {
        let error = error(text);
        assert!(error.contains(message) && error.contains("reports.toml:"), "{text}{error}");
    }
}
