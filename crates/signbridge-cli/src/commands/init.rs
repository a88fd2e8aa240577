//! `signbridge init`.

use std::{fs::OpenOptions, io::ErrorKind as IoKind, io::Write};

use serde_json::json;
use signbridge::{Adapter, ConfigKey, Error, ErrorKind, KeyKind, Registry, config::COMMON_KEYS};

use super::cannot_write;
use crate::{cli::Init, exit::Failure, output::Output};

pub(crate) fn run(arguments: &Init, output: Output) -> Result<(), Failure> {
    let text = template(Registry::enabled().adapter(&arguments.provider)?);
    let path = &arguments.output;
    let mut options = OpenOptions::new();
    options.write(true);
    if arguments.force {
        options.create(true).truncate(true);
    } else {
        options.create_new(true);
    }
    let written = options.open(path).and_then(|mut file| file.write_all(text.as_bytes()));
    written.map_err(|error| match error.kind() {
        IoKind::AlreadyExists => Error::new(ErrorKind::Io, format!("{} exists already", path.display()))
            .with_remedy("choose another file with -o, or overwrite it with --force"),
        _ => cannot_write(path, &error),
    })?;
    output.show(&json!({ "path": path }), || {
        format!("{} is written: fill it in, then try it out with `signbridge doctor`.", path.display())
    })
}

/// A configuration with one profile: what is required to be filled in, the rest as comments.
fn template(adapter: &dyn Adapter) -> String {
    let name = adapter.name();
    let mut text = format!(
        "# Configuration of signbridge. Paths are relative to this file; secrets stand elsewhere and are named here.\n\n\
         # The profile that is used where none is named.\ndefault = \"{name}\"\n\n[profiles.{name}]\nprovider = \"{name}\"\n"
    );
    let (required, optional): (Vec<&ConfigKey>, Vec<&ConfigKey>) =
        adapter.keys().iter().partition(|key| key.required);
    for key in required {
        text.push_str(&format!("\n# {}\n{} = {}\n", key.about, key.name, placeholder(name, key)));
    }
    text.push_str("\n# What follows is needed in special cases only.\n");
    for key in optional.into_iter().chain(COMMON_KEYS.iter().filter(|key| !key.required)) {
        text.push_str(&format!("\n# {}\n# {} = {}\n", key.about, key.name, placeholder(name, key)));
    }
    text
}

fn placeholder(provider: &str, key: &ConfigKey) -> String {
    match key.kind {
        KeyKind::List => "[]".to_owned(),
        KeyKind::Table => "{}".to_owned(),
        // No value of ours: it is refused until one is chosen.
        KeyKind::Flag => "\"true or false\"  # choose one, without quotation marks".to_owned(),
        KeyKind::Secret => {
            let variable = format!("{provider}_{}", key.name).to_uppercase().replace('-', "_");
            format!("{{ env = \"{variable}\" }}  # or {{ file = \"PATH\" }}")
        }
        _ => "\"\"".to_owned(),
    }
}

#[cfg(test)]
mod tests {
    use signbridge::Config;

    use super::*;

    #[test]
    fn a_flag_has_to_be_chosen() {
        let text = template(Registry::enabled().adapter("dropbox-sign").unwrap());
        assert!(text.contains("\ntest_mode = \"true or false\"  # choose one"), "{text}");
        assert!(text.parse::<toml::Table>().is_ok_and(|all| {
            all["profiles"]["dropbox-sign"]["test_mode"]
                .as_str()
                .is_some_and(|text| text.parse::<bool>().is_err())
        }));
    }

    #[test]
    fn the_template_is_a_configuration_that_names_every_key() {
        for adapter in Registry::enabled().adapters() {
            let text = template(*adapter);
            let config = Config::parse(&text, ".").unwrap();
            let profile = config.profile(adapter.name()).unwrap();
            let mut set: Vec<_> = profile.keys().collect();
            let keys = || COMMON_KEYS.iter().chain(adapter.keys());
            let mut required: Vec<_> = keys().filter(|key| key.required).map(|key| key.name).collect();
            set.sort_unstable();
            required.sort_unstable();
            assert_eq!(set, required);
            for key in keys() {
                assert!(text.contains(&format!("{} = ", key.name)), "{}", key.name);
            }
        }
    }
}
