//! The eligibility check in NeXosim: facility, delays and stations are models that pass a check on through ports.
//!
//! ```text
//! facility → line → broker → link → jpki → link → link → jpki → link → broker → line → facility
//! ```
//!
//! There is one broker and one jpki, each with two inputs and two outputs; each delay between them is a model of its own.

mod models;
mod report;

use std::error::Error;
use std::process::ExitCode;
use std::time::{Duration, Instant};

use nexosim::ports::{EventSinkReader, Output, SinkState, event_queue};
use nexosim::simulation::{Mailbox, SimInit};
use nexosim::time::MonotonicTime;

use models::{Check, Delay, Facility, Station};

const LINE: Duration = Duration::from_millis(7);
const LINK: Duration = Duration::from_millis(2);

fn main() -> ExitCode {
    let args = match report::Args::parse() {
        Ok(args) => args,
        Err(message) => {
            eprintln!("peers-des: {message}\nusage: peers-des [--checks N] [--seed N] [--threads N]");
            return ExitCode::from(2);
        }
    };
    match run(&args) {
        Ok((wall, checks)) if checks.len() == args.checks => {
            println!("{}", report::line(&args, wall, &checks));
            ExitCode::SUCCESS
        }
        Ok((_, checks)) => {
            eprintln!("peers-des: {} of {} checks were answered", checks.len(), args.checks);
            ExitCode::FAILURE
        }
        Err(error) => {
            eprintln!("peers-des: {error}");
            ExitCode::FAILURE
        }
    }
}

/// Wall time of the simulation without its setup, and the answered checks in order of arrival.
fn run(args: &report::Args) -> Result<(Duration, Vec<Check>), Box<dyn Error>> {
    let mut facility = Facility::new(args.checks, args.seed);
    let mut broker = Station::new(0, 2, [0.006, 0.004], args.seed);
    let mut jpki = Station::new(1, 1, [0.004, 0.003], args.seed);
    let facility_box = Mailbox::new();
    let broker_box = Mailbox::new();
    let jpki_box = Mailbox::new();

    let mut bench = SimInit::with_num_threads(args.threads);
    // Connects an output to a delay; the delay's own output is connected later.
    let delay = |from: &mut Output<Check>, length, name| {
        let mailbox = Mailbox::new();
        from.connect(Delay::enter, &mailbox);
        (Delay::new(length), mailbox, name)
    };
    let mut line_out = delay(&mut facility.line, LINE, "line out");
    line_out.0.output.connect(Station::first, &broker_box);
    let mut link_status = delay(&mut broker.after_first, LINK, "link, status");
    link_status.0.output.connect(Station::first, &jpki_box);
    let mut link_status_back = delay(&mut jpki.after_first, LINK, "link, status back");
    let mut link_resolve = delay(&mut link_status_back.0.output, LINK, "link, resolve");
    link_resolve.0.output.connect(Station::last, &jpki_box);
    let mut link_resolve_back = delay(&mut jpki.after_last, LINK, "link, resolve back");
    link_resolve_back.0.output.connect(Station::last, &broker_box);
    let mut line_back = delay(&mut broker.after_last, LINE, "line back");
    line_back.0.output.connect(Facility::answer, &facility_box);
    let (sink, mut recorded) = event_queue(SinkState::Enabled);
    facility.recorded.connect_sink(sink);

    for (model, mailbox, name) in [line_out, link_status, link_status_back, link_resolve, link_resolve_back, line_back] {
        bench = bench.add_model(model, mailbox, name);
    }
    let mut simulation = bench
        .add_model(facility, facility_box, "facility")
        .add_model(broker, broker_box, "broker")
        .add_model(jpki, jpki_box, "jpki")
        .init(MonotonicTime::EPOCH)?;

    #[allow(clippy::disallowed_methods, reason = "wall time is what is measured")]
    let start = Instant::now();
    simulation.run()?;
    let wall = start.elapsed();

    let mut checks: Vec<Check> = std::iter::from_fn(|| recorded.try_read()).collect();
    checks.sort_unstable_by_key(|check| check.number);
    Ok((wall, checks))
}
