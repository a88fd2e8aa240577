//! The person at the terminal plays the recipients.

use std::{io, time::Duration};

use async_trait::async_trait;
use signbridge_contract::{Act, Stage};
use tokio::{
    io::{AsyncBufReadExt, BufReader},
    sync::Mutex,
};

use crate::output::{plain, write};

/// Says on standard error what is to be done, and waits for a line on standard input.
#[derive(Debug)]
pub(super) struct Terminal {
    provider: &'static str,
    pause: Duration,
    answers: Mutex<BufReader<tokio::io::Stdin>>,
}

impl Terminal {
    pub(super) fn new(provider: &'static str, pause: Duration) -> Self {
        Self { provider, pause, answers: Mutex::new(BufReader::new(tokio::io::stdin())) }
    }
}

/// A line for the person at the terminal. Nobody may be there.
pub(super) fn tell(text: &str) {
    let _ = write(&mut io::stderr().lock(), text);
}

#[async_trait]
impl Stage for Terminal {
    async fn act(&self, envelope: &str, email: &str, act: Act<'_>) -> Result<(), String> {
        let wish = match act {
            Act::Sign => "sign".to_owned(),
            Act::Decline(reason) => format!("decline for the reason `{reason}`"),
        };
        tell(&plain(&format!(
            "-> As {email}: open the mail of {} about envelope {envelope}, {wish}, then press Enter. If that cannot be \
             done, because no mail came within a few minutes or it is refused, write why and press Enter.",
            self.provider
        )));
        let mut line = String::new();
        match self.answers.lock().await.read_line(&mut line).await {
            Ok(0) => Err("standard input ended, so nobody could say that it was done".to_owned()),
            Ok(_) if line.trim().is_empty() => Ok(()),
            Ok(_) => Err(line.trim().to_owned()),
            Err(error) => Err(format!("standard input: {error}")),
        }
    }

    async fn pass_time(&self) {
        tokio::time::sleep(self.pause).await;
    }

    /// The recorder around this stage counts them.
    fn requests(&self) -> u64 {
        0
    }
}
