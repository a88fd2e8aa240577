//! The arguments of the program.

mod plan;
mod values;

use std::{net::SocketAddr, path::PathBuf, time::Duration};

use chrono::{DateTime, Utc};
use clap::{ArgAction, Args, Parser, Subcommand, ValueEnum};
use signbridge::{EnvelopeStatus, IdempotencyKey, Until, Url, What, parse_duration};

pub(crate) use self::plan::Plan;
pub(crate) use self::values::{FieldText, Filled, Person, Place};
use self::values::{status, time};
use crate::exit;

/// Send, track, sign and archive agreements with any eSignature provider.
///
/// An ID is a reference PROFILE:NATIVE as every command prints it, or the provider's own id, which is then looked for
/// under --profile or the default profile.
#[derive(Debug, Parser)]
#[command(name = "signbridge", version, after_help = exit::HELP, max_term_width = 100)]
pub(crate) struct Cli {
    #[command(flatten)]
    pub(crate) global: Global,
    #[command(subcommand)]
    pub(crate) command: Command,
}

#[derive(Debug, Args)]
pub(crate) struct Global {
    /// The configuration file; else $SIGNBRIDGE_CONFIG, ./signbridge.toml or the user's own
    #[arg(long, global = true, value_name = "FILE")]
    pub(crate) config: Option<PathBuf>,
    /// The profile to use instead of the default one
    #[arg(long, global = true, value_name = "NAME")]
    pub(crate) profile: Option<String>,
    /// Print JSON for programs, also for failures (on standard error)
    #[arg(long, global = true)]
    pub(crate) json: bool,
    /// Tell on standard error of each request and its outcome; twice for more
    #[arg(short, long, global = true, action = ArgAction::Count)]
    pub(crate) verbose: u8,
}

#[derive(Debug, Subcommand)]
pub(crate) enum Command {
    /// Run the emulator: the providers' protocols on this machine, with a mailbox to sign in
    Emulate(Emulate),
    /// Write a configuration file to fill in
    Init(Init),
    /// Try out a profile step by step and name what is wrong, with its remedy
    Doctor,
    /// Log in where a profile's grant needs a person's consent
    Auth(Auth),
    /// Create an envelope and send it
    Send(Box<SendEnvelope>),
    /// Show an envelope
    Get(Id),
    /// List envelopes
    List(List),
    /// Wait until an envelope is completed
    ///
    /// It is looked at no more often than providers allow: every 20 minutes unless the profile sets poll_interval, and
    /// several times a second with the emulator. When the next look would come too late, the command ends at once.
    Wait(Wait),
    /// Stop an envelope
    Void(Void),
    /// Mail everybody whose turn it is again
    Remind(Id),
    /// Change recipients or expiry of an envelope on its way
    Correct(Correct),
    /// Delete an envelope that was never sent
    DeleteDraft(Id),
    /// Remove the documents of an envelope that has ended
    Purge(Id),
    /// Show what the signers filled in
    FormData(Id),
    /// List the templates of a profile, or show one
    Templates(Templates),
    /// Show how many envelopes the account may still send
    Quota,
    /// Print a link with which an embedded signer signs
    ///
    /// Who has the link can sign: show it to nobody but the signer, and do not store or mail it.
    SignUrl(SignUrl),
    /// Download documents into a file
    Download(Download),
    /// Say what stands between an envelope and a provider; nothing is sent
    Check(Box<Check>),
    /// Say which plan of which provider does, what it costs, and whether it is lawful there, with every source
    Plan(Box<Plan>),
    /// Show what each provider can do, and how each claim was verified
    Capabilities(Capabilities),
    /// Run the contract suite on a profile, and record what passes
    ///
    /// It sends some dozens of envelopes, each for one test and most of them voided at once, and asks on the terminal for
    /// what a person has to do. At a provider
    /// whose environment is not known to be a test one, they bind and may be billed: the command refuses then.
    Conformance(Conformance),
}

