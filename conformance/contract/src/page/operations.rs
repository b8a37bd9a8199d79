//! The operations of a role, with an example of every message and of every refusal.

use crate::examples;
use crate::messages::{Body, bodies, schema_of};
use crate::pretty::pretty;
use crate::role::Role;
use crate::text::Lang;
use std::collections::BTreeMap;
use std::fmt::Write;
use terms::operation::{NOT_FOUND, OperationDescription, Refusal};
use terms::operations::{OPERATIONS, asked_by, served_by};

/// The operations that a role serves and requests, or all.
pub(super) fn of(role: Option<Role>) -> Vec<&'static dyn OperationDescription> {
    match role {
        None => OPERATIONS.to_vec(),
        Some(role) => served_by(role.zone()).chain(asked_by(role.zone())).collect(),
    }
}

/// Every operation with its examples.
pub(super) fn section(role: Option<Role>, lang: Lang) -> String {
    let mut text = format!("\n<a id=\"operations\"></a>\n\n## {}\n\n", lang.of("Operations", "操作"));
    text += lang.of(
        "| operation | from | to | request | success |\n|---|---|---|---|---|\n",
        "| 操作 | 要求元 | 提供者 | 要求 | 成功 |\n|---|---|---|---|---|\n",
    );
    let operations = of(role);
    for operation in &operations {
        let from: Vec<&str> = operation.from().iter().map(|zone| zone.name()).collect();
        let (name, to) = (operation.name(), operation.to().name());
        let _ = writeln!(
            text,
            "| [{name}](#op-{name}) {} | {} | {to} | `{} {}` | {} |",
            operation.ja(),
            from.join(", "),
            operation.method().name(),
            operation.path(),
            operation.status()
        );
    }
    for operation in operations {
        text += &one(operation, lang);
    }
    text
}

fn one(operation: &dyn OperationDescription, lang: Lang) -> String {
    let name = operation.name();
    let mut text = format!("\n<a id=\"op-{name}\"></a>\n\n### {name} {}\n\n", operation.ja());
    if lang == Lang::En {
        let _ = write!(text, "{}.\n\n", operation.text_en());
    }
    let (request, response) = bodies(operation);
    let _ = write!(
        text,
        "{}\n\n```http\n{} {} HTTP/1.1\n",
        lang.of("Request:", "要求:"),
        operation.method().name(),
        operation.path()
    );
    let _ = writeln!(text, "host: {}", operation.to().name());
    for header in operation.headers() {
        let _ = writeln!(text, "{}: check-000003-000041", header.name);
    }
    if request != Body::Empty {
        let _ = writeln!(text, "content-type: {}", operation.request_media());
    }
    text += &body(request, &operation.request_example());
    let _ = write!(text, "```\n\n{}\n\n```http\nHTTP/1.1 {}\n", lang.of("Success:", "成功:"), operation.status());
    if response != Body::Empty {
        let _ = writeln!(text, "content-type: {}", operation.response_media());
    }
    text += &body(response, &operation.response_example());
    let _ = write!(text, "```\n\n{}\n\n", lang.of("Refusals:", "拒否:"));
    text += lang.of("| HTTP | code | media type |\n|---|---|---|\n", "| HTTP | コード | 媒体型 |\n|---|---|---|\n");
    let mut by_status: BTreeMap<(u16, &str), Vec<String>> = BTreeMap::new();
    for refusal in operation.refusals() {
        let codes = by_status.entry((refusal.status(), refusal.media_type())).or_default();
        let code = format!("`{}`", refusal.code());
        if !codes.contains(&code) {
            codes.push(code);
        }
    }
    for ((status, media), codes) in by_status {
        let _ = writeln!(text, "| {status} | {} | `{media}` |", codes.join(", "));
    }
    for example in examples::of(operation) {
        let _ = write!(text, "\n{}:\n\n```json\n{}\n```\n", lang.of(example.en, example.ja), pretty(&example.body));
    }
    text
}

/// A body below its head. JSON is shown with line breaks; DER as Base64, which is not what is sent.
fn body(body: Body, bytes: &[u8]) -> String {
    match body {
        Body::Empty => String::new(),
        Body::Der => format!("\n({} bytes of DER; in Base64: {})\n", bytes.len(), data_encoding::BASE64.encode(bytes)),
        Body::Json(_) => format!("\n{}\n", pretty(bytes)),
    }
}

/// The body of every refusal that the operations of a role can end in.
pub(super) fn refusals(role: Option<Role>, lang: Lang) -> String {
    let mut text = format!("\n<a id=\"refusals\"></a>\n\n## {}\n\n", lang.of("Body of every refusal", "拒否の本文"));
    text += lang.of(
        "As the reference writes them; texts and titles are free.\n",
        "参照実装が書くとおりに示す。文と `title` は自由である。\n",
    );
    let operations = of(role);
    let mut all: Vec<Refusal> = Vec::new();
    for operation in &operations {
        let new: Vec<Refusal> = operation.refusals().into_iter().filter(|refusal| !all.contains(refusal)).collect();
        all.extend(new);
    }
    if operations.iter().any(|operation| operation.refusals().iter().any(|refusal| schema_of(refusal) == "Problem")) {
        all.push(Refusal::Problem(NOT_FOUND));
    }
    all.sort_by_key(|refusal| (refusal.media_type(), refusal.status(), refusal.code()));
    for refusal in all {
        let body = refusal.body();
        let (code, status, media) = (refusal.code(), refusal.status(), refusal.media_type());
        let _ = write!(
            text,
            "\n`{code}`\n\n```http\nHTTP/1.1 {status}\ncontent-type: {media}\n\n{}\n```\n",
            String::from_utf8_lossy(&body)
        );
    }
    text
}
