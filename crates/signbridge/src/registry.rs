//! The adapters that profiles can name.

use signbridge_core::{Adapter, Error, ErrorKind, Result, nearest};

/// Every provider this crate has an adapter for, and whether it was built in.
const PROVIDERS: &[(&str, bool)] = &[
    ("adobe-sign", cfg!(feature = "adobe-sign")),
    ("docusign", cfg!(feature = "docusign")),
    ("dropbox-sign", cfg!(feature = "dropbox-sign")),
    ("esignglobal", cfg!(feature = "esignglobal")),
];

/// The adapters that profiles can name by `provider`.
///
/// ```
/// use signbridge::Registry;
///
/// let registry = Registry::enabled();
/// # #[cfg(feature = "docusign")]
/// assert!(registry.adapter("docusign").is_ok());
/// assert!(registry.adapter("docusing").is_err());
/// ```
#[derive(Debug, Clone, Default)]
pub struct Registry {
    adapters: Vec<&'static dyn Adapter>,
}

impl Registry {
    /// No adapter at all.
    pub fn empty() -> Self {
        Self::default()
    }

    /// The adapters whose features are on.
    pub fn enabled() -> Self {
        let registry = Self::empty();
        #[cfg(feature = "docusign")]
        let registry = registry.with(&signbridge_docusign::DOCUSIGN);
        #[cfg(feature = "adobe-sign")]
        let registry = registry.with(&signbridge_adobe_sign::ADOBE_SIGN);
        #[cfg(feature = "dropbox-sign")]
        let registry = registry.with(&signbridge_dropbox_sign::DROPBOX_SIGN);
        #[cfg(feature = "esignglobal")]
        let registry = registry.with(&signbridge_esignglobal::ESIGNGLOBAL);
        registry
    }

    /// One more adapter. It takes the place of one with the same name.
    #[must_use]
    pub fn with(mut self, adapter: &'static dyn Adapter) -> Self {
        self.adapters.retain(|known| known.name() != adapter.name());
        self.adapters.push(adapter);
        self
    }

    /// The adapter with this name.
    ///
    /// # Errors
    /// `invalid_configuration` with a suggestion; it says so when the provider's feature is off.
    pub fn adapter(&self, name: &str) -> Result<&'static dyn Adapter> {
        if let Some(adapter) = self.adapters.iter().find(|adapter| adapter.name() == name) {
            return Ok(*adapter);
        }
        if PROVIDERS.contains(&(name, false)) {
            let message = format!("the provider `{name}` is not part of this build");
            return Err(Error::new(ErrorKind::InvalidConfiguration, message)
                .with_remedy(format!("turn on the feature `{name}` of the crate signbridge")));
        }
        let names: Vec<_> = self.adapters.iter().map(|adapter| adapter.name()).collect();
        let hint = match nearest(name, names.iter().copied()) {
            Some(near) => format!("did you mean `{near}`?"),
            None if names.is_empty() => "no provider is part of this build".to_owned(),
            None => format!("known are {}", names.join(", ")),
        };
        Err(Error::new(ErrorKind::InvalidConfiguration, format!("unknown provider `{name}`, {hint}")))
    }

    /// All adapters.
    pub fn adapters(&self) -> &[&'static dyn Adapter] {
        &self.adapters
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_unknown_provider_is_refused() {
        let error = Registry::empty().adapter("nobody").unwrap_err();
        assert_eq!(error.kind(), ErrorKind::InvalidConfiguration);
        assert!(error.to_string().contains("unknown provider `nobody`"), "{error}");
    }

    #[cfg(feature = "docusign")]
    #[test]
    fn a_typing_error_gets_a_suggestion() {
        let error = Registry::enabled().adapter("docusing").unwrap_err();
        assert!(error.to_string().contains("did you mean `docusign`?"), "{error}");
    }

    #[cfg(not(feature = "docusign"))]
    #[test]
    fn a_provider_whose_feature_is_off_is_named_as_such() {
        let error = Registry::enabled().adapter("docusign").unwrap_err();
        assert!(error.to_string().contains("turn on the feature `docusign`"), "{error}");
    }
}
