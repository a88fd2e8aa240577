//! Acrobat Sign's JSON: what requests write, what answers say.

pub(crate) mod agreement;
pub(crate) mod answer;
pub(crate) mod events;
pub(crate) mod fields;
pub(crate) mod flexible;
pub(crate) mod form_data;
pub(crate) mod library;
pub(crate) mod page;
pub(crate) mod participants;
pub(crate) mod status;
