//! `shikaku serve`: the mocks on real TCP, for systems that are developed against them.

mod recording;

use crate::exit::{self, Exit, usage};
use crate::output::Shown;
use crate::{interrupt, output, run};
use ::certify::kit;
use ::certify::site::{self, FIRST_PORT, SiteFile};
use clap::Args;
use recording::Recording;
use scenarios::EngineKind;
use scenarios::designs;
use scenarios::file::{RegistryPart, Scenario};
use scenarios::live::serve::{Standing, Watching, serve};
use scenarios::live::{Endpoint, Site, at_the_counter};
use scenarios::run::Order;
use serde_json::json;
use sim::terms::shown;
use std::collections::BTreeSet;
use std::path::{Path, PathBuf};
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, Mutex};
use std::time::Duration;

pub const ABOUT: &str = "\
Serve the mocks on real TCP, with TLS and client certificates, for a system that is developed against them

Without roles, all of them. With roles, only these: the others are reached at the addresses of the kit, where your system listens. \
The kit is a folder with certificates, keys, people, endpoints and examples; its README.md begins with commands that work as they \
are printed. A new folder gets new authorities; an existing one keeps them, so that your system needs to be configured only once.

When all parties listen, one line of JSON is printed on stdout. SIGTERM or Ctrl-C ends the command in good order. It listens on \
the loopback interface, unless --host says otherwise.";

const EXAMPLES: &str = "\
Examples:
  shikaku serve                                          all mocks; the kit is in ./shikaku-kit
  sh shikaku-kit/examples/check.sh                       in another terminal: a check, as a facility
  shikaku serve jpki insurer number-authority --kit kit  everything that a broker under development needs
  shikaku serve --kit kit --out recording                keeps a recording, which `shikaku judge recording` judges";

/// The roles of which there can be mocks. Facilities have visits only with --visits.
const ROLES: [&str; 7] = ["number-authority", "jpki", "insurer", "facility", "broker", "line", "registry"];

#[derive(Args)]
#[command(after_help = format!("{EXAMPLES}\n\n{}", exit::HELP))]
pub struct ServeArgs {
    /// number-authority, jpki, insurer, facility, broker, line, registry; all but the registry, if none is named
    #[arg(value_name = "ROLE", value_parser = role)]
    roles: Vec<String>,
    /// The folder of the kit: created, if there is none
    #[arg(long, value_name = "DIR", default_value = "shikaku-kit")]
    kit: PathBuf,
    /// For a new kit: the seed from which authorities, keys and people are drawn
    #[arg(long, value_name = "N", default_value_t = 1)]
    seed: u64,
    /// For a new kit: the design
    #[arg(long, value_name = "NAME", default_value = "certificate")]
    design: String,
    /// For a new kit: the port before the first one; 0 takes any free ports
    #[arg(long, value_name = "PORT", default_value_t = FIRST_PORT)]
    port: u16,
    /// Listen at this address instead of 127.0.0.1: others on the network can then reach the mocks
    #[arg(long, value_name = "ADDRESS")]
    host: Option<std::net::IpAddr>,
    /// Let each of the kit's people visit a facility once
    #[arg(long)]
    visits: bool,
    /// Keep a recording in this folder: every entry is written as it happens
    #[arg(long, value_name = "DIR")]
    out: Option<PathBuf>,
}

fn role(name: &str) -> Result<String, String> {
    match ROLES.contains(&name) {
        true => Ok(name.to_string()),
        false => Err(format!("`{name}` is not a role with a mock on the network; known: {}", ROLES.join(", "))),
    }
}

pub fn run(args: &ServeArgs) -> anyhow::Result<Exit> {
    let file = open_kit(args)?;
    let design = designs::find(&file.design).ok_or_else(|| {
        usage(format!("{}: there is no design `{}`", args.kit.join(site::FILE).shown(), shown::line(&file.design)))
    })?;
    let file = with_ports_elsewhere(args, file)?;
    let mut site = site_of(args, &file)?;
    let with_visits = ::certify::story::scenario().map_err(|e| anyhow::anyhow!("kit.toml: {e}"))?;
    let played = if args.visits { with_visits.clone() } else { Scenario { visits: Vec::new(), ..with_visits.clone() } };
    // The cancer registry is there only if it is asked for: nobody else needs it.
    let registry = args.roles.iter().any(|role| role == "registry").then(RegistryPart::default);
    let played = Scenario { registry, ..played };
    if site.without.contains("broker") && !site.without.contains("insurer") {
        // A broker that is configured with the kit waits for all of its insurers.
        site.idle = ::certify::reference::reference(file.seed, &design).map_err(|e| anyhow::anyhow!(e))?.insurers;
    }
    let order = Order { scenario: 0, design, seed: file.seed, mutant: None, engine: EngineKind::Events };
    let recording = args.out.as_deref().map(|out| Recording::open(out, &order)).transpose()?;
    let recording = Arc::new(Mutex::new(recording));
    let stop = stops_on_a_signal();

    let failed: Arc<Mutex<Option<anyhow::Error>>> = Arc::default();
    let (writing, describing, failing, stopping) = (recording.clone(), recording.clone(), failed.clone(), stop.clone());
    let fail = move |error: anyhow::Error| {
        stopping.store(true, Ordering::SeqCst);
        if let Ok(mut failed) = failing.lock() {
            failed.get_or_insert(error);
        }
    };
    let fail_later = fail.clone();
    let (kit, roles, jpki_is_elsewhere) = (args.kit.clone(), args.roles.clone(), site.without.contains("jpki"));
    let watching = Watching {
        follow: Box::new(move |_, line| {
            let written = writing.lock().ok().and_then(|mut r| r.as_mut().map(|r| r.append(line)));
            if let Some(Err(e)) = written {
                fail(e);
            }
        }),
        keeps: false,
        ready: Box::new(move |standing| {
            let recorded = describing.lock().ok().and_then(|mut r| r.as_mut().map(|r| r.describe(standing, jpki_is_elsewhere)));
            let done = recorded.unwrap_or(Ok(())).and_then(|()| announce(&kit, &file, &with_visits, standing, &roles));
            if let Err(e) = done {
                fail_later(e);
            }
        }),
        stop,
        faults: None,
        // Nobody comes to the mocks of facilities then: who asks is a client of others.
        elsewhere: if args.visits { Vec::new() } else { at_the_counter().collect() },
    };
    serve(&played, &order, &site, run::TOOL, watching)?;
    if let Some(error) = failed.lock().ok().and_then(|mut failed| failed.take()) {
        return Err(error);
    }
    let mut recording = recording.lock().map_err(|_| anyhow::anyhow!("the recording was not finished"))?;
    recording.as_mut().map_or(Ok(()), Recording::sync)?;
    Ok(Exit::Held)
}

