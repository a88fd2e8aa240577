//! One field at one point: what a draft says in points from the top left corner of the displayed page is where the
//! signed PDF shows it, measured in the pixels of the rendered page.
//!
//! The emulator draws; which provider means what by its coordinates is our reading of its documentation, on both sides of
//! the wire. So this proves that adapter and emulator agree on each conversion, not that a live service does.

mod pages;
mod pixels;

use std::{sync::Arc, time::Duration};

use serde_json::json;
use signbridge::{Config, Registry, Signbridge};
use signbridge_core::{
    CreateOptions, Document, Download, Draft, EnvelopeStatus, ErrorKind, Field, IdempotencyKey, Provider,
    Recipient, Report, Severity, What,
};
use signbridge_emulator::Action;

use self::pages::{A4, A5, CROPPED, LEGAL, LETTER, ODD, Page, SHIFTED, pdf};
use self::pixels::{Renderer, Spot};
use crate::world::{ANN, World};

/// How far a mark may lie from where the draft says, in points.
const TOLERANCE: f64 = 2.0;

/// One field of each kind on one page.
struct Case {
    name: &'static str,
    /// The documents, each as its pages.
    documents: Vec<Vec<Page>>,
    /// Counted from 1, as in a draft.
    document: u32,
    page: u32,
    signature: Spot,
    date: Spot,
}

impl Case {
    fn new(name: &'static str, documents: Vec<Vec<Page>>, document: u32, page: u32) -> Self {
        let shown = documents[document as usize - 1][page as usize - 1].shown();
        // The signature lies in the upper half and the date in the lower one, so that they are told apart.
        let signature = Spot { x: shown.0 * 0.2, y: shown.1 * 0.15 };
        let date = Spot { x: shown.0 * 0.45, y: shown.1 * 0.7 };
        Self { name, documents, document, page, signature, date }
    }

    /// The same near the corners, and with fractions.
    fn at_the_edges(mut self) -> Self {
        let shown = self.target().shown();
        self.signature = Spot { x: 24.4, y: 30.6 };
        self.date = Spot { x: shown.0 - 140.5, y: shown.1 - 36.5 };
        self
    }

    fn target(&self) -> Page {
        self.documents[self.document as usize - 1][self.page as usize - 1]
    }

    /// Which page of the combined file it is.
    fn combined_page(&self) -> usize {
        self.documents.iter().take(self.document as usize - 1).map(Vec::len).sum::<usize>()
            + self.page as usize
    }

    fn draft(&self) -> Draft {
        let field = |field: Field, at: Spot| field.on_document(self.document).at(self.page, at.x, at.y);
        let signer = Recipient::signer("Ann Lee", ANN)
            .field(field(Field::signature(), self.signature))
            .field(field(Field::date_signed(), self.date));
        let mut draft = Draft::new("Position").recipient(signer);
        for (index, pages) in self.documents.iter().enumerate() {
            draft = draft.document(Document::from_bytes(format!("document-{index}.pdf"), pdf(pages)));
        }
        draft
    }
}

fn letter_cases() -> Vec<Case> {
    vec![
        Case::new("Letter", vec![vec![LETTER]], 1, 1),
        Case::new("Letter, at the edges", vec![vec![LETTER]], 1, 1).at_the_edges(),
        Case::new("Letter whose origin is elsewhere", vec![vec![SHIFTED]], 1, 1),
        Case::new("second Letter page", vec![vec![LETTER, LETTER]], 1, 2),
        Case::new("second document", vec![vec![LETTER, LETTER], vec![LETTER, LETTER]], 2, 2),
    ]
}

fn other_cases() -> Vec<Case> {
    vec![
        Case::new("Legal", vec![vec![LEGAL]], 1, 1),
        Case::new("A4", vec![vec![A4]], 1, 1),
        Case::new("A4, at the edges", vec![vec![A4]], 1, 1).at_the_edges(),
        Case::new("A5", vec![vec![A5]], 1, 1),
        Case::new("a size of its own", vec![vec![ODD]], 1, 1),
        Case::new("a size of its own, at the edges", vec![vec![ODD]], 1, 1).at_the_edges(),
        Case::new("second page of a mixed document", vec![vec![LETTER, A5, LEGAL]], 1, 2),
        Case::new("second of mixed documents", vec![vec![A4, ODD], vec![LEGAL, A5]], 2, 1),
        Case::new("a crop box within the media box", vec![vec![CROPPED]], 1, 1),
        Case::new("a crop box within the media box, at the edges", vec![vec![CROPPED]], 1, 1).at_the_edges(),
    ]
}

