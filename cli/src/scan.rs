//! `shikaku scan`.

mod fields;
mod lines;
pub mod parts;
pub mod people;
pub mod report;
pub mod tally;
mod walk;
mod work;

use crate::exit::{self, Exit, usage};
use crate::explain::LangArg;
use crate::{interrupt, output, progress};
use clap::{Args, ValueEnum};
use indicatif::ProgressBar;
use leak::Detector;
use report::ReportOptions;
use reports::rules::Lang;
use reports::texts::say;
use std::fs::File;
use std::io::Read;
use std::num::NonZero;
use std::path::PathBuf;
use tally::Tally;
use walk::Item;

pub const ABOUT: &str = "\
Search files for the secrets of people\n\n\
Searches for My Numbers, resident codes and institution codes of the people of --people, in every encoding that the project \
knows and in nested encodings. No output contains a value, and values in paths are masked.\n\n\
Folders are scanned in order of names; symbolic links in them are not followed. Archives, compressed files, office documents, \
PDF, SQLite, Parquet, Avro, captures and mails are recognised by their first bytes and unpacked, up to eight levels deep and \
64 GiB per file; anything else, and the rest of a damaged archive, is scanned as raw bytes. What could not be read is named. Line \
numbers are given for text files.\n\n\
The people file has one JSON object per line, as written by `shikaku population`. `index` is required, and at least one of \
`my_number`, `resident_code` and `institution_codes` (fields and codes); other keys are ignored.";

const EXAMPLES: &str = "\
Examples:
  shikaku population --seed 7 --persons 1000 --out people.ndjson
  shikaku scan --people people.ndjson logs/ dump.sqlite capture.pcap
  journalctl -o cat | shikaku scan --people people.ndjson -
  shikaku scan --people people.ndjson --format sarif . > scan.sarif";

#[derive(Args)]
#[command(after_help = format!("{EXAMPLES}\n\n{}", exit::HELP))]
pub struct ScanArgs {
    /// Files, folders, or `-` for stdin
    #[arg(value_name = "PATH", required = true)]
    paths: Vec<PathBuf>,
    /// The people whose values are searched for
    #[arg(long, value_name = "FILE")]
    people: PathBuf,
    /// Also search for HMACs with this key: text, or `hex:` and hexadecimal digits; may be given more than once
    #[arg(long, value_name = "KEY", value_parser = hmac_key)]
    hmac_key: Vec<Key>,
    /// What to print on stdout
    #[arg(long, value_enum, default_value_t = Format::Human)]
    format: Format,
    /// Language of the text
    #[arg(long, value_enum, default_value_t = LangArg::En)]
    lang: LangArg,
    /// Show every finding that is kept, not only the first ten of each file
    #[arg(long)]
    all: bool,
    /// Accept that something of this kind was not searched: encrypted, damaged, limit, depth, unknown-method, unsupported or
    /// unreadable; may be given more than once
    #[arg(long, value_name = "KIND", value_parser = UNREAD)]
    accept_unread: Vec<String>,
    /// Number of threads; the number of processors, if not given. The output is the same
    #[arg(long, value_name = "N", value_parser = clap::value_parser!(u16).range(1..))]
    jobs: Option<u16>,
    /// List all unmatched numbers (valid numbers belonging to nobody in the people file), not only the first five
    #[arg(long)]
    unmatched: bool,
}

/// From this length in bytes on, one file is searched on several threads.
const LARGE: u64 = 16 << 20;
/// The kinds of what is not searched. The last one is a file that cannot be read.
const UNREAD: [&str; 7] = ["encrypted", "damaged", "limit", "depth", "unknown-method", "unsupported", UNREADABLE];
const UNREADABLE: &str = "unreadable";

#[derive(Clone, Copy, PartialEq, Eq, ValueEnum)]
enum Format {
    /// Text
    Human,
    /// One JSON document
    Json,
    /// One SARIF document (2.1.0)
    Sarif,
}

#[derive(Clone)]
struct Key(Vec<u8>);

fn hmac_key(text: &str) -> Result<Key, String> {
    let key = match text.strip_prefix("hex:") {
        None => text.as_bytes().to_vec(),
        Some(digits) => data_encoding::HEXLOWER_PERMISSIVE
            .decode(digits.as_bytes())
            .map_err(|_| "`hex:` must be followed by pairs of hexadecimal digits")?,
    };
    if key.is_empty() { Err("a key must have at least one byte".into()) } else { Ok(Key(key)) }
}

