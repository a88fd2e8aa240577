//! What the tests of an adapter's calls have in common: a call as three texts (what it asks, what it reads, what it makes
//! of a refusal), to be held by snapshots, and the test that no call lacks one.
//!
//! This crate brings no snapshot library. [`snapshots!`](crate::snapshots) holds the texts with the `insta` of the crate
//! that uses it, beside the file in which it stands:
//!
//! ```rust,ignore
//! use signbridge_contract::{calls::{self, answer, debug, pretty, Texts}, snapshots};
//!
//! #[tokio::test]
//! async fn get_envelope() {
//!     let call = GetEnvelope { root: root(), id: "e1".into() };
//!     let good = answer(200, &json!({"id": "e1", "state": "open"}));
//!     let texts = Texts::of(&call, good, pretty, answer(404, &json!({"error": "unknown_envelope"}))).await.unwrap();
//!     snapshots!(texts);
//! }
//!
//! #[test]
//! fn every_call_has_its_three_snapshots() {
//!     assert_eq!(calls::gaps(env!("CARGO_MANIFEST_DIR"), 8), Vec::<String>::new());
//! }
//! ```

use std::{collections::BTreeSet, fmt, fs, path::Path};

use bytes::Bytes;
use futures_util::StreamExt;
use http::{Request, Response, header};
use serde::Serialize;
use serde_json::Value;
use signbridge_core::{Body, Call, Error};

/// Holds the texts of a call by snapshots named after it, `NAME.request`, `NAME.reply` and `NAME.error`, in the folder
/// `snapshots` beside the file that uses it. It needs `insta` in that crate.
#[macro_export]
macro_rules! snapshots {
    ($texts:expr) => {
        for (name, text) in $texts.named() {
            ::insta::assert_snapshot!(name, text);
        }
    };
}

/// A call as text.
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub struct Texts {
    /// The name of the snapshots: the call's own, and what tells this one from others of the same call.
    pub name: String,
    /// The request: method, address, headers and body.
    pub request: String,
    /// What was read from a good answer.
    pub reply: String,
    /// What was made of a refusal, as JSON.
    pub error: String,
}

impl Texts {
    /// What this call asks, reads and refuses. `show` makes a text of the reply: [`pretty`], [`debug()`] or your own.
    ///
    /// # Errors
    /// When the request cannot be made, its body is not as long as it says, or the good answer is refused.
    pub async fn of<C: Call>(
        call: &C,
        good: Response<Bytes>,
        show: impl FnOnce(C::Reply) -> String,
        bad: Response<Bytes>,
    ) -> Result<Self, String> {
        let say = |error: Error| format!("{}: {error}", C::NAME);
        Ok(Self {
            name: C::NAME.to_owned(),
            request: shown(call.request().map_err(say)?).await?,
            reply: show(call.reply(good).map_err(say)?),
            error: pretty(call.refusal(bad)),
        })
    }

    /// The same under another name: `variant` is put behind that of the call, such as `.embedded`.
    #[must_use]
    pub fn variant(mut self, variant: &str) -> Self {
        self.name += variant;
        self
    }

    /// The same with a short word in place of bytes in the request that everybody knows, such as a document.
    #[must_use]
    pub fn hiding(mut self, what: &[u8], word: &str) -> Self {
        let what = String::from_utf8_lossy(what);
        for what in [what.to_string(), what.replace("\r\n", "\n")] {
            if !what.is_empty() {
                self.request = self.request.replace(&what, word);
            }
        }
        self
    }

    /// The names of the snapshots and their texts.
    pub fn named(&self) -> [(String, &str); 3] {
        [("request", &self.request), ("reply", &self.reply), ("error", &self.error)]
            .map(|(part, text)| (format!("{}.{part}", self.name), text.as_str()))
    }
}