fn connected(world: &World, profile: &str, allowed: &[&str]) -> Arc<dyn Provider> {
    let at_once = json!({"processing_ms": 0, "exposure_ms": 0, "index_ms": 0});
    world.control.provider("adobe-sign", "POST", "timing", &at_once).unwrap();
    world.control.provider("adobe-sign", "POST", "polling", &json!({"rule": "off"})).unwrap();
    let own = format!("provider = \"{profile}\"");
    let text = world.emulator.ready().configuration();
    assert!(text.contains(&own), "{text}");
    let text = text.replace(&own, &format!("{own}\nallow_unverified = {}", json!(allowed)));
    let config = Config::parse(&text, ".").unwrap();
    let signbridge = Signbridge::with_parts(config, Registry::enabled(), world.parts()).unwrap();
    signbridge.provider(Some(profile)).unwrap()
}

async fn bytes(download: Download) -> Vec<u8> {
    let mut all = Vec::new();
    let mut chunks = download.chunks;
    while let Some(chunk) = chunks.next().await {
        all.extend_from_slice(&chunk.unwrap());
    }
    all
}

/// Sends, signs and downloads; letting time pass where a provider has to prepare something.
async fn signed(
    world: &World,
    provider: &dyn Provider,
    draft: &Draft,
) -> Result<Vec<u8>, signbridge_core::Error> {
    let options = CreateOptions::sent().key(IdempotencyKey::random());
    let pass = || world.control.advance_clock(Duration::from_secs(10));
    let waits = |kind: ErrorKind| matches!(kind, ErrorKind::NotReady | ErrorKind::RateLimited);
    let mut outcome = provider.create(draft, &options).await;
    for _ in 0..20 {
        match &outcome {
            Err(error) if waits(error.kind()) => pass(),
            _ => break,
        }
        outcome = provider.create(draft, &options).await;
    }
    let id = outcome?.id;
    for wanted in [EnvelopeStatus::InProgress, EnvelopeStatus::Completed] {
        let mut looks = 0;
        while provider.get(&id).await.map(|envelope| envelope.status != wanted).unwrap_or(true) {
            pass();
            looks += 1;
            assert!(looks < 40, "it never is {wanted}");
        }
        if wanted == EnvelopeStatus::InProgress {
            world.control.act(&id, ANN, Action::Sign, None).unwrap();
        }
    }
    for _ in 0..20 {
        match provider.download(&id, &What::Combined).await {
            Err(error) if waits(error.kind()) => pass(),
            outcome => return Ok(bytes(outcome?).await),
        }
    }
    panic!("it can never be downloaded");
}

/// Where the two marks lie on the rendered page.
async fn found(
    renderer: &Renderer,
    world: &World,
    provider: &dyn Provider,
    case: &Case,
) -> Result<(Option<Spot>, Option<Spot>), signbridge_core::Error> {
    let file = signed(world, provider, &case.draft()).await?;
    let before = renderer.page(&pdf(&case.documents[case.document as usize - 1]), case.page as usize);
    let after = renderer.page(&file, case.combined_page());
    Ok(after.changed_halves(&before))
}

/// Every case has to be where the draft says.
async fn exact(profile: &str, cases: Vec<Case>) {
    let Some(renderer) = Renderer::find() else { return };
    let world = World::new().await;
    let provider = connected(&world, profile, &[]);
    let mut wrong = Vec::new();
    for case in cases {
        let (signature, date) = found(&renderer, &world, &*provider, &case).await.unwrap();
        for (what, said, seen) in [("signature", case.signature, signature), ("date", case.date, date)] {
            let off = seen.map(|seen| (seen.x - said.x, seen.y - said.y));
            if !off.is_some_and(|(x, y)| x.abs() <= TOLERANCE && y.abs() <= TOLERANCE) {
                wrong.push(format!("{}: the {what} said to be at {said:?} is at {seen:?}", case.name));
            }
        }
    }
    assert!(wrong.is_empty(), "{profile}:\n{}", wrong.join("\n"));
}

