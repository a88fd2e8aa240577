//! From arguments to a draft.

use std::path::{Path, PathBuf};

use signbridge::{Document, Draft, Field, Recipient, Role, file};

use crate::{
    cli::{DraftArguments, Order, Person},
    exit::Failure,
};

/// The draft that the arguments describe: the envelope file, if any, and what the other arguments add to it.
pub(crate) fn draft(arguments: &DraftArguments) -> Result<Draft, Failure> {
    if let Some(file) = arguments.files.iter().find(|file| is_envelope_file(file)) {
        let file = file.display();
        return Err(Failure::Usage(format!(
            "{file} is an envelope file, not a document; give it as --envelope {file}"
        )));
    }
    assemble(arguments, arguments.envelope.as_deref(), &arguments.files)
}

/// The same, where a single file that ends in .toml or .json is the envelope file and no document.
pub(crate) fn draft_or_file(arguments: &DraftArguments) -> Result<Draft, Failure> {
    match (&arguments.envelope, arguments.files.as_slice()) {
        (None, [one]) if is_envelope_file(one) => assemble(arguments, Some(one), &[]),
        _ => draft(arguments),
    }
}

fn assemble(
    arguments: &DraftArguments,
    envelope: Option<&Path>,
    files: &[PathBuf],
) -> Result<Draft, Failure> {
    let places = arguments.sign_at.len();
    if places != 0 && places != arguments.signer.len() {
        let message = format!(
            "--sign-at is given {places} times and --signer {} times; give none, or one for each signer",
            arguments.signer.len()
        );
        return Err(Failure::Usage(message));
    }
    let mut draft = match envelope {
        Some(path) => file::load(path)?,
        None => Draft::new(""),
    };
    draft.documents.extend(files.iter().map(Document::from_path));
    match &arguments.subject {
        Some(subject) => draft.subject.clone_from(subject),
        None if envelope.is_none() => draft.subject = default_subject(&draft),
        None => {}
    }
    if let Some(message) = &arguments.message {
        draft.message = Some(message.clone());
    }
    if let Some(url) = &arguments.return_url {
        draft.return_url = Some(url.clone());
    }
    if let Some(days) = arguments.expires_days {
        draft.expires_after_days = days;
    }
    let last = draft.recipients.iter().map(|recipient| recipient.order).max().unwrap_or(0);
    let order = |index: usize| match arguments.order {
        Order::Sequential => last + 1 + u32::try_from(index).unwrap_or(u32::MAX - last - 1),
        Order::Parallel => last + 1,
    };
    for (index, person) in arguments.signer.iter().enumerate() {
        let mut signer = recipient(Role::Signer, person).order(order(index));
        if arguments.embedded {
            signer = signer.embedded();
        }
        match arguments.sign_at.get(index) {
            Some(place) => signer = signer.field(Field::signature().at(place.page, place.x, place.y)),
            None => draft.free_placement = true,
        }
        draft.recipients.push(signer);
    }
    draft.templates.extend(arguments.template.iter().cloned());
    draft.values.extend(arguments.value.iter().map(|value| (value.field.clone(), value.text.clone())));
    for (index, filled) in arguments.role.iter().enumerate() {
        let signer = recipient(Role::Signer, &filled.person).template_role(&filled.role);
        let signer = signer.order(order(arguments.signer.len() + index));
        draft.recipients.push(if arguments.embedded { signer.embedded() } else { signer });
    }
    let after_all = draft.recipients.iter().map(|recipient| recipient.order).max().unwrap_or(0) + 1;
    draft
        .recipients
        .extend(arguments.cc.iter().map(|person| recipient(Role::CarbonCopy, person).order(after_all)));
    Ok(draft)
}

fn recipient(role: Role, person: &Person) -> Recipient {
    Recipient::new(role, &person.name, &person.email)
}

/// "Please sign lease.pdf", cut to what every provider takes as a subject (100 characters).
fn default_subject(draft: &Draft) -> String {
    let name = draft.documents.first().map_or("the documents", Document::name);
    format!("Please sign {name}").chars().take(100).collect()
}

fn is_envelope_file(path: &Path) -> bool {
    path.extension().is_some_and(|extension| extension == "toml" || extension == "json")
}

#[cfg(test)]
mod tests {
    use clap::Parser;
    use signbridge::{Delivery, Placement};

    use super::*;
    use crate::cli::{Cli, Command};

