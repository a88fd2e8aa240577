//! Every adapter passes the contract suite on the emulator, and so does what wraps an adapter.

use std::{sync::Arc, time::Duration};

use async_trait::async_trait;
use chrono::{DateTime, Utc};
use serde_json::{Value, json};
use signbridge::{Config, Registry, Signbridge};
use signbridge_contract::{Act, Extra, Stage, Subject, Wire};
use signbridge_core::{Clock, Parts, Provider, Timeouts};
use signbridge_emulator::{Action, Control};

use crate::{
    adobe_sign::patient::{self, Patient},
    kept,
    world::World,
};

/// The emulator as the stage.
#[derive(Debug)]
struct Emulated {
    profile: String,
    control: Control,
    /// How long it is to the next look.
    pause: Duration,
    wire: Arc<Wire>,
}

#[async_trait]
impl Stage for Emulated {
    async fn act(&self, envelope: &str, email: &str, act: Act<'_>) -> Result<(), String> {
        let (action, reason) = match act {
            Act::Sign => (Action::Sign, None),
            Act::Decline(reason) => (Action::Decline, Some(reason)),
        };
        self.control.act(envelope, email, action, reason).map(drop).map_err(|error| error.to_string())
    }

    async fn pass_time(&self) {
        self.control.advance_clock(self.pause);
    }

    fn requests(&self) -> u64 {
        self.wire.requests()
    }

    async fn pass_days(&self, days: u32) -> bool {
        self.control.advance_clock(Duration::from_secs(u64::from(days) * 86_400));
        true
    }

    fn path(&self, envelope: &str) -> Option<String> {
        let path = match self.profile.as_str() {
            "docusign" => format!("envelopes/{envelope}"),
            "adobe-sign" => format!("agreements/{envelope}"),
            "dropbox-sign" => format!("signature_request/{envelope}"),
            _ => format!("envelope/envelopeDetail?envelopeId={envelope}"),
        };
        Some(format!("/{path}"))
    }

    fn wire(&self) -> Option<&Wire> {
        Some(&self.wire)
    }

    async fn open(&self, envelope: &str, email: &str) -> bool {
        self.control.act(envelope, email, Action::View, None).is_ok()
    }

    fn extra(&self) -> Option<Extra> {
        let (name, value, taken) = match self.profile.as_str() {
            "docusign" => ("enforceSignerVisibility", json!("false"), "emailSubject"),
            "adobe-sign" => ("locale", json!("en_US"), "name"),
            "dropbox-sign" => ("hide_text_tags", json!(false), "title"),
            _ => ("callBackUrl", json!("https://app.example/hook"), "subject"),
        };
        Some(Extra { name, value, taken })
    }

    async fn kept(&self, envelope: &str) -> Option<Value> {
        let mut kept = kept::draft(&self.control, envelope).expect("a request made the envelope");
        if let Some(extra) = self.extra() {
            let value = kept::member(&self.control, envelope, extra.name);
            kept["extras"] = json!({ &self.profile: { extra.name: value } });
        }
        Some(kept)
    }
}

/// Waiting moves the emulator's time; timeouts are real.
#[derive(Debug)]
struct QuickClock {
    control: Control,
    /// Whether the emulator's time is the adapter's as well. DocuSign's tokens are asked for by the real one.
    shared: bool,
}

#[async_trait]
impl Clock for QuickClock {
    fn now(&self) -> DateTime<Utc> {
        if self.shared { self.control.now() } else { Utc::now() }
    }

    async fn sleep(&self, duration: Duration) {
        let timeouts = Timeouts::default();
        if duration == timeouts.read || duration == timeouts.call {
            tokio::time::sleep(duration).await;
        } else {
            self.control.advance_clock(duration);
            tokio::task::yield_now().await;
        }
    }
}

