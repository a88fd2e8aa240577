//! How an adapter was verified live: the file `verified.toml` in its crate, which a recorded run of the suite writes.
//!
//! The adapter's capabilities read it when they are compiled, so that the evidence of a provider changes with this file
//! and with nothing else. Without a date it says that the adapter ran on the emulator only.
//!
//! ```
//! use signbridge_core::Evidence;
//!
//! let nothing = "date = \"\"\n";
//! assert_eq!(Evidence::verified(nothing), Evidence::EmulatorOnly);
//! let live = "date = \"2026-11-24\"\nsuite = \"0.1.0\"\ncases = 31\nrecording = \"9f86d0\"\n";
//! assert_eq!(Evidence::verified(live), Evidence::VerifiedLive("2026-11-24"));
//! ```

use sha2::{Digest, Sha256};

use crate::recording::Recording;

/// The name of the file in the crate of an adapter, beside its `Cargo.toml`.
pub const FILE_NAME: &str = "verified.toml";

/// The content of the file for this recording; `None` unless every test passed.
pub fn file(recording: &Recording) -> Option<String> {
    let index = &recording.index;
    index.good.then(|| {
        format!(
            "# How this adapter was verified live. Written by `signbridge conformance PROFILE --record FOLDER`.\n\
             date = \"{}\"\nsuite = \"{}\"\ncases = {}\nrecording = \"{}\"\n",
            index.date,
            index.suite,
            index.cases.len(),
            digest(recording)
        )
    })
}

/// The SHA-256 of a recording: of its index and its cases as they are written.
pub fn digest(recording: &Recording) -> String {
    let mut hasher = Sha256::new();
    hasher.update(crate::recording::text(&recording.index));
    for case in &recording.cases {
        hasher.update(crate::recording::text(case));
    }
    hex::encode(hasher.finalize())
}