/// Reads the site of the kit, or makes a new one.
fn open_kit(args: &ServeArgs) -> anyhow::Result<SiteFile> {
    let path = args.kit.join(site::FILE);
    if path.exists() {
        return SiteFile::read(&args.kit).map_err(|e| usage(format!("--kit: {e}")));
    }
    if args.kit.exists() && !args.kit.is_dir() {
        return Err(usage(format!("--kit: `{}` is not a folder: name another one", args.kit.shown())));
    }
    if args.kit.exists() && std::fs::read_dir(&args.kit).is_ok_and(|mut files| files.next().is_some()) {
        let what = format!("--kit: `{}` is neither empty nor a kit: name another folder", args.kit.shown());
        return Err(usage(what));
    }
    if designs::find(&args.design).is_none() {
        return Err(usage(format!("there is no design `{}`: see `shikaku designs`", shown::line(&args.design))));
    }
    Ok(SiteFile::new(args.seed, &args.design, args.port, scenarios::live::now()))
}

/// A free port for each role of which there is no mock, where any port will do: the system that is developed listens there.
fn with_ports_elsewhere(args: &ServeArgs, mut file: SiteFile) -> anyhow::Result<SiteFile> {
    for role in ROLES.iter().filter(|r| !args.roles.is_empty() && !args.roles.iter().any(|named| named == *r)) {
        let Some(listed) = file.listen.get_mut(*role).filter(|at| at.ends_with(":0")) else { continue };
        let free = std::net::TcpListener::bind(listed.as_str()).and_then(|listener| listener.local_addr());
        *listed = free.map_err(|e| usage(format!("--port: no free port for {role}: {e}")))?.to_string();
    }
    Ok(file)
}

fn site_of(args: &ServeArgs, file: &SiteFile) -> anyhow::Result<Site> {
    let mut site = file.site().map_err(|e| usage(format!("--kit: {e}")))?;
    if !args.roles.is_empty() {
        site.without = ROLES.iter().filter(|r| !args.roles.iter().any(|named| named == *r)).map(|r| r.to_string()).collect();
    }
    if let Some(host) = args.host {
        if !host.is_loopback() {
            output::note(&format!("the mocks listen at {host}: everybody who reaches it can use them"));
        }
        let here: BTreeSet<String> = site.addresses.keys().filter(|r| !site.without.contains(*r)).cloned().collect();
        let moved = |(role, at): (&String, &mut Endpoint)| {
            if here.contains(role) {
                at.host = host.to_string();
            }
        };
        site.addresses.iter_mut().for_each(moved);
    }
    Ok(site)
}

/// Writes the kit and prints the line that says that all parties listen.
fn announce(folder: &Path, file: &SiteFile, scenario: &Scenario, standing: &Standing, roles: &[String]) -> anyhow::Result<()> {
    // Free ports that were taken are part of the kit from now on.
    let mut file = file.clone();
    for (party, (_, at)) in &standing.addresses {
        if let Some(listed) = file.listen.get_mut(party) {
            *listed = at.to_string();
        }
    }
    kit::write(folder, &file, scenario, standing, scenarios::live::now())?;
    let endpoints = standing.addresses.iter().map(|(party, (_, at))| (party.clone(), json!(at.to_string())));
    let endpoints: serde_json::Map<String, serde_json::Value> = endpoints.collect();
    // Where the parties are expected of which there is no mock.
    let is_mock = |party: &str| roles.is_empty() || roles.iter().any(|role| role == party);
    let elsewhere: serde_json::Map<String, serde_json::Value> =
        file.listen.iter().filter(|(party, _)| !is_mock(party)).map(|(party, at)| (party.clone(), json!(at))).collect();
    let line = json!({
        "ready": true,
        "kit": folder.display().to_string(),
        "roles": if roles.is_empty() { ROLES.map(str::to_string).to_vec() } else { roles.to_vec() },
        "endpoints": endpoints,
        "elsewhere": elsewhere,
        "pid": std::process::id(),
    });
    output::print_as(true, &format!("{line}\n"))
}

/// A flag that is set when the user asks the command to stop.
fn stops_on_a_signal() -> Arc<AtomicBool> {
    interrupt::listen();
    let stop = Arc::new(AtomicBool::new(false));
    let set = stop.clone();
    std::thread::spawn(move || {
        while !interrupt::requested() {
            std::thread::sleep(Duration::from_millis(20));
        }
        set.store(true, Ordering::SeqCst);
    });
    stop
}