/// A request as text: JSON indented, line ends of `multipart` bodies as plain ones.
///
/// # Errors
/// When the body cannot be read or is not as long as it says.
pub async fn shown(request: Request<Body>) -> Result<String, String> {
    let (head, body) = request.into_parts();
    let mut text = format!("{} {}\n", head.method, head.uri);
    for (name, value) in &head.headers {
        text += &format!("{name}: {}\n", String::from_utf8_lossy(value.as_bytes()));
    }
    let (length, mut bytes, mut chunks) = (body.len(), Vec::new(), body.into_stream());
    while let Some(chunk) = chunks.next().await {
        bytes.extend_from_slice(&chunk.map_err(|error| error.to_string())?);
    }
    if bytes.len() as u64 != length {
        return Err(format!("the body announces {length} bytes and has {}", bytes.len()));
    }
    let body = match serde_json::from_slice::<Value>(&bytes) {
        Ok(value) => pretty(value),
        Err(_) => String::from_utf8_lossy(&bytes).replace("\r\n", "\n"),
    };
    if !body.is_empty() {
        text += &format!("\n{body}");
    }
    Ok(text)
}

/// An answer in JSON.
pub fn answer(status: u16, body: &Value) -> Response<Bytes> {
    with_type(status, "application/json", body.to_string())
}

/// An answer of this media type.
pub fn with_type(status: u16, media_type: &str, body: impl Into<Bytes>) -> Response<Bytes> {
    let mut answer = Response::new(body.into());
    *answer.status_mut() = http::StatusCode::from_u16(status).unwrap_or(http::StatusCode::OK);
    if let Ok(media_type) = media_type.parse() {
        answer.headers_mut().insert(header::CONTENT_TYPE, media_type);
    }
    answer
}

/// A PDF of one empty page of this size in points.
pub fn page(width: u32, height: u32) -> Vec<u8> {
    let objects = [
        "<</Type/Catalog/Pages 2 0 R>>".to_owned(),
        "<</Type/Pages/Kids[3 0 R]/Count 1>>".to_owned(),
        format!("<</Type/Page/Parent 2 0 R/MediaBox[0 0 {width} {height}]>>"),
    ];
    let mut pdf = "%PDF-1.4\n".to_owned();
    let mut table = "xref\n0 4\n0000000000 65535 f \n".to_owned();
    for (index, object) in objects.iter().enumerate() {
        table += &format!("{:010} 00000 n \n", pdf.len());
        pdf += &format!("{} 0 obj{object}endobj\n", index + 1);
    }
    let start = pdf.len();
    pdf += &format!("{table}trailer<</Size 4/Root 1 0 R>>\nstartxref\n{start}\n%%EOF");
    pdf.into_bytes()
}

/// A reply as `Debug` shows it.
pub fn debug<T: fmt::Debug>(value: T) -> String {
    format!("{value:#?}")
}

/// A reply as JSON.
pub fn pretty<T: Serialize>(value: T) -> String {
    serde_json::to_string_pretty(&value).unwrap_or_else(|error| error.to_string())
}

/// Calls in `src/calls` of this crate whose request, reply or error is held by no snapshot in `src/calls/snapshots`, and
/// snapshots that no call names. `crate_folder` is `env!("CARGO_MANIFEST_DIR")`; fewer calls than `at_least` are a gap too,
/// so that a look in the wrong place finds something.
pub fn gaps(crate_folder: &str, at_least: usize) -> Vec<String> {
    gaps_with(crate_folder, at_least, &[])
}