/// What a profile opted into is reported, not asserted: nobody knows what is right.
async fn reported(profile: &str, allowed: &[&str], cases: Vec<Case>) {
    let Some(renderer) = Renderer::find() else { return };
    let world = World::new().await;
    let provider = connected(&world, profile, allowed);
    for case in cases {
        let name = case.name;
        match found(&renderer, &world, &*provider, &case).await {
            Ok((signature, date)) => {
                let (said, dated) = (case.signature, case.date);
                println!(
                    "{profile}: {name}: signature {said:?} -> {signature:?}, date {dated:?} -> {date:?}"
                );
            }
            Err(error) => println!("{profile}: {name}: {error}"),
        }
    }
}

async fn checked(profile: &str, allowed: &[&str], case: &Case) -> Report {
    let world = World::new().await;
    connected(&world, profile, allowed).check(&case.draft()).await.unwrap()
}

/// The severities found at the places of both fields, and the words they are about.
fn at_places(report: &Report) -> Vec<(Severity, &str)> {
    let at = |place: usize| format!("recipients[0].fields[{place}].placement");
    let own = report.findings.iter().filter(|one| (0..2).any(|place| one.path.starts_with(&at(place))));
    own.map(|one| (one.severity, one.message.as_str())).collect()
}

fn rotated() -> Vec<Case> {
    [90, 180, 270].map(|turn| Case::new("a rotated page", vec![vec![LETTER.rotated(turn)]], 1, 1)).into()
}

#[tokio::test]
async fn docusign_draws_a_field_where_the_draft_says() {
    exact("docusign", letter_cases().into_iter().chain(other_cases()).collect()).await;
}

/// Rows (adobe-sign): 15 9
#[tokio::test]
async fn adobe_sign_draws_a_field_where_the_draft_says() {
    exact("adobe-sign", letter_cases().into_iter().chain(other_cases()).collect()).await;
}

#[tokio::test]
async fn dropbox_sign_draws_a_field_on_letter_where_the_draft_says() {
    exact("dropbox-sign", letter_cases()).await;
}

#[tokio::test]
async fn dropbox_sign_says_that_other_sizes_are_unverified() {
    for case in other_cases() {
        let report = checked("dropbox-sign", &[], &case).await;
        let found = at_places(&report);
        assert_eq!(found.len(), 2, "{}: {found:?}", case.name);
        for (severity, message) in found {
            assert_eq!(severity, Severity::Unverified, "{}: {message}", case.name);
            assert!(message.contains("page_size"), "{message}");
        }
        assert!(!report.is_sendable());
        let accepted = checked("dropbox-sign", &["page_size"], &case).await;
        assert!(accepted.is_sendable(), "{:?}", accepted.findings);
    }
    reported("dropbox-sign", &["page_size"], other_cases()).await;
}

#[tokio::test]
async fn a_rotated_page_is_unverified_everywhere() {
    for profile in ["docusign", "adobe-sign", "dropbox-sign", "esignglobal"] {
        for case in rotated() {
            let report = checked(profile, &[], &case).await;
            let found = at_places(&report);
            let told = found.iter().filter(|(severity, message)| {
                matches!(severity, Severity::Unverified | Severity::Refused) && message.contains("rotated")
            });
            assert_eq!(told.count(), 2, "{profile}: {found:?}");
            assert!(!report.is_sendable());
        }
        let all = ["rotated_page", "page_size", "coordinates"];
        reported(profile, &all, rotated()).await;
    }
}

#[tokio::test]
async fn coordinates_are_unverified_at_esignglobal_whatever_the_page() {
    for case in letter_cases().into_iter().chain(other_cases()) {
        let report = checked("esignglobal", &[], &case).await;
        let told = at_places(&report).into_iter().filter(|(severity, message)| {
            *severity == Severity::Unverified && message.contains("coordinates")
        });
        assert_eq!(told.count(), 2, "{}: {:?}", case.name, report.findings);
    }
    let one = vec![Case::new("Letter", vec![vec![LETTER]], 1, 1)];
    reported("esignglobal", &["coordinates"], one).await;
}
