//! How long to wait.

use std::time::Duration;

/// The longest waits of a call. Each is separate from the others.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Timeouts {
    /// For a connection, TLS included; held by the transport. 10 seconds unless told.
    pub connect: Duration,
    /// For silence: until the head of the answer, counted from the beginning and again from each piece of the request
    /// that is taken (held by the transport), and between chunks of the answer. 60 seconds unless told.
    pub read: Duration,
    /// For the call: all attempts, the pauses between them, and reading an answer as a whole. A download's chunks come
    /// after it. 10 minutes unless told.
    pub call: Duration,
}

impl Default for Timeouts {
    fn default() -> Self {
        Self {
            connect: Duration::from_secs(10),
            read: Duration::from_secs(60),
            call: Duration::from_secs(600),
        }
    }
}