    fn drafted(arguments: &[&str]) -> Result<Draft, Failure> {
        let all = ["signbridge", "send"].iter().chain(arguments);
        match Cli::try_parse_from(all).unwrap().command {
            Command::Send(send) => draft(&send.draft),
            other => panic!("{other:?}"),
        }
    }

    fn orders(draft: &Draft) -> Vec<(Role, u32)> {
        draft.recipients.iter().map(|recipient| (recipient.role, recipient.order)).collect()
    }

    #[test]
    fn signers_sign_one_after_another_and_copies_come_last() {
        let people = ["--cc", "C <c@x.org>", "--signer", "A <a@x.org>", "--signer", "B <b@x.org>"];
        let draft = drafted(&[&["lease.pdf"], &people[..]].concat()).unwrap();
        assert_eq!(orders(&draft), [(Role::Signer, 1), (Role::Signer, 2), (Role::CarbonCopy, 3)]);
        assert!(draft.free_placement && draft.validate().is_ok());
        assert_eq!(draft.subject, "Please sign lease.pdf");
        let draft = drafted(&[&["lease.pdf", "--order", "parallel"], &people[..]].concat()).unwrap();
        assert_eq!(orders(&draft), [(Role::Signer, 1), (Role::Signer, 1), (Role::CarbonCopy, 2)]);
    }

    #[test]
    fn each_signer_gets_his_place_or_nobody_does() {
        let people =
            ["lease.pdf", "--signer", "A <a@x.org>", "--signer", "B <b@x.org>", "--sign-at", "1,72,640"];
        assert!(matches!(drafted(&people), Err(Failure::Usage(_))));
        let draft = drafted(&[&people[..], &["--sign-at", "2,300,640", "--embedded"]].concat()).unwrap();
        let pages: Vec<_> = draft
            .fields()
            .map(|(signer, _, field)| match &field.placement {
                Placement::At(at) => (signer, at.page, at.x),
                other => panic!("{other:?}"),
            })
            .collect();
        assert_eq!(pages, [(0, 1, 72.0), (1, 2, 300.0)]);
        assert!(!draft.free_placement);
        assert!(draft.recipients.iter().all(|recipient| recipient.delivery == Delivery::Embedded));
    }

    #[test]
    fn arguments_add_to_an_envelope_file() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("lease.toml");
        let text = "subject = \"Lease\"\n[[documents]]\npath = \"lease.pdf\"\n[[recipients]]\nname = \"A\"\nemail = \"a@x.org\"\norder = 4\n";
        std::fs::write(&path, text).unwrap();
        let path = path.to_str().unwrap();
        let same = drafted(&["--envelope", path]).unwrap();
        assert_eq!((same.subject.as_str(), same.documents.len(), same.free_placement), ("Lease", 1, false));
        let more = [
            "--envelope",
            path,
            "plan.pdf",
            "--signer",
            "B <b@x.org>",
            "--subject",
            "Both",
            "--message",
            "Hello",
            "--expires-days",
            "9",
            "--return-url",
            "https://x.org/back",
        ];
        let more = drafted(&more).unwrap();
        assert_eq!(orders(&more), [(Role::Signer, 4), (Role::Signer, 5)]);
        assert_eq!(
            (more.subject.as_str(), more.message.as_deref(), more.expires_after_days),
            ("Both", Some("Hello"), 9)
        );
        assert_eq!(more.documents.iter().map(Document::name).collect::<Vec<_>>(), ["lease.pdf", "plan.pdf"]);
        assert_eq!(more.return_url.unwrap().as_str(), "https://x.org/back");
    }

    #[test]
    fn an_envelope_file_alone_is_recognised_by_its_name() {
        let Command::Check(check) =
            Cli::try_parse_from(["signbridge", "check", "/missing/lease.toml"]).unwrap().command
        else {
            panic!("not check");
        };
        assert!(
            matches!(draft_or_file(&check.draft), Err(Failure::Error(error)) if error.to_string().contains("lease.toml"))
        );
        assert!(
            matches!(draft(&check.draft), Err(Failure::Usage(message)) if message.contains("--envelope"))
        );
    }

    #[test]
    fn a_subject_made_by_us_fits_everywhere() {
        let long = format!("{}.pdf", "x".repeat(200));
        assert_eq!(drafted(&[&long, "--signer", "A <a@x.org>"]).unwrap().subject.chars().count(), 100);
    }
}
