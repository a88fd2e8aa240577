//! One contract through every provider, side by side: sent, signed, downloaded and archived, each by its own protocol.
//!
//! The emulator plays all of them on this machine. The code below knows no provider: only the profile's name changes.

mod compare {
    pub mod price;
    pub mod report;
}

use std::{path::Path, path::PathBuf, sync::Arc, time::Duration};

use anyhow::{Context, Result};
use compare::{
    price::Prices,
    report::{self, Archived, Row},
};
use signbridge::{
    Config, CreateOptions, Document, Draft, Envelope, EnvelopeStatus, ErrorKind, Field, IdempotencyKey,
    Operation, Recipient, Reference, Registry, Signbridge, Until, WaitOptions, What,
    client::{ReqwestTransport, TokioClock},
    core::Parts,
    planner::Data,
};
use signbridge_contract::CountingTransport;
use signbridge_emulator::{Action, Control, Options};
use signbridge_examples::{SIGNATURE, contract};

const SIGNER: &str = "ann.lee@example.com";

#[tokio::main]
async fn main() -> Result<()> {
    let folder = PathBuf::from(std::env::args().nth(1).unwrap_or_else(|| "target/compare".to_owned()));
    let emulator = signbridge_emulator::start(Options::default()).await?;
    // Adobe's rule allows three equal reads a minute; nobody should wait minutes for a comparison.
    emulator.control().provider("adobe-sign", "POST", "polling", &serde_json::json!({ "rule": "off" }))?;
    let ca = std::fs::read(&emulator.ready().ca_file)?;
    let network = ReqwestTransport::builder().root_certificate_pem(&ca).build()?;
    let transport = Arc::new(CountingTransport::new(Arc::new(network)));
    let parts = Parts::new(Arc::clone(&transport) as _, Arc::new(TokioClock));
    let config = Config::parse(&emulator.ready().configuration(), ".")?;
    let signbridge = Signbridge::with_parts(config, Registry::enabled(), parts)?;

    let data = Data::embedded()?;
    let prices = Prices::new(&data)?;
    let mut rows = Vec::new();
    for profile in signbridge.profiles() {
        let journey = Journey {
            signbridge: signbridge.clone().with_profile(&profile.name)?,
            control: emulator.control(),
            folder: folder.join(&profile.name),
        };
        let (calls, bytes) = (transport.requests(), transport.bytes());
        let mut row = Row::new(&profile.name);
        if let Err(error) = journey.travel(&mut row).await {
            row.fault = Some(format!("{error:#}"));
        }
        (row.price, row.compliance) = (prices.price(&profile.name), prices.compliance(&profile.name));
        (row.calls, row.bytes) = (transport.requests() - calls, transport.bytes() - bytes);
        rows.push(row);
    }
    emulator.stop().await;
    print!("{}", report::text(&rows));
    for (name, content) in
        [("compare.html", report::html(&rows)), ("compare.json", serde_json::to_string_pretty(&rows)?)]
    {
        let path = folder.join(name);
        std::fs::write(&path, content)?;
        println!("written       {}", path.display());
    }
    anyhow::ensure!(rows.iter().all(|row| row.fault.is_none()), "not every provider completed the contract");
    Ok(())
}

/// The contract's way through one provider.
struct Journey {
    signbridge: Signbridge,
    control: Control,
    folder: PathBuf,
}

impl Journey {
    async fn travel(&self, row: &mut Row) -> Result<()> {
        std::fs::create_dir_all(&self.folder)?;
        let provider = self.signbridge.provider(None)?;
        let capabilities = provider.capabilities();
        row.evidence =
            serde_json::to_value(capabilities.evidence)?["kind"].as_str().unwrap_or_default().to_owned();
        row.once = capabilities.once.to_string();
        let gaps = Operation::ALL.iter().filter(|operation| !capabilities.operation(**operation).is_usable());
        row.cannot = gaps.map(ToString::to_string).collect();

        let draft = self.fitting(row).await?;
        let sent = self.sent(&draft).await?;
        row.id.clone_from(&sent.id);
        row.states.push(sent.status.to_string());
        let reference: Reference = sent.id.parse()?;
        let open = self.wait(&reference, Until::Status(EnvelopeStatus::InProgress)).await?;
        row.saw(&open);
        self.control.act(reference.native(), SIGNER, Action::Sign, None)?;
        let done = self.wait(&reference, Until::Completed).await?;
        row.saw(&done);
        for (what, operation, file) in [
            (What::Combined, Operation::DownloadCombined, "signed.pdf"),
            (What::Certificate, Operation::DownloadCertificate, "certificate.pdf"),
            (What::Archive, Operation::DownloadArchive, "archive.zip"),
        ] {
            if capabilities.operation(operation).is_usable() {
                row.files.push(self.save(&reference, &what, file).await?);
            }
        }
        Ok(())
    }

    /// The contract as this provider takes it; what had to be changed is written down.
    async fn fitting(&self, row: &mut Row) -> Result<Draft> {
        let (page, x, y) = SIGNATURE;
        let draft = Draft::new("Service Agreement")
            .message("Please read and sign.")
            .document(Document::from_bytes("service-agreement.pdf", contract()));
        let signer = Recipient::signer("Ann Lee", SIGNER);
        let placed = draft.clone().recipient(signer.clone().field(Field::signature().at(page, x, y)));
        if self.signbridge.check(&placed).await?.is_sendable() {
            return Ok(placed);
        }
        row.changed.push("the signer chooses the place of the signature".to_owned());
        Ok(draft.recipient(signer).free_placement())
    }

    /// Sends once. A provider that prepares documents first may ask to repeat the call with the same key.
    async fn sent(&self, draft: &Draft) -> Result<Envelope> {
        let options = CreateOptions::sent().key(IdempotencyKey::random());
        for _ in 0..30 {
            match self.signbridge.create(draft, &options).await {
                Err(error) if matches!(error.kind(), ErrorKind::NotReady | ErrorKind::RateLimited) => {
                    tokio::time::sleep(Duration::from_millis(500)).await;
                }
                outcome => return Ok(outcome?),
            }
        }
        self.signbridge.create(draft, &options).await.context("it never becomes ready")
    }

    async fn wait(&self, reference: &Reference, until: Until) -> Result<Envelope> {
        let options = WaitOptions { until, timeout: Duration::from_secs(60), ..WaitOptions::default() };
        Ok(self.signbridge.wait(reference, &options).await?)
    }

    async fn save(&self, reference: &Reference, what: &What, file: &str) -> Result<Archived> {
        let path: &Path = &self.folder.join(file);
        for _ in 0..30 {
            match self.signbridge.download(reference, what).await {
                Err(error) if error.kind() == ErrorKind::NotReady => {
                    tokio::time::sleep(Duration::from_millis(500)).await
                }
                outcome => {
                    let saved = self.signbridge.save(outcome?, path, |_| ()).await?;
                    let path = saved.path.display().to_string();
                    return Ok(Archived { path, bytes: saved.bytes, sha256: saved.sha256 });
                }
            }
        }
        anyhow::bail!("{file} never becomes ready")
    }
}
