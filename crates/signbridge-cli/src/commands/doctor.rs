//! `signbridge doctor`.

use serde::Serialize;
use signbridge::{Diagnosis, Error, ErrorKind, Fault, Outcome};

use super::connect;
use crate::{
    cli::Global,
    exit::Failure,
    output::{Output, plain},
};

#[derive(Serialize)]
struct Examined<'a> {
    profile: &'a str,
    provider: &'static str,
    good: bool,
    #[serde(flatten)]
    diagnosis: &'a Diagnosis,
}

pub(crate) async fn run(global: &Global, output: Output) -> Result<(), Failure> {
    let bridge = connect(global)?;
    let profile = bridge.default_profile()?;
    let provider =
        bridge.profiles().iter().find(|info| info.name == profile).map_or("", |info| info.provider);
    let diagnosis = bridge.diagnose(None).await?;
    let examined = Examined { profile, provider, good: diagnosis.is_good(), diagnosis: &diagnosis };
    output.show(&examined, || readable(&examined))?;
    if diagnosis.is_good() {
        return Ok(());
    }
    let faults = diagnosis.steps.iter().filter(|step| step.outcome == Outcome::Fault);
    let faults = faults.map(|step| Fault::new(step.name, &*step.message)).collect();
    let error = Error::from_faults(ErrorKind::InvalidConfiguration, "the profile does not work", faults);
    Err(error.with_provider(provider).with_operation("doctor").into())
}

fn readable(examined: &Examined<'_>) -> String {
    let mut lines = vec![format!("{} ({})", examined.profile, examined.provider)];
    for step in &examined.diagnosis.steps {
        lines.push(format!("  {:<8} {}: {}", step.outcome, step.name, plain(&step.message)));
        if let Some(remedy) = &step.remedy {
            lines.push(format!("           -> {}", plain(remedy)));
        }
    }
    lines.join("\n")
}
