//! One contract, end to end: sent through DocuSign's protocol, signed, downloaded and archived.
//!
//! Needs no account and no network: the emulator plays DocuSign on this machine. With an account, only the
//! configuration is another one.

use std::path::PathBuf;

use anyhow::{Context, Result};
use signbridge::{
    Config, CreateOptions, Document, Draft, EnvelopeStatus, Field, IdempotencyKey, Recipient, Reference,
    Registry, Signbridge, WaitOptions, What,
};
use signbridge_emulator::{Action, Emulator, Options};
use signbridge_examples::{SIGNATURE, contract};

#[tokio::main]
async fn main() -> Result<()> {
    let folder = PathBuf::from(std::env::args().nth(1).unwrap_or_else(|| "target/first-contract".to_owned()));
    std::fs::create_dir_all(&folder)
        .with_context(|| format!("cannot make the folder {}", folder.display()))?;

    let emulator = signbridge_emulator::start(Options::default()).await?;
    let signbridge = connect(&emulator)?;
    println!("1 connected   docusign, played by the emulator at {}", emulator.ready().listening_tls);

    let (page, x, y) = SIGNATURE;
    let draft = Draft::new("Service Agreement")
        .message("Please read and sign.")
        .document(Document::from_bytes("service-agreement.pdf", contract()))
        .recipient(
            Recipient::signer("Ann Lee", "ann.lee@example.com").field(Field::signature().at(page, x, y)),
        )
        .recipient(Recipient::carbon_copy("Northwind Ltd.", "office@northwind.example").order(2));
    let report = signbridge.check(&draft).await?;
    println!("2 checked     {} gaps between this draft and docusign", report.findings.len());

    let options = CreateOptions::sent().key(IdempotencyKey::random());
    let sent = signbridge.create(&draft, &options).await?;
    println!("3 sent        {}  {}", sent.id, sent.status);
    let again = signbridge.create(&draft, &options).await?;
    println!("4 sent again  {}  with the same key: the same envelope", again.id);

    let reference: Reference = sent.id.parse()?;
    emulator.control().act(reference.native(), "ann.lee@example.com", Action::Sign, None)?;
    println!("5 signed      by Ann Lee, on the emulator");

    let done = signbridge.wait(&reference, &WaitOptions::default()).await?;
    anyhow::ensure!(
        done.status == EnvelopeStatus::Completed,
        "the envelope is {}, not completed",
        done.status
    );
    println!("6 completed   {}", done.status);
    for recipient in &done.recipients {
        println!("              {:<8} {:<15} {}", recipient.role, recipient.name, recipient.status);
    }

    let files = [
        ("signed PDF", What::Combined, "service-agreement-signed.pdf"),
        ("certificate", What::Certificate, "certificate.pdf"),
        ("archive", What::Archive, "archive.zip"),
    ];
    for (name, what, file) in files {
        let download = signbridge.download(&reference, &what).await?;
        let saved = signbridge.save(download, &folder.join(file), |_| ()).await?;
        println!("7 archived    {name:<12} {}  {} bytes", saved.path.display(), saved.bytes);
        println!("              sha256       {}", saved.sha256);
    }
    emulator.stop().await;
    Ok(())
}

/// The configuration an application would keep in a file. To use a real account, change these lines and nothing else.
fn connect(emulator: &Emulator) -> Result<Signbridge> {
    let ready = emulator.ready();
    let docusign = &ready.providers.docusign;
    let text = format!(
        r#"
            default = "docusign"
            [profiles.docusign]
            provider = "docusign"
            auth_url = "{}"
            base_url = "{}"
            ca_file = '{}'
            integration_key = "{}"
            user_id = "{}"
            account_id = "{}"
            private_key = {{ file = '{}' }}
        "#,
        docusign.auth_url_tls,
        docusign.base_url_tls,
        ready.ca_file.display(),
        docusign.integration_key,
        docusign.user_id,
        docusign.account_id,
        docusign.private_key_file.display(),
    );
    Ok(Signbridge::new(Config::parse(&text, ".")?, Registry::enabled())?)
}
