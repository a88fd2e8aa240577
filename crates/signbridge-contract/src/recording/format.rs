//! How a recording stands in its folder: `index.json`, and a file for each test that made requests.

use std::{collections::BTreeMap, fs, io, path::Path};

use serde::{Deserialize, Serialize, de::DeserializeOwned};
use serde_json::Value;
use signbridge_core::{Error, ErrorKind, Result};

/// The version of this format.
pub const FORMAT: u32 = 1;
/// The name of the index in the folder of a recording.
pub const INDEX: &str = "index.json";

/// What was recorded, and how the suite judged it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Index {
    /// The version of the format: [`FORMAT`].
    pub format: u32,
    /// The provider.
    pub provider: String,
    /// The day it was recorded, such as `2026-11-24`.
    pub date: String,
    /// The version of the suite.
    pub suite: String,
    /// Whether every test passed.
    pub good: bool,
    /// The tests in their order.
    pub cases: Vec<IndexCase>,
    /// The values that stand for others. A replay may give them a meaning of its own.
    #[serde(default)]
    pub pseudonyms: Vec<String>,
}

/// One test in the index.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct IndexCase {
    /// What was tested.
    pub name: String,
    /// What was wrong; none when nothing was.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub fault: Option<String>,
    /// The file with its exchanges; none when it made no request.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub file: Option<String>,
}

/// One test's file.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct CaseFile {
    /// What was tested.
    pub name: String,
    /// What happened, in order.
    pub events: Vec<Event>,
}

/// One thing that happened.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Event {
    /// A request and its answer.
    Exchange(Box<Exchange>),
    /// Somebody did something as a recipient.
    Act(Act),
}

/// What a person did on the stage.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Act {
    /// `sign` or `decline`.
    pub action: String,
    /// Why it could not be done; none when it was.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub fault: Option<String>,
}

/// A request and what came back: an answer, or the fault that kept it away.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Exchange {
    /// What was asked.
    pub request: Question,
    /// The answer.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub answer: Option<Answer>,
    /// Why no answer came.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub fault: Option<Fault>,
}

/// A request.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Question {
    /// The method.
    pub method: String,
    /// The host, for the reader; a replay does not look at it.
    #[serde(default, skip_serializing_if = "String::is_empty")]
    pub host: String,
    /// The path, not escaped.
    pub path: String,
    /// The query, not escaped.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub query: Vec<(String, String)>,
    /// The headers that say something about the exchange.
    #[serde(default, skip_serializing_if = "BTreeMap::is_empty")]
    pub headers: BTreeMap<String, String>,
    /// The body.
    #[serde(default, skip_serializing_if = "Content::is_empty")]
    pub body: Content,
}

/// An answer.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Answer {
    /// The status.
    pub status: u16,
    /// The headers that adapters read.
    #[serde(default, skip_serializing_if = "BTreeMap::is_empty")]
    pub headers: BTreeMap<String, String>,
    /// The body.
    #[serde(default, skip_serializing_if = "Content::is_empty")]
    pub body: Content,
}

/// An exchange without an answer.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Fault {
    /// How far the request got: `no`, `maybe` or `yes`.
    pub reach: String,
    /// What broke.
    pub message: String,
}

/// What a body holds.
#[derive(Debug, Clone, PartialEq, Default, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Content {
    /// Nothing.
    #[default]
    Empty,
    /// JSON.
    Json(Value),
    /// A form.
    Form(Vec<(String, String)>),
    /// The parts of a `multipart` body.
    Parts(Vec<Part>),
    /// Other text.
    Text(String),
    /// A document or other bytes, of which nothing else is kept.
    Bytes {
        /// How many.
        length: u64,
        /// Their SHA-256.
        sha256: String,
        /// The first bytes where they only tell the kind of a file, such as `%PDF`.
        #[serde(default, skip_serializing_if = "String::is_empty")]
        begins: String,
    },
}

impl Content {
    /// Whether there is nothing.
    pub fn is_empty(&self) -> bool {
        *self == Self::Empty
    }
}

/// One part of a `multipart` body.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Part {
    /// Its name; empty where it has none.
    #[serde(default, skip_serializing_if = "String::is_empty")]
    pub name: String,
    /// What it holds.
    pub body: Content,
}

/// A whole recording.
#[derive(Debug, Clone, PartialEq)]
pub struct Recording {
    /// The index.
    pub index: Index,
    /// The tests that made requests, in their order.
    pub cases: Vec<CaseFile>,
}

impl Recording {
    /// Reads a recording from its folder.
    ///
    /// # Errors
    /// `io` when a file cannot be read, `invalid_input` when one is not of this format.
    pub fn read(folder: &Path) -> Result<Self> {
        let index: Index = read(folder, INDEX)?;
        if index.format != FORMAT {
            let message = format!("the recording has format {}, this crate reads {FORMAT}", index.format);
            return Err(Error::new(ErrorKind::InvalidInput, message)
                .with_remedy("use the version of signbridge that it names"));
        }
        let names = index.cases.iter().filter_map(|case| case.file.as_deref());
        let cases = names
            .map(|name| {
                // A recording is somebody else's file: it names its own files only.
                let own = name.ends_with(".json") && !name.contains(['/', '\\']);
                if own { read(folder, name) } else { Err(unreadable(name, "is no name of a case's file")) }
            })
            .collect::<Result<_>>()?;
        Ok(Self { index, cases })
    }

    /// Writes the recording into its folder, which is created.
    ///
    /// # Errors
    /// `io`.
    pub fn write(&self, folder: &Path) -> Result<()> {
        let cannot = |error: io::Error| {
            Error::new(
                ErrorKind::Io,
                format!("the recording cannot be written into {}: {error}", folder.display()),
            )
            .with_remedy("name a folder that you may write to")
        };
        fs::create_dir_all(folder).map_err(cannot)?;
        let files = self.index.cases.iter().filter_map(|case| case.file.as_deref()).zip(&self.cases);
        for (name, case) in files {
            fs::write(folder.join(name), pretty(case)).map_err(cannot)?;
        }
        fs::write(folder.join(INDEX), pretty(&self.index)).map_err(cannot)
    }
}

/// JSON for people: recordings are read before they are given away.
pub(crate) fn pretty(value: &impl Serialize) -> String {
    serde_json::to_string_pretty(value).map(|text| text + "\n").unwrap_or_default()
}

fn read<T: DeserializeOwned>(folder: &Path, name: &str) -> Result<T> {
    let path = folder.join(name);
    let text = fs::read_to_string(&path).map_err(|error| {
        Error::new(ErrorKind::Io, format!("{} cannot be read: {error}", path.display()))
            .with_remedy("name the folder of a recording")
    })?;
    serde_json::from_str(&text).map_err(|error| unreadable(name, &error.to_string()))
}

fn unreadable(name: &str, what: &str) -> Error {
    Error::new(ErrorKind::InvalidInput, format!("the recording's {name} cannot be read: {what}"))
        .with_remedy("record it anew")
}
