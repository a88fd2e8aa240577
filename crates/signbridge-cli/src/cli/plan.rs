//! The arguments of `signbridge plan`.

use std::path::PathBuf;

use clap::Args;
use signbridge::{
    SignatureLevel,
    planner::{
        Feature, OveragePolicy, Region,
        data::{Billing, Channel},
        law::{DocumentKind, Effect},
    },
};

/// What is to be sent, how, and where. Everything that is given here goes over what the scenario file says.
#[derive(Debug, Args)]
pub(crate) struct Plan {
    /// A scenario file (TOML); its keys are the names of the options below, with underscores
    #[arg(long, value_name = "FILE")]
    pub(crate) scenario: Option<PathBuf>,
    /// People who send
    #[arg(long, value_name = "N")]
    pub(crate) seats: Option<u32>,
    /// Envelopes a month, of all seats together
    #[arg(long, value_name = "N")]
    pub(crate) envelopes: Option<u32>,
    /// By people in the provider's web application (ui), or by an application (api)
    #[arg(long)]
    pub(crate) channel: Option<Channel>,
    /// How the plan is paid: annual_prepaid, annual_billed_monthly, annual or monthly; all are compared if not given
    #[arg(long)]
    pub(crate) billing: Option<Billing>,
    /// Text messages a month
    #[arg(long, value_name = "N")]
    pub(crate) sms: Option<u32>,
    /// Checks of identity documents a month
    #[arg(long, value_name = "N")]
    pub(crate) id_checks: Option<u32>,
    /// Whose law decides: an ISO 3166 code, or EU
    #[arg(long, value_name = "CC")]
    pub(crate) jurisdiction: Option<String>,
    /// The kind of document, such as contract, lease, will
    #[arg(long, value_name = "KIND")]
    pub(crate) document_kind: Option<DocumentKind>,
    /// What the signature must achieve: valid, or handwritten where the law has a form that counts as such
    #[arg(long)]
    pub(crate) effect: Option<Effect>,
    /// The level at least: simple, advanced, qualified (or ses, aes, qes)
    #[arg(long, value_parser = level)]
    pub(crate) level: Option<SignatureLevel>,
    /// Where documents must be stored: us, ca, eu, uk, au, jp, sg, hk
    #[arg(long)]
    pub(crate) residency: Option<Region>,
    /// What the plan must offer, such as bulk_send or sso; may be given several times
    #[arg(long, value_name = "FEATURE")]
    pub(crate) need: Vec<Feature>,
    /// What to do above an allowance: allow or forbid paying per envelope
    #[arg(long)]
    pub(crate) overage: Option<OveragePolicy>,
    /// Let figures rank that only an interested party states
    #[arg(long)]
    pub(crate) allow_vendor_claims: bool,
    /// Your own quotations, in the figures' own shape (TOML); may be given several times
    #[arg(long, value_name = "FILE")]
    pub(crate) overlay: Vec<PathBuf>,
    /// Write the answer as one page of HTML with every source
    #[arg(long, value_name = "FILE")]
    pub(crate) html: Option<PathBuf>,
    /// Write the answer as Markdown
    #[arg(long, value_name = "FILE")]
    pub(crate) markdown: Option<PathBuf>,
    /// Instead of planning: name the figures that are too old
    #[arg(long)]
    pub(crate) check_data: bool,
    /// What is too old, in days
    #[arg(long, value_name = "N", default_value = "365", requires = "check_data")]
    pub(crate) max_age_days: u32,
}

/// The law's abbreviations are understood as well.
fn level(text: &str) -> Result<SignatureLevel, String> {
    match text {
        "ses" => Ok(SignatureLevel::Simple),
        "aes" => Ok(SignatureLevel::Advanced),
        "qes" => Ok(SignatureLevel::Qualified),
        word => word.parse().map_err(|error: signbridge::UnknownWord| error.to_string()),
    }
}