#[derive(Debug, Args)]
pub(crate) struct Capabilities {
    /// Only this provider, with the reasons
    #[arg(long, value_name = "NAME")]
    pub(crate) provider: Option<String>,
}

#[derive(Debug, Args)]
pub(crate) struct Emulate {
    /// The loopback address to listen on; port 0 takes a free one
    #[arg(long, value_name = "ADDR:PORT", default_value = "127.0.0.1:0")]
    pub(crate) bind: SocketAddr,
    /// Write a configuration with one profile per emulated provider into this file
    #[arg(long, value_name = "FILE")]
    pub(crate) config_out: Option<PathBuf>,
}

#[derive(Debug, Args)]
pub(crate) struct Init {
    /// The provider
    #[arg(long, default_value = "docusign")]
    pub(crate) provider: String,
    /// The file to write
    #[arg(short, long, value_name = "FILE", default_value = signbridge::config::FILE_NAME)]
    pub(crate) output: PathBuf,
    /// Overwrite the file
    #[arg(long)]
    pub(crate) force: bool,
}

#[derive(Debug, Args)]
pub(crate) struct Auth {
    #[command(subcommand)]
    pub(crate) command: AuthCommand,
}

#[derive(Debug, Subcommand)]
pub(crate) enum AuthCommand {
    /// Consent in the browser, and keep the login for the other commands
    Login {
        /// Do not wait for the browser on this machine: ask for the address that it came back to
        #[arg(long)]
        paste: bool,
    },
    /// Show who is logged in, since when, and for which scopes
    Status,
    /// Forget the login, and revoke it where the provider can
    Logout,
    /// Show the scopes asked for and those granted
    Scopes,
}

#[derive(Debug, Args)]
pub(crate) struct Id {
    /// The envelope, PROFILE:NATIVE or the provider's own id
    pub(crate) id: String,
}