/// As [`gaps`], for an adapter that also makes calls of another crate, such as `signbridge-client`: `shared` are their
/// [names](Call::NAME), which no file in `src/calls` defines.
pub fn gaps_with(crate_folder: &str, at_least: usize, shared: &[&str]) -> Vec<String> {
    let folder = Path::new(crate_folder).join("src/calls");
    let files = |folder: &Path| {
        fs::read_dir(folder).into_iter().flatten().flatten().map(|entry| entry.path()).collect::<Vec<_>>()
    };
    let texts: Vec<String> = files(&folder).iter().filter_map(|path| fs::read_to_string(path).ok()).collect();
    let mut names: BTreeSet<&str> = texts
        .iter()
        .flat_map(|text| text.split("const NAME: &'static str = \"").skip(1))
        .filter_map(|rest| rest.split('"').next())
        .collect();
    let snapshots: BTreeSet<String> = files(&folder.join("snapshots"))
        .iter()
        .filter_map(|path| path.file_name()?.to_str()?.strip_suffix(".snap"))
        .map(|file| file.rsplit("__").next().unwrap_or_default().to_owned())
        .collect();
    let mut gaps = Vec::new();
    if names.len() < at_least {
        gaps.push(format!("{} calls instead of at least {at_least} in {}", names.len(), folder.display()));
    }
    names.extend(shared);
    for name in &names {
        let missing = ["request", "reply", "error"].map(|part| format!("{name}.{part}"));
        gaps.extend(missing.into_iter().filter(|name| !snapshots.contains(name)));
    }
    let is_named = |snapshot: &String| names.iter().any(|name| snapshot.starts_with(&format!("{name}.")));
    gaps.extend(
        snapshots.iter().filter(|snapshot| !is_named(snapshot)).map(|name| format!("{name} is of no call")),
    );
    gaps
}

#[cfg(test)]
mod tests {
    use serde_json::json;
    use signbridge_core::{ErrorKind, Replay};

    use super::*;

    struct Ask;

    impl Call for Ask {
        type Reply = Value;
        const NAME: &'static str = "ask";
        const REPLAY: Replay = Replay::Safe;

        fn request(&self) -> signbridge_core::Result<Request<Body>> {
            let body = Body::from(json!({"file": "BYTES"}).to_string());
            Ok(Request::post("https://x.example/ask").header("accept", "a/b").body(body).unwrap())
        }
        fn reply(&self, answer: Response<Bytes>) -> signbridge_core::Result<Value> {
            serde_json::from_slice(answer.body()).map_err(|_| Error::new(ErrorKind::Unexpected, "no JSON"))
        }
        fn refusal(&self, answer: Response<Bytes>) -> Error {
            Error::new(ErrorKind::NotFound, "nothing").with_status(answer.status().as_u16())
        }
    }

    #[tokio::test]
    async fn a_call_is_three_texts() {
        let texts = Texts::of(&Ask, answer(200, &json!(7)), pretty, answer(404, &json!({}))).await.unwrap();
        let texts = texts.variant(".twice").hiding(b"BYTES", "<bytes>");
        let [request, reply, error] = texts.named();
        let asked = "POST https://x.example/ask\naccept: a/b\n\n{\n  \"file\": \"<bytes>\"\n}";
        assert_eq!(request, ("ask.twice.request".to_owned(), asked));
        assert_eq!(reply, ("ask.twice.reply".to_owned(), "7"));
        assert!(error.0 == "ask.twice.error" && error.1.contains("\"not_found\""), "{error:?}");
        let broken = with_type(200, "text/html", "<p>");
        assert!(Texts::of(&Ask, broken, pretty, answer(404, &json!({}))).await.is_err());
    }

    #[test]
    fn a_call_without_a_snapshot_and_a_snapshot_without_a_call_are_gaps() {
        let folder = tempfile::tempdir().unwrap();
        let calls = folder.path().join("src/calls");
        fs::create_dir_all(calls.join("snapshots")).unwrap();
        fs::write(calls.join("ask.rs"), "const NAME: &'static str = \"ask\";").unwrap();
        for part in ["ask.request", "ask.reply", "gone.error"] {
            fs::write(calls.join(format!("snapshots/x__calls__tests__{part}.snap")), "").unwrap();
        }
        let found = gaps(folder.path().to_str().unwrap(), 1);
        assert_eq!(found, ["ask.error", "gone.error is of no call"]);
        assert_eq!(gaps("/nowhere", 1).len(), 1);
        let found = gaps_with(folder.path().to_str().unwrap(), 1, &["gone"]);
        assert_eq!(found, ["ask.error", "gone.request", "gone.reply"]);
        let found = gaps_with(folder.path().to_str().unwrap(), 2, &["gone"]);
        assert!(
            found[0].starts_with("1 calls instead of at least 2"),
            "shared calls are not this crate's: {found:?}"
        );
    }
}
