//! `signbridge correct`.

use signbridge::{Addressee, Correction, Recipient, RecipientChange};

use super::{connect, reference};
use crate::{
    cli::{Correct, Global},
    exit::Failure,
    output::{self, Output},
};

pub(crate) async fn run(arguments: &Correct, global: &Global, output: Output) -> Result<(), Failure> {
    let bridge = connect(global)?;
    let reference = reference(&bridge, &arguments.id)?;
    let envelope = bridge.get(&reference).await?;
    let last = envelope.recipients.iter().map(|recipient| recipient.order).max().unwrap_or(0);
    let envelope = bridge.correct(&reference, &correction(arguments, last)).await?;
    output.show(&envelope, || output::envelope(&envelope))
}

/// What the arguments change; who joins comes after the `last` place in the order.
fn correction(arguments: &Correct, last: u32) -> Correction {
    let mut correction = Correction::new();
    if let Some(email) = &arguments.recipient {
        let mut change = RecipientChange::of(email);
        change.name.clone_from(&arguments.name);
        change.email.clone_from(&arguments.email);
        correction = correction.change(change);
    }
    let signers = arguments.add_signer.iter().map(|one| Recipient::signer(&one.name, &one.email));
    let copies = arguments.add_cc.iter().map(|one| Recipient::carbon_copy(&one.name, &one.email));
    correction.add.extend(signers.chain(copies).map(|recipient| recipient.order(last.saturating_add(1))));
    correction.remove.extend(arguments.remove.iter().map(Addressee::new));
    correction.expires_after_days = arguments.expires_days;
    correction
}