/// What an envelope is made of.
#[derive(Debug, Args)]
pub(crate) struct DraftArguments {
    /// The documents, in order; after those of --envelope
    #[arg(value_name = "FILE", required_unless_present_any = ["envelope", "template"])]
    pub(crate) files: Vec<PathBuf>,
    /// An envelope file (TOML or JSON) with documents, recipients and fields; the other arguments add to it
    #[arg(long, value_name = "FILE")]
    pub(crate) envelope: Option<PathBuf>,
    /// A template of the provider by its id, whose documents, fields and roles the envelope takes
    #[arg(long, value_name = "ID")]
    pub(crate) template: Vec<String>,
    /// Who fills a role of the template
    #[arg(long, value_name = "ROLE=NAME <EMAIL>", requires = "template")]
    pub(crate) role: Vec<Filled>,
    /// The text that goes into a field of the template
    #[arg(long, value_name = "FIELD=TEXT", requires = "template")]
    pub(crate) value: Vec<FieldText>,
    /// Somebody who signs. Several sign one after another in the order given. Without --sign-at or an envelope file
    /// with fields, each signer chooses the place of his signature himself
    #[arg(long, value_name = "NAME <EMAIL>")]
    pub(crate) signer: Vec<Person>,
    /// Where a signer signs on the first document: page from 1, points (1/72 inch) from its left and upper edge. The
    /// first is for the first --signer, the second for the second; give none or one for each
    #[arg(long, value_name = "PAGE,X,Y")]
    pub(crate) sign_at: Vec<Place>,
    /// Somebody who receives a copy once everybody has signed
    #[arg(long, value_name = "NAME <EMAIL>")]
    pub(crate) cc: Vec<Person>,
    /// Whether the signers are asked one after another or all at the same time
    #[arg(long, value_enum, default_value = "sequential")]
    pub(crate) order: Order,
    /// The signers sign in your application: nobody mails them, `sign-url` gives their links
    #[arg(long)]
    pub(crate) embedded: bool,
    /// The subject of the mails; "Please sign FILE" if not given
    #[arg(long)]
    pub(crate) subject: Option<String>,
    /// The message to all recipients
    #[arg(long)]
    pub(crate) message: Option<String>,
    /// Where an embedded signer's browser goes afterwards
    #[arg(long, value_name = "URL")]
    pub(crate) return_url: Option<Url>,
    /// Days from sending until it expires [default: 30]
    #[arg(long, value_name = "N", value_parser = clap::value_parser!(u32).range(1..))]
    pub(crate) expires_days: Option<u32>,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub(crate) enum Order {
    /// One after another
    Sequential,
    /// All at the same time
    Parallel,
}

#[derive(Debug, Args)]
pub(crate) struct SendEnvelope {
    #[command(flatten)]
    pub(crate) draft: DraftArguments,
    /// Create it and do not send it yet
    #[arg(long = "draft")]
    pub(crate) unsent: bool,
    /// Your name for this envelope (1 to 100 visible ASCII characters): repeated with the same key, the command gives
    /// the envelope that exists and never sends a second one. A random key, named on failure, if not given
    #[arg(long, value_name = "KEY")]
    pub(crate) idempotency_key: Option<IdempotencyKey>,
}

#[derive(Debug, Args)]
pub(crate) struct Check {
    #[command(flatten)]
    pub(crate) draft: DraftArguments,
    /// Check for each profile instead of the default one
    #[arg(long, conflicts_with = "profile")]
    pub(crate) all: bool,
}

#[derive(Debug, Args)]
pub(crate) struct Conformance {
    /// The profile to test
    #[arg(value_name = "PROFILE")]
    pub(crate) name: String,
    /// Who signs: somebody whose mail you can open
    #[arg(long, value_name = "NAME <EMAIL>")]
    pub(crate) signer: Person,
    /// Write the redacted traffic, and the file that says so, into this folder; it must not exist yet or be empty
    #[arg(long, value_name = "FOLDER")]
    pub(crate) record: Option<PathBuf>,
    /// Between two looks at an envelope that is not ready: a number with ms, s, m, h or d
    #[arg(long, value_name = "DURATION", default_value = "10s", value_parser = parse_duration)]
    pub(crate) pause: Duration,
    /// Run it although the envelopes bind and may be billed
    #[arg(long)]
    pub(crate) live_and_binding: bool,
}

#[derive(Debug, Args)]
pub(crate) struct List {
    /// Only those created or changed since: a date (2026-03-01) or a time (2026-03-01T08:00:00Z)
    #[arg(long, value_name = "TIME", value_parser = time)]
    pub(crate) from: Option<DateTime<Utc>>,
    /// Only those with this status; may be given several times
    #[arg(long, value_parser = status)]
    pub(crate) status: Vec<EnvelopeStatus>,
    /// Look for so many; the page that brings them is shown whole
    #[arg(long, value_name = "N", default_value = "100", value_parser = clap::value_parser!(u32).range(1..))]
    pub(crate) limit: u32,
    /// Where the list before ended: its `next`
    #[arg(long)]
    pub(crate) cursor: Option<String>,
}

#[derive(Debug, Args)]
pub(crate) struct Wait {
    /// The envelope, PROFILE:NATIVE or the provider's own id
    pub(crate) id: String,
    /// For what: completed, ended (however), or any other status
    #[arg(long, value_name = "STATUS", default_value = "completed")]
    pub(crate) until: Until,
    /// How long at most: a number with ms, s, m, h or d
    #[arg(long, value_name = "DURATION", default_value = "60s", value_parser = parse_duration)]
    pub(crate) timeout: Duration,
}

#[derive(Debug, Args)]
pub(crate) struct Void {
    /// The envelope, PROFILE:NATIVE or the provider's own id
    pub(crate) id: String,
    /// Why; the recipients are told
    #[arg(long)]
    pub(crate) reason: String,
}

#[derive(Debug, Args)]
pub(crate) struct Correct {
    /// The envelope, PROFILE:NATIVE or the provider's own id
    pub(crate) id: String,
    /// The recipient to change, by his present address
    #[arg(long, value_name = "EMAIL")]
    pub(crate) recipient: Option<String>,
    /// His new name
    #[arg(long, requires = "recipient")]
    pub(crate) name: Option<String>,
    /// His new address; he is mailed there
    #[arg(long, requires = "recipient")]
    pub(crate) email: Option<String>,
    /// Somebody who joins and signs last
    #[arg(long, value_name = "NAME <EMAIL>")]
    pub(crate) add_signer: Vec<Person>,
    /// Somebody who joins and receives a copy
    #[arg(long, value_name = "NAME <EMAIL>")]
    pub(crate) add_cc: Vec<Person>,
    /// Somebody who leaves, by his address
    #[arg(long, value_name = "EMAIL")]
    pub(crate) remove: Vec<String>,
    /// Days from now until it expires
    #[arg(long, value_name = "N", value_parser = clap::value_parser!(u32).range(1..))]
    pub(crate) expires_days: Option<u32>,
}

#[derive(Debug, Args)]
pub(crate) struct Templates {
    /// The template to show
    pub(crate) id: Option<String>,
    /// Only those whose name holds this text
    #[arg(long, value_name = "TEXT", conflicts_with = "id")]
    pub(crate) name: Option<String>,
}

#[derive(Debug, Args)]
pub(crate) struct SignUrl {
    /// The envelope, PROFILE:NATIVE or the provider's own id
    pub(crate) id: String,
    /// The embedded signer
    #[arg(long, value_name = "EMAIL")]
    pub(crate) signer: String,
    /// Where his browser goes afterwards; the envelope's own if not given
    #[arg(long, value_name = "URL")]
    pub(crate) return_url: Option<Url>,
}

#[derive(Debug, Args)]
pub(crate) struct Download {
    /// The envelope, PROFILE:NATIVE or the provider's own id
    pub(crate) id: String,
    /// combined (all documents as one PDF), archive (a ZIP), certificate, or the id of a document
    #[arg(long, default_value = "combined")]
    pub(crate) what: What,
    /// The file to write; one that exists is replaced when everything has arrived
    #[arg(short, long, value_name = "PATH")]
    pub(crate) output: PathBuf,
}

#[cfg(test)]
mod tests {
    use clap::CommandFactory;

