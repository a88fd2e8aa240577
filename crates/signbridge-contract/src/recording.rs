//! Recordings: the traffic of a run of the suite, redacted, and its replay.
//!
//! A [`Recorder`] stands between an adapter and its provider. It keeps each exchange, and what people did in between,
//! by the test in which it happened, and writes one JSON file per test and an `index.json`. What is written is redacted:
//!
//! - no authorisation, token, secret, key, access code or cookie; of headers only a few that adapters read are kept;
//! - e-mail addresses, names, telephone numbers, ids and links are replaced by pseudonyms, the same one everywhere, so
//!   that an id which a later request names is still the one an earlier answer gave;
//! - of documents only length, digest and the first bytes that tell their kind.
//!
//! Before anything is written, the result is searched for every secret, address and name that was seen; if one is found,
//! nothing is written. Free text of a provider can still say what no rule knows: read a recording before you give it away.
//!
//! A [`Replay`] answers an adapter from a recording, whoever made it: each request is answered by the next recorded
//! exchange with the same method and path, and a request that has none is a failure. Values that only the application
//! chooses (a key, a digest, an address) are recognised where the request carries them and said back in the answers.
//!
//! ```
//! use std::sync::Arc;
//!
//! use signbridge_contract::{Recorder, Stage, Subject, recording::Replay};
//! use signbridge_core::{Parts, Provider, Result};
//! # type Connect = fn(Parts) -> Arc<dyn Provider>;
//!
//! async fn record(connect: Connect, parts: Parts, stage: Arc<dyn Stage>) -> Result<()> {
//!     let recorder = Recorder::new();
//!     let provider = connect(Parts::new(recorder.transport(parts.transport), parts.clock));
//!     let subject = Subject::new(provider, recorder.stage(stage)).recorded_by(recorder.clone());
//!     let verdict = signbridge_contract::run(&subject).await;
//!     recorder.write("recording".as_ref(), &verdict, "2026-11-24")?;
//!     Ok(())
//! }
//!
//! async fn replay(connect: Connect) -> Result<()> {
//!     let replay = Replay::open("recording".as_ref())?;
//!     let provider = connect(Parts::new(replay.transport(), replay.clock()));
//!     let verdict = signbridge_contract::run(&Subject::new(provider, replay.stage())).await;
//!     assert_eq!(replay.differences(&verdict), Vec::<String>::new());
//!     Ok(())
//! }
//! ```

pub(crate) mod body;
mod format;
pub(crate) mod pseudonyms;
mod recorder;
pub(crate) mod redact;
mod replay;

pub(crate) use format::pretty as text;
pub use format::{
    Act, Answer, CaseFile, Content, Event, Exchange, FORMAT, Fault, INDEX, Index, IndexCase, Part, Question,
    Recording,
};
pub use recorder::Recorder;
pub use replay::Replay;
