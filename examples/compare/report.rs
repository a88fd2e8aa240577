//! The comparison in the terminal and as a page.

use std::fmt::Write;

use serde::Serialize;
use signbridge::Envelope;

/// A file that was kept.
#[derive(Debug, Serialize)]
pub struct Archived {
    pub path: String,
    pub bytes: u64,
    pub sha256: String,
}

/// What was seen of one provider.
#[derive(Debug, Default, Serialize)]
pub struct Row {
    pub provider: String,
    pub id: String,
    pub calls: u64,
    pub bytes: u64,
    pub states: Vec<String>,
    pub files: Vec<Archived>,
    pub changed: Vec<String>,
    pub cannot: Vec<String>,
    pub once: String,
    pub evidence: String,
    pub price: String,
    pub compliance: String,
    pub fault: Option<String>,
}

impl Row {
    pub fn new(provider: &str) -> Self {
        Self { provider: provider.to_owned(), ..Self::default() }
    }

    pub fn saw(&mut self, envelope: &Envelope) {
        let status = envelope.status.to_string();
        if self.states.last() != Some(&status) {
            self.states.push(status);
        }
    }

    /// Label and value of each line, in order.
    fn lines(&self) -> Vec<(&'static str, String)> {
        let list = |items: &[String]| if items.is_empty() { "nothing".to_owned() } else { items.join(", ") };
        let mut lines = vec![
            ("sent", self.id.clone()),
            ("result", self.fault.clone().unwrap_or_else(|| "sent, signed, downloaded, archived".to_owned())),
            ("states", self.states.join(" > ")),
        ];
        for file in &self.files {
            lines.push(("archived", format!("{}  {} bytes", file.path, file.bytes)));
            lines.push(("sha256", file.sha256.clone()));
        }
        lines.extend([
            ("on the wire", format!("{} calls, {} bytes sent", self.calls, self.bytes)),
            ("changed", list(&self.changed)),
            ("cannot", list(&self.cannot)),
            ("sent once by", self.once.clone()),
            ("verified by", self.evidence.clone()),
            ("price", self.price.clone()),
            ("compliance", self.compliance.clone()),
        ]);
        lines.retain(|(_, value)| !value.is_empty());
        lines
    }
}

/// For the terminal.
pub fn text(rows: &[Row]) -> String {
    let mut out = String::new();
    for row in rows {
        let _ = writeln!(out, "{}", row.provider);
        for (label, value) in row.lines() {
            let _ = writeln!(out, "  {label:<12} {value}");
        }
    }
    out
}

/// A page without anything from elsewhere.
pub fn html(rows: &[Row]) -> String {
    let mut body = String::new();
    for row in rows {
        let _ = write!(body, "<section><h2>{}</h2><dl>", escaped(&row.provider));
        for (label, value) in row.lines() {
            let _ = write!(body, "<dt>{label}</dt><dd>{}</dd>", escaped(&value));
        }
        body.push_str("</dl></section>");
    }
    format!(
        "<!doctype html><html lang=\"en\"><meta charset=\"utf-8\"><meta name=\"viewport\" content=\"width=device-width\">\
         <title>One contract, every provider</title><style>{STYLE}</style><h1>One contract, every provider</h1>\
         <p>Played by the emulator; nothing here is legally binding.</p><main>{body}</main></html>\n"
    )
}

const STYLE: &str = "body{font:16px/1.5 system-ui,sans-serif;margin:2rem auto;max-width:72rem;padding:0 1rem;color-scheme:light dark}\
main{display:grid;grid-template-columns:repeat(auto-fit,minmax(20rem,1fr));gap:1rem}\
section{border:1px solid #8886;border-radius:8px;padding:1rem}h2{margin:0 0 .5rem}dt{font-weight:600}dd{margin:0 0 .5rem;overflow-wrap:anywhere}";

fn escaped(text: &str) -> String {
    text.replace('&', "&amp;").replace('<', "&lt;").replace('>', "&gt;").replace('"', "&quot;")
}