    use super::*;

    #[test]
    fn the_arguments_do_not_contradict_each_other() {
        Cli::command().debug_assert();
    }

    #[test]
    fn a_person_is_a_name_and_an_address() {
        let ann = Person { name: "Ann Lee".into(), email: "ann@example.com".into() };
        for text in ["Ann Lee <ann@example.com>", " \"Ann Lee\"  < ann@example.com > "] {
            assert_eq!(text.parse(), Ok(ann.clone()), "{text}");
        }
        for wrong in ["", "ann@example.com", "<ann@example.com>", "Ann <>", "Ann <ann@example.com"] {
            assert!(wrong.parse::<Person>().is_err(), "{wrong}");
        }
    }

    #[test]
    fn a_place_is_a_page_and_two_lengths() {
        assert_eq!("1, 72,640.5".parse(), Ok(Place { page: 1, x: 72.0, y: 640.5 }));
        for wrong in ["", "1,2", "0,1,1", "1,-1,1", "1,1,inf", "1,1,1,1", "a,1,1"] {
            assert!(wrong.parse::<Place>().is_err(), "{wrong}");
        }
    }

    #[test]
    fn a_time_is_a_date_or_a_time() {
        assert_eq!(time("2026-03-01").unwrap().to_rfc3339(), "2026-03-01T00:00:00+00:00");
        assert_eq!(time("2026-03-01T09:00:00+01:00").unwrap().to_rfc3339(), "2026-03-01T08:00:00+00:00");
        assert!(time("yesterday").is_err());
    }

    #[test]
    fn a_status_is_one_we_know() {
        assert_eq!(status("voided"), Ok(EnvelopeStatus::Voided));
        assert_eq!(status("complete"), Err("did you mean `completed`?".into()));
    }
}
