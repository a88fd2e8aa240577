//! `signbridge send`.

use signbridge::{CreateOptions, Error, ErrorKind, IdempotencyKey};

use super::connect;
use crate::{
    cli::{Global, SendEnvelope},
    draft::draft,
    exit::Failure,
    output::{self, Output},
    progress::Progress,
};

pub(crate) async fn run(arguments: &SendEnvelope, global: &Global, output: Output) -> Result<(), Failure> {
    let mut draft = draft(&arguments.draft)?;
    draft.validate()?;
    let bridge = connect(global)?;
    let progress = Progress::new(output);
    progress.watch(&mut draft).await?;
    let key = arguments.idempotency_key.clone().unwrap_or_else(IdempotencyKey::random);
    let how = if arguments.unsent { CreateOptions::draft() } else { CreateOptions::sent() };
    let created = bridge.create(&draft, &how.key(key.clone())).await;
    progress.clear();
    let envelope = created.map_err(|error| named(error, &key))?;
    output.show(&envelope, || output::envelope(&envelope))
}

/// Names the key where something may have happened, so that repeating the command settles it.
fn named(error: Error, key: &IdempotencyKey) -> Error {
    let nothing_happened = matches!(
        error.kind(),
        ErrorKind::InvalidDraft | ErrorKind::InvalidConfiguration | ErrorKind::Unsupported | ErrorKind::Io
    );
    if nothing_happened || error.idempotency_key().is_some() {
        error
    } else {
        error.with_idempotency_key(key.as_str())
    }
}