/// What the profiles of a second run accept: every word that is unverified anywhere, except the role that shows as another.
const RISKS: &[&str] = &[
    "access_code_characters",
    "anchored_draft",
    "coordinates",
    "document_type",
    "initials",
    "number",
    "page_size",
    "parallel_order",
    "reminder_interval",
    "same_email",
    "sms_otp",
];

/// A provider as an application gets it: from a profile, here the emulated one. Adobe's is of the tier with the strict
/// polling rule, one equal read in ten minutes, and its application comes again when it is told to.
async fn subject(world: &World, profile: &str) -> Subject {
    let parts = world.parts();
    let wire = Arc::new(Wire::new(parts.transport));
    let mut parts = Parts { transport: Arc::clone(&wire) as _, ..parts };
    parts.clock = Arc::new(QuickClock { control: world.control.clone(), shared: profile != "docusign" });
    let is_slow = profile == "adobe-sign";
    let signbridge = |risks: &[&str]| {
        let mut text: toml::Table = world.emulator.ready().configuration().parse().unwrap();
        text["profiles"]["adobe-sign"]["tier"] = "standard".into();
        let own = text["profiles"][profile].as_table_mut().unwrap();
        own.insert("allow_unverified".to_owned(), risks.to_vec().into());
        let config = Config::parse(&text.to_string(), ".").unwrap();
        Signbridge::with_parts(config, Registry::enabled(), parts.clone()).unwrap()
    };
    let provider = |signbridge: &Signbridge| -> Arc<dyn Provider> {
        let inner = signbridge.provider(Some(profile)).unwrap();
        if is_slow { Arc::new(Patient { inner, control: world.control.clone() }) } else { inner }
    };
    let (cautious, risky) = (signbridge(&[]), signbridge(RISKS));
    let pause = if is_slow { patient::INTERVAL } else { Duration::from_secs(10) };
    let stage = Emulated { profile: profile.to_owned(), control: world.control.clone(), pause, wire };
    Subject::new(provider(&cautious), Arc::new(stage))
        .at_risk(provider(&risky))
        .diagnosed(cautious.diagnose(Some(profile)).await.unwrap())
}

async fn holds(profile: &str, at_least: usize) {
    let world = World::new().await;
    // The suite lets time pass by the emulator's clock; pauses that only the real clock ends are switched off.
    let at_once = json!({"processing_ms": 0, "exposure_ms": 0, "index_ms": 0});
    world.control.provider("adobe-sign", "POST", "timing", &at_once).unwrap();
    let strict = json!({"rule": "once_per_ten_minutes"});
    world.control.provider("adobe-sign", "POST", "polling", &strict).unwrap();
    let mut subject = subject(&world, profile).await;
    // A mutant is dead with the first fault (`cargo xtask mutants`).
    if std::env::var_os("SIGNBRIDGE_MUTANT").is_some() {
        subject = subject.told_to(|case| assert!(case.fault.is_none(), "{}: {:?}", case.name, case.fault));
    }
    let verdict = signbridge_contract::run(&subject).await;
    println!("{verdict}");
    assert!(verdict.is_good() && verdict.cases.len() >= at_least, "{verdict}");
    // Which behaviours ran, as supported or as unsupported: a claim that is lost shows here.
    let ran: Vec<&str> = verdict.cases.iter().map(|case| case.name.as_str()).collect();
    insta::assert_snapshot!(profile, ran.join("\n"));
    // What was asked, what came of it, and what comes of answers that are not as they should be.
    for (name, text) in &verdict.texts {
        insta::assert_snapshot!(format!("{profile}.{name}"), text);
    }
}

#[tokio::test]
async fn docusign_does_what_it_declares() {
    holds("docusign", 20).await;
}

#[tokio::test]
async fn adobe_sign_does_what_it_declares() {
    holds("adobe-sign", 20).await;
}

#[tokio::test]
async fn dropbox_sign_does_what_it_declares() {
    holds("dropbox-sign", 20).await;
}

#[tokio::test]
async fn esignglobal_does_what_it_declares() {
    holds("esignglobal", 20).await;
}
