//! What was measured under load, as rows.

use crate::probe::load::Measured;

/// A row: the term in English and Japanese, and the value.
pub type Row = (&'static str, &'static str, String);

/// All rows.
pub fn rows(found: &Measured) -> Vec<Row> {
    let ms = |value: f64| format!("{value:.2} ms");
    let mut rows: Vec<Row> = vec![
        ("offered", "到着率", format!("{:.1} requests a second, {} in all", found.offered, found.requests)),
        ("answered", "応答率", format!("{:.1} requests a second", found.answered)),
        ("failed", "失敗", failed(found)),
        ("p50", "50パーセンタイル", ms(found.p50_ms)),
        ("p90", "90パーセンタイル", ms(found.p90_ms)),
        ("p99", "99パーセンタイル", ms(found.p99_ms)),
        ("p99.9", "99.9パーセンタイル", ms(found.p999_ms)),
        ("max", "最大", ms(found.max_ms)),
        ("sent late (p99)", "送信の遅れ（99パーセンタイル）", ms(found.late_p99_ms)),
        ("connections", "接続数", format!("{}, {} opened again", found.connections, found.reconnected)),
    ];
    rows.extend(
        found.mocks_busy.map(|share| ("mocks busy", "モックのCPU使用率", format!("{:.0} % of one processor", share * 100.0))),
    );
    rows
}

fn failed(found: &Measured) -> String {
    let mut parts = vec![found.failed.to_string()];
    if found.busy > 0 {
        parts.push(format!("{} refused because of load", found.busy));
    }
    if found.not_sent > 0 {
        parts.push(format!("{} not sent in time", found.not_sent));
    }
    parts.join(", ")
}
