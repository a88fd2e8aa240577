//! An application in a few lines that runs unchanged with every provider: `sign CONFIG [PROFILE] PDF`.
//!
//! Which provider it is, only the configuration says: `default = "…"` in the file, or the profile's name.

use signbridge::{
    CreateOptions, Document, Draft, EnvelopeStatus, IdempotencyKey, Recipient, Reference, Signbridge, Until,
    WaitOptions,
};

#[tokio::main]
async fn main() -> signbridge::Result<()> {
    let arguments: Vec<String> = std::env::args().skip(1).collect();
    let (config, profile, pdf) = match arguments.as_slice() {
        [config, pdf] => (config, None, pdf),
        [config, profile, pdf] => (config, Some(profile), pdf),
        _ => {
            eprintln!("usage: sign CONFIG [PROFILE] PDF");
            std::process::exit(2);
        }
    };
    let mut signbridge = Signbridge::from_config_file(config)?;
    if let Some(profile) = profile {
        signbridge = signbridge.with_profile(profile)?;
    }
    let draft = Draft::new("Please sign")
        .document(Document::from_path(pdf))
        .recipient(Recipient::signer("Ann Lee", "ann.lee@example.com"))
        .free_placement();
    let sent = signbridge.create(&draft, &CreateOptions::sent().key(IdempotencyKey::random())).await?;
    let reference: Reference = sent.id.parse()?;
    let options = WaitOptions { until: Until::Status(EnvelopeStatus::InProgress), ..WaitOptions::default() };
    let open = signbridge.wait(&reference, &options).await?;
    println!("{}\t{}", open.id, open.status);
    Ok(())
}