pub fn run(args: ScanArgs) -> anyhow::Result<Exit> {
    let walk = walk::walk(&args.paths, &args.people)?;
    let people = people::read(&args.people)?;
    let keys: Vec<Vec<u8>> = args.hmac_key.into_iter().map(|k| k.0).collect();
    let jobs = args.jobs.map_or_else(|| std::thread::available_parallelism().map_or(1, usize::from), usize::from);
    let threads = NonZero::new(jobs).unwrap_or(NonZero::<usize>::MIN);
    let detector = Detector::new_on(people.secrets, &keys, threads).map_err(|e| usage(format!("--people: {e}")))?;
    if let Some((path, what)) = &walk.missing {
        // A name can be a value too.
        let path = Tally::new(&detector, 1).masked(None, path.as_os_str().as_encoded_bytes());
        return Err(usage(format!("`{path}` cannot be read: {what}")));
    }
    interrupt::listen();
    let options =
        ReportOptions { people: people.count, unmatched_listed: if args.unmatched { usize::MAX } else { report::UNMATCHED } };

    let mut tally = Tally::new(&detector, 1);
    for (path, what) in &walk.unreadable {
        let path = tally.name(None, path.as_os_str().as_encoded_bytes());
        tally.not_searched(&path, UNREADABLE, what.as_str());
    }
    for (path, what) in &walk.remarks {
        let path = tally.name(None, path.as_os_str().as_encoded_bytes());
        tally.remark(&path, what.as_str());
    }
    let bar = progress::bytes(walk.bytes());
    let scan_item = |index: usize| item(&detector, &walk.items[index], jobs, &bar);
    work::in_order(walk.items.len(), jobs, scan_item, |of_item| tally.merge(of_item));
    bar.finish_and_clear();

    let lang: Lang = args.lang.into();
    let scan = report::document(tally, &args.accept_unread, options);
    let incomplete = scan.unread.iter().any(|u| !u.accepted);
    output::print_as(
        args.format != Format::Human,
        &match args.format {
            Format::Human => reports::scan::human::text(&scan, args.all, lang),
            Format::Json => scan.to_json()?,
            Format::Sarif => reports::sarif::document(&scan, &report::classes())?,
        },
    )?;
    if interrupt::requested() {
        output::note(&say(lang, "note-scan-interrupted", &[]));
        return Ok(Exit::Unfinished);
    }
    Ok(match (scan.found, incomplete) {
        (1.., _) => Exit::Broken,
        (0, false) => Exit::Held,
        (0, true) => {
            output::note(&say(lang, "note-scan-incomplete", &[]));
            Exit::Unfinished
        }
    })
}

/// Scans one input. A large one takes all threads for itself.
fn item<'d>(detector: &'d Detector, item: &Item, jobs: usize, bar: &ProgressBar) -> Tally<'d> {
    let large = !matches!(item, Item::File(_, length) if *length < LARGE);
    let mut tally = Tally::new(detector, if large { jobs } else { 1 });
    tally.files = 1;
    let (path, scanned) = match item {
        Item::Stdin => {
            let stdin = WithProgress { from: std::io::stdin().lock(), bar };
            ("-".to_string(), parts::scan(&mut tally, "-", stdin))
        }
        Item::File(path, _) => {
            let name = tally.name(None, path.as_os_str().as_encoded_bytes());
            bar.set_message(name.clone());
            let scanned = match interrupt::requested() {
                true => Err(stopped()),
                false => File::open(path).and_then(|from| parts::scan(&mut tally, &name, WithProgress { from, bar })),
            };
            (name, scanned)
        }
    };
    if let Err(e) = scanned {
        tally.not_searched(&path, UNREADABLE, e.to_string());
    }
    tally
}

/// Why the rest was not searched when a stop was requested.
fn stopped() -> std::io::Error {
    std::io::Error::other("the scan was interrupted before its end")
}

/// An input whose reading advances the progress bar, and ends when a stop is requested.
struct WithProgress<'b, R> {
    from: R,
    bar: &'b ProgressBar,
}

impl<R: Read> Read for WithProgress<'_, R> {
    fn read(&mut self, into: &mut [u8]) -> std::io::Result<usize> {
        if interrupt::requested() {
            return Err(stopped());
        }
        let count = self.from.read(into)?;
        self.bar.inc(count as u64);
        Ok(count)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn keys_are_texts_or_bytes() {
        let key = |text| hmac_key(text).map(|k| k.0);
        assert_eq!(key("hex:00fF"), Ok(vec![0, 255]));
        assert_eq!(key("secret"), Ok(b"secret".to_vec()));
        for wrong in ["", "hex:", "hex:0", "hex:0g", "hex:+1", "hex:\u{e9}"] {
            assert!(key(wrong).is_err(), "{wrong}");
        }
    }
}
