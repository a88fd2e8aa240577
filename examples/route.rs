//! Routes twenty envelopes by policy among three profiles, and says why each went where it did.
//!
//! `cargo run --example route`: everything runs against the emulator on this machine. What each account is on, and what
//! its own contract grants, stands in the configuration; what the law asks and what plans offer comes from the planner's
//! figures.

use std::collections::BTreeMap;

use signbridge::{
    Config, CreateOptions, Document, Draft, Field, IdempotencyKey, Recipient, Registry, Router, Signbridge,
    planner::{Data, Scenario},
};
use signbridge_examples::{SIGNATURE, contract};

/// What the three accounts are on. The fourth emulated provider is left out.
const ACCOUNTS: [(&str, &str); 3] = [
    (
        "docusign",
        "plan = \"docusign.api_intermediate\"\nbilling = \"annual\"\noffers = [\"ses\", \"au_eta\"]",
    ),
    (
        "adobe-sign",
        "plan = \"adobe-sign.solutions\"\nbilling = \"unstated\"\noffers = [\"api\", \"residency_eu\", \"ses\"]",
    ),
    (
        "dropbox-sign",
        "plan = \"dropbox-sign.api_essentials\"\nbilling = \"unstated\"\noffers = [\"ses\", \"sg_eta\"]",
    ),
];

/// Twenty envelopes: how many of which kind, and what is asked of them.
const POLICY: [(u32, &str, &str); 4] = [
    (8, "order in the United States", "envelopes = 20\njurisdiction = 'US'\ndocument_kind = 'order'"),
    (6, "contract stored in the European Union", "envelopes = 20\njurisdiction = 'DE'\nresidency = 'eu'"),
    (4, "contract in Singapore", "envelopes = 20\njurisdiction = 'SG'"),
    (2, "contract in Australia, by text message", "envelopes = 20\njurisdiction = 'AU'\nsms = 2"),
];

#[tokio::main]
async fn main() -> anyhow::Result<()> {
    let emulator = signbridge_emulator::start(signbridge_emulator::Options::default()).await?;
    // Adobe's rule allows three equal reads a minute; nobody should wait minutes for an example.
    emulator.control().provider("adobe-sign", "POST", "polling", &serde_json::json!({ "rule": "off" }))?;
    let configuration = configuration(&emulator.ready().configuration());
    let signbridge = Signbridge::new(Config::parse(&configuration, ".")?, Registry::enabled())?;
    let data = Data::embedded()?;
    let router = Router::new(&signbridge, &data)?;

    let mut went: BTreeMap<String, u32> = BTreeMap::new();
    for (count, what, scenario) in POLICY {
        let scenario = Scenario::parse(scenario)?;
        for number in 1..=count {
            let draft = Draft::new(format!("{what}, number {number}"))
                .document(Document::from_bytes("agreement.pdf", contract()))
                .recipient(signer());
            let options = CreateOptions::sent().key(IdempotencyKey::random());
            let routed = router.create(&draft, &options, &scenario).await?;
            let profile = routed.envelope.id.split(':').next().unwrap_or_default().to_owned();
            println!("{what}, number {number}: {}", routed.reason);
            *went.entry(profile).or_default() += 1;
        }
    }
    println!();
    for (profile, count) in went {
        println!("{profile}: {count} envelopes");
    }
    // What nobody is known to offer goes nowhere, and that is said before anything is requested.
    let qualified = Scenario::parse("envelopes = 20\njurisdiction = 'DE'\nlevel = 'qualified'")?;
    if let Err(refused) = router.choose(&qualified) {
        println!("\na qualified signature in Germany: {refused}");
    }
    emulator.stop().await;
    Ok(())
}

fn signer() -> Recipient {
    let (page, x, y) = SIGNATURE;
    Recipient::signer("Ann Lee", "ann.lee@example.com").field(Field::signature().at(page, x, y))
}

/// The emulator's configuration, with what each account is on.
fn configuration(emulated: &str) -> String {
    let mut text = emulated.replace("[profiles.esignglobal]\n", "[profiles.esignglobal]\ndraining = true\n");
    for (profile, account) in ACCOUNTS {
        let heading = format!("[profiles.{profile}]\n");
        text = text.replace(&heading, &format!("{heading}{account}\n"));
    }
    text
}
