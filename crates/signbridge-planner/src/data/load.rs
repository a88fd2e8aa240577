//! Loading: files to tables, tables to data, data checked as a whole.

use super::{
    Data, DataError, Fault, SourceKind,
    convert::{Reader, date},
    model::{Provider, Source},
    raw, validate,
};
use crate::observation::Origin;

/// The files of this crate.
const EMBEDDED: &[(&str, &str)] = &[
    ("sources.toml", include_str!("../../data/sources.toml")),
    ("plans/docusign.toml", include_str!("../../data/plans/docusign.toml")),
    ("plans/adobe-sign.toml", include_str!("../../data/plans/adobe-sign.toml")),
    ("plans/dropbox-sign.toml", include_str!("../../data/plans/dropbox-sign.toml")),
    ("plans/esignglobal.toml", include_str!("../../data/plans/esignglobal.toml")),
    ("compliance.toml", include_str!("../../data/compliance.toml")),
    ("jurisdictions/americas.toml", include_str!("../../data/jurisdictions/americas.toml")),
    ("jurisdictions/europe-and-africa.toml", include_str!("../../data/jurisdictions/europe-and-africa.toml")),
    ("jurisdictions/asia-pacific.toml", include_str!("../../data/jurisdictions/asia-pacific.toml")),
    ("facts.toml", include_str!("../../data/facts.toml")),
    ("claims.toml", include_str!("../../data/claims.toml")),
];

impl Data {
    /// The figures of this crate. Takes some milliseconds: load once, plan often.
    ///
    /// # Errors
    /// [`DataError`] when the files of this crate are broken, which its tests exclude.
    pub fn embedded() -> Result<Self, DataError> {
        Self::parse(EMBEDDED)
    }

    /// Figures from files of one's own, as pairs of name and text, in place of those of this crate.
    ///
    /// # Errors
    /// [`DataError`] names the file, the place in it and what is wrong there.
    pub fn parse(files: &[(&str, &str)]) -> Result<Self, DataError> {
        let mut data = Self::default();
        data.absorb(files, Origin::Published)?;
        Ok(data)
    }

    /// These figures with the user's own laid over them: quotations, contracts, plans that are not listed. The
    /// schema is the same; a plan that exists needs its id only. The user's values replace published ones.
    ///
    /// # Errors
    /// [`DataError`] names the file, the place in it and what is wrong there.
    pub fn with_overlay(&self, file: &str, text: &str) -> Result<Self, DataError> {
        let mut data = self.clone();
        data.absorb(&[(file, text)], Origin::User)?;
        Ok(data)
    }

    fn absorb(&mut self, files: &[(&str, &str)], origin: Origin) -> Result<(), DataError> {
        let mut parsed = Vec::with_capacity(files.len());
        for (name, text) in files {
            parsed.push((*name, parse(name, text)?));
        }
        for (name, file) in &mut parsed {
            self.absorb_providers(name, std::mem::take(&mut file.provider))?;
            self.absorb_sources(name, std::mem::take(&mut file.source), origin)?;
        }
        for (name, file) in parsed {
            Reader { file: name, origin, data: self }.absorb(file)?;
        }
        self.plans.sort_by(|a, b| (&a.provider, a.channel, a.tier).cmp(&(&b.provider, b.channel, b.tier)));
        validate::whole(self, files.last().map_or("", |(name, _)| name))
    }

    fn absorb_providers(&mut self, file: &str, providers: Vec<raw::Provider>) -> Result<(), DataError> {
        for raw::Provider { id, name } in providers {
            if self.provider(&id).is_some() {
                return Err(at(file, format!("provider[{id}]"), Fault::Duplicate(id)));
            }
            self.providers.push(Provider { id, name });
        }
        Ok(())
    }

    fn absorb_sources(
        &mut self,
        file: &str,
        sources: Vec<raw::Source>,
        origin: Origin,
    ) -> Result<(), DataError> {
        for source in sources {
            let path = |key: &str| format!("source[{}]{key}", source.id);
            if origin == Origin::User && source.kind != SourceKind::User {
                return Err(at(file, path(".kind"), Fault::NotTheUsers));
            }
            if self.sources.contains_key(&source.id) {
                return Err(at(file, path(""), Fault::Duplicate(source.id)));
            }
            if let Some(party) = source.interested_party.as_ref().filter(|id| self.provider(id).is_none()) {
                return Err(at(file, path(".interested_party"), Fault::UnknownProvider(party.clone())));
            }
            let page_date = source.page_date.as_deref().map(date).transpose();
            let page_date = page_date.map_err(|fault| at(file, path(".page_date"), fault))?;
            let accessed = date(&source.accessed).map_err(|fault| at(file, path(".accessed"), fault))?;
            let raw::Source { id, title, url, kind, interested_party, .. } = source;
            let key = id.clone();
            self.sources.insert(key, Source { id, title, url, kind, interested_party, page_date, accessed });
        }
        Ok(())
    }
}

fn parse(name: &str, text: &str) -> Result<raw::File, DataError> {
    let file: raw::File = toml::from_str(text).map_err(|error| {
        let before = error.span().and_then(|span| text.get(..span.start)).unwrap_or_default();
        let line = before.matches('\n').count() + 1;
        at(name, format!("line {line}"), Fault::Shape(error.message().to_owned()))
    })?;
    if file.schema_version != 1 {
        return Err(at(name, "schema_version".into(), Fault::SchemaVersion(file.schema_version)));
    }
    Ok(file)
}

pub(super) fn at(file: &str, path: String, fault: Fault) -> DataError {
    DataError { file: file.to_owned(), path, fault }
}
